import { Api } from 'telegram/tl/index.js';
import { editChecklist } from '../kinds/checklist.js';
import { moveGeoLive } from '../kinds/places.js';
import { isClosed, type Poll } from '../kinds/poll.js';
import { type RichMessage, readRichMessage } from '../kinds/rich-message.js';
import { type Edit, editMessage } from '../world/changing.js';
import { hasRight } from '../world/chats.js';
import type { Entity, StyledText } from '../world/entity.js';
import type { Media, Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import { changesAnswer, messageIn } from './changes.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { contentKind, mediaOf } from './input-media.js';
import { caption, messageText } from './message-text.js';
import { peerOf } from './peers.js';
import { pushResults } from './polls.js';
import { readingOf } from './reading.js';

/** How long a message may be edited, in seconds (help.getConfig: edit_time_limit). */
const EDIT_TIME_LIMIT_S = 48 * 3600;

/** Editing messages. */
export function editMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.EditMessage': (request: Api.messages.EditMessage, call) => edit(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.editMessage. MESSAGE_ID_INVALID for service messages, MESSAGE_AUTHOR_REQUIRED for
 * messages of others and forwards, MESSAGE_EDIT_TIME_EXPIRED, MESSAGE_NOT_MODIFIED, and the refusals of texts and media.
 */
function edit(context: MethodContext, request: Api.messages.EditMessage, call: Call): Api.TypeUpdates {
  const { me, caller } = call;
  const { world } = context;
  const peer = peerOf(world, me, request.peer);
  const message = messageIn(world, me, peer, Number(request.id));
  checkEditable(context, me, message);
  if (message.media?.kind === 'poll') closePoll(context, message.media.poll, request, call);
  else if (!LASTING.has(message.media?.kind)) checkTime(context, me, message);
  const changed = contentAfter(context, call, message, request);
  if (isSame(message, changed) && !isClosing(message, request)) throw badRequest('MESSAGE_NOT_MODIFIED');
  const changes = editMessage(world, message, changed, caller.sessionId);
  world.announce(changes);
  return changesAnswer(context, me, changes);
}

/** Kinds with rules of their own for how long they can be edited. */
const LASTING: ReadonlySet<string | undefined> = new Set(['geoLive', 'checklist']);

function checkEditable({ world }: MethodContext, me: Account, message: Message): void {
  if (message.action) throw badRequest('MESSAGE_ID_INVALID');
  const chat = world.chat(message.peer);
  const member = chat?.members.get(me.id);
  const isOwn = message.sender === me.id;
  const isEditor = chat?.kind === 'broadcast' && hasRight(member, 'editMessages');
  const mayWrite = chat?.kind !== 'broadcast' || hasRight(member, 'postMessages');
  if (message.forward || !(isEditor || (isOwn && mayWrite))) throw forbidden('MESSAGE_AUTHOR_REQUIRED');
}

function checkTime({ world }: MethodContext, me: Account, message: Message): void {
  const chat = world.chat(message.peer);
  const member = chat?.members.get(me.id);
  const isEditor = chat?.kind === 'broadcast' && hasRight(member, 'editMessages');
  // Whoever may pin messages of a supergroup may edit their own at any time.
  const isTimeless =
    isEditor || message.peer === me.id || (chat?.kind === 'supergroup' && hasRight(member, 'pinMessages'));
  if (!isTimeless && world.nowSeconds() - message.date > EDIT_TIME_LIMIT_S) {
    throw badRequest('MESSAGE_EDIT_TIME_EXPIRED');
  }
}

function isClosing({ media }: Message, { media: input }: Api.messages.EditMessage): boolean {
  return media?.kind === 'poll' && input instanceof Api.InputMediaPoll && input.poll.closed === true;
}

/** The only edit of a poll is its end (poll.closed), at any time. MESSAGE_NOT_MODIFIED, MEDIA_PREV_INVALID. */
function closePoll(
  context: MethodContext,
  poll: Poll,
  { media: input }: Api.messages.EditMessage,
  { me, caller }: Call,
): void {
  if (!(input instanceof Api.InputMediaPoll)) throw badRequest('MEDIA_PREV_INVALID');
  if (!input.poll.closed || isClosed(poll, context.world.nowSeconds()))
    throw badRequest('MESSAGE_NOT_MODIFIED');
  poll.closed = true;
  pushResults(context, poll, { userId: me.id, sessionId: caller.sessionId });
}

/** What an edit makes of a message. */
type After = Required<Omit<Edit, 'rich'>> & { readonly rich: RichMessage | undefined };

function contentAfter(
  context: MethodContext,
  call: Call,
  message: Message,
  request: Api.messages.EditMessage,
): After {
  const isExchange = request.media && message.media?.kind !== 'poll';
  const media =
    isExchange && request.media ? mediaAfter(context, call, message, request.media) : kept(message, request);
  const { text, entities, rich } = wordsAfter(context, call, message, request, media);
  const asBefore = request.media == null && request.message == null && request.richMessage == null;
  return {
    text,
    entities,
    media,
    rich,
    invertMedia: asBefore ? message.invertMedia : Boolean(request.invertMedia),
  };
}

/** An edit takes nothing out of a message but a link preview (no_webpage). */
function kept({ media }: Message, { noWebpage }: Api.messages.EditMessage): Media | undefined {
  return media?.kind === 'webpage' && noWebpage ? undefined : media;
}

/** A rich message is edited by another one; an edit of the text alone leaves nothing of it (TDLib). MEDIA_PREV_INVALID. */
function wordsAfter(
  context: MethodContext,
  call: Call,
  message: Message,
  request: Api.messages.EditMessage,
  media: Media | undefined,
): StyledText & { readonly rich: RichMessage | undefined } {
  const { richMessage, message: text, entities } = request;
  if (richMessage) {
    if (message.media && message.media.kind !== 'webpage') throw badRequest('MEDIA_PREV_INVALID');
    const rich = readRichMessage(readingOf(context, call, message.peer), richMessage);
    return { ...caption(context, call.me, text ?? '', entities, message.peer), rich };
  }
  if (request.message == null) return { text: message.text, entities: message.entities, rich: message.rich };
  return { ...textAfter(context, call.me, message, request, media), rich: undefined };
}

function textAfter(
  context: MethodContext,
  me: Account,
  { peer }: Message,
  { message: text = '', entities }: Api.messages.EditMessage,
  media: Media | undefined,
): StyledText {
  const isText = media === undefined || media.kind === 'webpage';
  return (isText ? messageText : caption)(context, me, text, entities, peer);
}

/** The kinds of content that another file may take the place of. */
const EXCHANGEABLE = new Set(['text', 'photo', 'video', 'audio', 'document', 'gif']);

/** MEDIA_PREV_INVALID, MEDIA_NEW_INVALID, and MEDIA_GROUPED_INVALID for an item that doesn't fit its album. */
function mediaAfter(
  context: MethodContext,
  call: Call,
  { media, groupedId, peer, date }: Message,
  input: Api.TypeInputMedia,
): Media {
  const scene = readingOf(context, call, peer);
  if (media?.kind === 'geoLive') return moveGeoLive(scene, media, date, input);
  if (media?.kind === 'checklist') return editChecklist(scene, media, input);
  const before = media ? contentKind(context, media) : 'text';
  if (!EXCHANGEABLE.has(before)) throw badRequest('MEDIA_PREV_INVALID');
  const fresh = mediaOf(context, call, input, peer);
  const after = contentKind(context, fresh);
  if (!EXCHANGEABLE.has(after)) throw badRequest('MEDIA_NEW_INVALID');
  if (groupedId !== undefined && familyOf(before) !== familyOf(after))
    throw badRequest('MEDIA_GROUPED_INVALID');
  return fresh;
}

function familyOf(kind: string): string {
  return kind === 'photo' || kind === 'video' ? 'visual' : kind;
}

function isSame(message: Message, { text, entities, media, invertMedia, rich }: After): boolean {
  return (
    text === message.text &&
    rich === message.rich &&
    sameEntities(entities, message.entities) &&
    media === message.media &&
    invertMedia === message.invertMedia
  );
}

function sameEntities(one: readonly Entity[], other: readonly Entity[]): boolean {
  const plain = (entities: readonly Entity[]): string =>
    JSON.stringify(entities, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  return plain(one) === plain(other);
}
