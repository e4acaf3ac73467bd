import type { Api } from 'telegram/tl/index.js';
import {
  DOCUMENT_VERSION,
  type EmptyDocument,
  type MessageDocument,
  type PostDocument,
  type ServiceDocument,
  type ServiceFlags,
  type UnknownDocument,
} from '../../document/document.js';
import type { RichPage } from '../../document/rich-page.js';
import { flag, maybe, maybeLong, maybePeer, maybeUser, plain, present } from './fields.js';
import { headOf, type ReadingContext } from './head.js';
import { forwardOf } from './headers.js';
import { markupOf } from './markup.js';
import { mediaOf } from './media.js';
import type { PostFields, ServiceFields } from './message-fields.js';
import { commentsOf, factCheckOf, postFlagsOf, restrictionsOf, suggestedPostOf } from './post-parts.js';
import { richPageOf } from './rich-page.js';
import { actionOf } from './service.js';
import { formattedText } from './text.js';
import { holdsUnknown, never, rawMessage, type TlObject, unknownBytes } from './unknown.js';

/**
 * A message as a document. What this version can't read stays in it as TL (`unknown`), and the whole message with it
 * (`raw`).
 */
export function documentOf(message: Api.TypeMessage, context: ReadingContext = {}): MessageDocument {
  const document = readDocument(message, context);
  return holdsUnknown(document) || document.kind === 'empty'
    ? { ...document, raw: rawMessage(message.getBytes()) }
    : document;
}

/** A message of a layer that the library doesn't know, by its bytes, which begin with the constructor's id. */
export function unknownDocument(
  bytes: Uint8Array,
  { id, chat, layer }: { readonly id: number; readonly chat?: number; readonly layer: number },
): UnknownDocument {
  return present<UnknownDocument>({
    version: DOCUMENT_VERSION,
    kind: 'unknown',
    id,
    chat,
    unknown: unknownBytes(bytes),
    raw: rawMessage(bytes, layer),
  });
}

function readDocument(message: Api.TypeMessage, context: ReadingContext): MessageDocument {
  switch (message.className) {
    case 'Message':
      return postOf(message as unknown as PostFields, context);
    case 'MessageService':
      return serviceOf(message as unknown as ServiceFields, context);
    case 'MessageEmpty':
      return present<EmptyDocument>({
        version: DOCUMENT_VERSION,
        kind: 'empty',
        id: message.id,
        chat: maybePeer(message.peerId) ?? context.chat,
        raw: undefined,
      });
    default: {
      const { id } = message as unknown as TlObject & { readonly id?: number };
      return present<UnknownDocument>({
        version: DOCUMENT_VERSION,
        kind: 'unknown',
        id: id ?? 0,
        chat: context.chat,
        unknown: never(message),
        raw: undefined,
      });
    }
  }
}

function postOf(post: PostFields, context: ReadingContext): PostDocument {
  return present<PostDocument>({
    kind: 'message',
    ...headOf(post, context),
    raw: undefined,
    imported: undefined,
    ...formattedText(post.message, post.entities),
    flags: postFlagsOf(post),
    media: maybe(post.media, mediaOf),
    richMessage: maybe(post.richMessage, (rich): RichPage => richPageOf(rich)),
    editDate: plain(post.editDate),
    album: maybeLong(post.groupedId),
    forward: maybe(post.fwdFrom, forwardOf),
    viaBot: maybeUser(post.viaBotId),
    viaBusinessBot: maybeUser(post.viaBusinessBotId),
    viaGuest: maybePeer(post.guestchatViaFrom),
    signature: plain(post.postAuthor),
    rank: plain(post.fromRank),
    boosts: plain(post.fromBoostsApplied),
    views: plain(post.views),
    forwards: plain(post.forwards),
    comments: maybe(post.replies, commentsOf),
    markup: maybe(post.replyMarkup, markupOf),
    restrictions: restrictionsOf(post.restrictionReason),
    effect: maybeLong(post.effect),
    factCheck: maybe(post.factcheck, factCheckOf),
    paidStars: maybeLong(post.paidMessageStars),
    suggestedPost: maybe(post.suggestedPost, suggestedPostOf),
    summaryLanguage: plain(post.summaryFromLanguage),
    quickReply: plain(post.quickReplyShortcutId),
    repeatPeriod: plain(post.scheduleRepeatPeriod),
    reportDeliveryUntil: plain(post.reportDeliveryUntilDate),
  });
}

function serviceOf(message: ServiceFields, context: ReadingContext): ServiceDocument {
  const action = actionOf(message.action);
  const head = headOf(message, context);
  return present<ServiceDocument>({
    kind: 'service',
    ...head,
    // The note that a topic was created is the topic's root.
    topic: action.kind === 'topic_created' ? message.id : head.topic,
    raw: undefined,
    imported: undefined,
    flags: present<ServiceFlags>({
      out: flag(message.out),
      mentioned: flag(message.mentioned),
      mediaUnread: flag(message.mediaUnread),
      silent: flag(message.silent),
      post: flag(message.post),
      legacy: flag(message.legacy),
      reactionsPossible: flag(message.reactionsArePossible),
    }),
    action,
  });
}
