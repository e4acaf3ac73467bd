import { Api } from 'telegram/tl/index.js';
import { fromLong } from '../tl.js';
import { pageOf } from '../world/history.js';
import type { Message } from '../world/message.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { contentKind } from './input-media.js';
import { messagesAnswer } from './messages-history.js';
import { peerOf } from './peers.js';

/** Searching the messages of one chat. */
export function searchMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.Search': (request: Api.messages.Search, call) => search(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.search: messages of a chat, newest first, paged as its history. SEARCH_QUERY_EMPTY
 * without anything to search for; FILTER_NOT_SUPPORTED for filters that the sandbox doesn't know.
 */
function search(
  context: MethodContext,
  request: Api.messages.Search,
  { me }: Call,
): Api.messages.TypeMessages {
  const { world } = context;
  const peer = peerOf(world, me, request.peer);
  const { q, filter, fromId, topMsgId, minDate, maxDate } = request;
  const isEmpty = filter instanceof Api.InputMessagesFilterEmpty && q === '' && !fromId && !topMsgId;
  if (isEmpty) throw badRequest('SEARCH_QUERY_EMPTY');
  const fits = filterOf(context, filter);
  const from = fromId ? peerOf(world, me, fromId) : undefined;
  const query = q.toLowerCase();
  const found = world
    .messagesWith(me.id, peer)
    .filter(
      (message) =>
        fits(message) &&
        message.text.toLowerCase().includes(query) &&
        (query === '' || !message.action) &&
        (from === undefined || message.from === from) &&
        (!topMsgId || message.topicId === topMsgId) &&
        (!minDate || message.date >= minDate) &&
        (!maxDate || message.date <= maxDate),
    );
  return messagesAnswer(
    context,
    me,
    peer,
    pageOf(found, { ...request, offsetDate: 0 }),
    fromLong(request.hash),
  );
}

type Fits = (message: Message) => boolean;

function filterOf(context: MethodContext, filter: Api.TypeMessagesFilter): Fits {
  const byKind =
    (...kinds: readonly string[]): Fits =>
    ({ media }) =>
      media !== undefined && (kinds.includes(media.kind) || kinds.includes(contentKind(context, media)));
  const filters: Readonly<Record<string, Fits>> = {
    InputMessagesFilterEmpty: () => true,
    InputMessagesFilterPinned: ({ pinned }) => pinned === true,
    InputMessagesFilterPhotos: byKind('photo'),
    InputMessagesFilterVideo: byKind('video'),
    InputMessagesFilterPhotoVideo: byKind('photo', 'video'),
    InputMessagesFilterDocument: (message) =>
      message.media?.kind === 'document' && contentKind(context, message.media) === 'document',
    InputMessagesFilterUrl: hasLink,
    InputMessagesFilterGif: byKind('gif'),
    InputMessagesFilterVoice: byKind('voice'),
    InputMessagesFilterMusic: byKind('audio'),
    InputMessagesFilterRoundVideo: byKind('round'),
    InputMessagesFilterRoundVoice: byKind('round', 'voice'),
    InputMessagesFilterGeo: byKind('geo', 'venue'),
    InputMessagesFilterContacts: byKind('contact'),
    InputMessagesFilterPoll: byKind('poll'),
  };
  const fits = filters[filter.className];
  if (!fits) throw badRequest('FILTER_NOT_SUPPORTED');
  return fits;
}

function hasLink({ entities, media }: Message): boolean {
  return media?.kind === 'webpage' || entities.some(({ kind }) => kind === 'url' || kind === 'textUrl');
}
