import { Api } from 'telegram/tl/index.js';
import { mentions } from '../world/mentions.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import { badRequest, type MethodContext } from './context.js';
import { contentKind } from './input-media.js';

type Fits = (message: Message) => boolean;

/** Which messages a filter of core.telegram.org/type/MessagesFilter lets through. INPUT_FILTER_INVALID. */
export function filterOf(context: MethodContext, me: Account, filter: Api.TypeMessagesFilter): Fits {
  if (filter instanceof Api.InputMessagesFilterPhoneCalls) return callsOf(Boolean(filter.missed));
  const kinds = KINDS[filter.className];
  if (kinds) return ({ media }) => media !== undefined && kinds.includes(kindOf(context, media));
  switch (filter.className) {
    case 'InputMessagesFilterEmpty':
      return () => true;
    case 'InputMessagesFilterPinned':
      return ({ pinned }) => pinned === true;
    case 'InputMessagesFilterUrl':
      return hasLink;
    case 'InputMessagesFilterMyMentions':
      return (message) => mentions(context.world, message, me);
    case 'InputMessagesFilterChatPhotos':
      return ({ action }) => action?.kind === 'chatEditPhoto';
    default:
      throw badRequest('INPUT_FILTER_INVALID');
  }
}

/** What a search reads of a message: its text, and the names, titles and performers of its file. */
export function wordsOf({ files }: MethodContext, { text, media }: Message): string {
  const attributes = media?.kind === 'document' ? (files.get(media.fileId)?.attributes ?? []) : [];
  const named = attributes.flatMap((attribute) => {
    if (attribute.type === 'filename') return [attribute.name];
    return attribute.type === 'audio' ? [attribute.title, attribute.performer] : [];
  });
  return [text, ...named].filter(Boolean).join('\n');
}

/** The kinds of media of each filter that goes by them. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  InputMessagesFilterPhotos: ['photo'],
  InputMessagesFilterVideo: ['video'],
  InputMessagesFilterPhotoVideo: ['photo', 'video'],
  InputMessagesFilterDocument: ['document'],
  InputMessagesFilterGif: ['gif'],
  InputMessagesFilterVoice: ['voice'],
  InputMessagesFilterMusic: ['audio'],
  InputMessagesFilterRoundVideo: ['round'],
  InputMessagesFilterRoundVoice: ['round', 'voice'],
  InputMessagesFilterGeo: ['geo', 'geoLive', 'venue'],
  InputMessagesFilterContacts: ['contact'],
  InputMessagesFilterPoll: ['poll'],
};

function kindOf(context: MethodContext, media: NonNullable<Message['media']>): string {
  return media.kind === 'document' ? contentKind(context, media) : media.kind;
}

function hasLink({ entities, media }: Message): boolean {
  return media?.kind === 'webpage' || entities.some(({ kind }) => kind === 'url' || kind === 'textUrl');
}

function callsOf(missed: boolean): Fits {
  return ({ action }) => {
    if (action?.kind !== 'shown' || action.data._ !== 'MessageActionPhoneCall') return false;
    const reason = action.data['reason'] as { readonly _?: string } | undefined;
    return !missed || reason?._ === 'PhoneCallDiscardReasonMissed';
  };
}
