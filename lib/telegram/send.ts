import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { PatientCaller, Timed } from './caller.js';
import type { Chat } from './chat.js';
import { type Choose, type FindSentOptions, type Fits, findSent } from './find-sent.js';
import { toLong } from './long.js';
import { sendForIds } from './send-for-ids.js';
import { GENERAL_TOPIC } from './topics.js';

export interface SendTarget {
  readonly chat: Chat;
  /** A forum topic's root; General (1) or undefined: the chat itself. */
  readonly topicId?: number;
  /** Without a notification. */
  readonly silent: boolean;
  readonly replyTo?: ReplyTo;
  /**
   * The newest message that is known to have been in the chat before: if a call's answer is lost, the messages it
   * posted are looked for after this one. Default: among the newest.
   */
  readonly afterId?: number;
  /** How the call handles temporary faults. */
  readonly faults?: FaultOptions;
  /** Decides to whom messages found there belong. Default: to this call. */
  readonly choose?: Choose;
  /** The id of the animation that is played when it arrives; in private chats only. */
  readonly effect?: bigint;
}

/** The answered message, and the part of it that is quoted. */
export interface ReplyTo {
  readonly messageId: number;
  /** The chat it is in, if that is another one. */
  readonly peer?: Api.TypeInputPeer;
  readonly quote?: Pick<Api.InputReplyToMessage, 'quoteText' | 'quoteEntities' | 'quoteOffset'>;
  /** The task of a checklist, or the answer of a poll, that is answered. */
  readonly detail?: { readonly todoItemId?: number; readonly pollOption?: Buffer };
}

/** The fields that every message has. */
export interface Sent {
  /** A repeat with the same random_id and peer sends nothing twice. */
  readonly randomId: bigint;
  /** Whether a message of the target may be its copy: used when a call's answer was lost. */
  readonly fits: Fits;
}

export interface TextMessage extends Sent {
  readonly text: string;
  readonly entities: Api.TypeMessageEntity[];
  readonly noWebpage?: boolean;
  readonly invertMedia?: boolean;
  /** Headings, tables and the like; the text, which may be empty, is for apps that can't show them. */
  readonly rich?: Api.TypeInputRichMessage | undefined;
}

export interface MediaMessage extends Sent {
  readonly media: Api.TypeInputMedia;
  readonly caption: string;
  readonly entities: Api.TypeMessageEntity[];
  readonly invertMedia?: boolean;
}

/** Sends a text and returns its id in the target (messages.sendMessage). */
export async function sendText(
  client: PatientCaller & Timed,
  target: SendTarget,
  { text, entities, randomId, fits, noWebpage, invertMedia, rich }: TextMessage,
  signal: AbortSignal,
): Promise<number> {
  const request = new Api.messages.SendMessage({
    ...destination(target),
    message: text,
    entities,
    randomId: toLong(randomId),
    noWebpage: noWebpage === true,
    invertMedia: invertMedia === true,
    ...(rich && { richMessage: rich }),
  });
  const [id] = await send(client, target, request, [{ randomId, fits }], signal);
  return known(id);
}

/** Sends one photo, document or link preview and returns its id in the target (messages.sendMedia). */
export async function sendMedia(
  client: PatientCaller & Timed,
  target: SendTarget,
  { media, caption, entities, randomId, fits, invertMedia }: MediaMessage,
  signal: AbortSignal,
): Promise<number> {
  const request = new Api.messages.SendMedia({
    ...destination(target),
    media,
    message: caption,
    entities,
    randomId: toLong(randomId),
    invertMedia: invertMedia === true,
  });
  const [id] = await send(client, target, request, [{ randomId, fits }], signal);
  return known(id);
}

/**
 * Sends 2 to 10 photos or documents as one album and returns their ids in the target, in order. Their media are
 * the server's files: messages.sendMultiMedia takes no uploads.
 */
export async function sendAlbum(
  client: PatientCaller & Timed,
  target: SendTarget,
  items: readonly MediaMessage[],
  signal: AbortSignal,
): Promise<number[]> {
  const multiMedia = items.map(
    ({ media, caption, entities, randomId }) =>
      new Api.InputSingleMedia({ media, message: caption, entities, randomId: toLong(randomId) }),
  );
  const invertMedia = items.some((item) => item.invertMedia === true);
  const request = new Api.messages.SendMultiMedia({ ...destination(target), multiMedia, invertMedia });
  const ids = await send(client, target, request, items, signal);
  return ids.map(known);
}

function destination(target: SendTarget): {
  peer: Api.TypeInputPeer;
  silent: boolean;
  effect?: ReturnType<typeof toLong>;
  replyTo?: Api.InputReplyToMessage;
} {
  const { chat, silent, effect, replyTo } = target;
  const own = { peer: chat.peer, silent, ...(effect !== undefined && { effect: toLong(effect) }) };
  const topMsgId = topicRoot(target);
  const replyToMsgId = replyTo?.messageId ?? topMsgId;
  if (replyToMsgId === undefined) return own;
  const reply = {
    replyToMsgId,
    ...(topMsgId !== undefined && { topMsgId }),
    ...(replyTo?.peer && { replyToPeerId: replyTo.peer }),
    ...replyTo?.quote,
    ...replyTo?.detail,
  };
  return { ...own, replyTo: new Api.InputReplyToMessage(reply) };
}

/** General has no root message. */
function topicRoot({ topicId }: SendTarget): number | undefined {
  return topicId === GENERAL_TOPIC ? undefined : topicId;
}

/** How often messages whose ids Telegram doesn't report are looked for in the target. */
const LOOKS = 5;

async function send(
  client: PatientCaller & Timed,
  target: SendTarget,
  request: Api.messages.SendMessage | Api.messages.SendMedia | Api.messages.SendMultiMedia,
  messages: readonly Sent[],
  signal: AbortSignal,
): Promise<readonly (number | undefined)[]> {
  const randomIds = messages.map(({ randomId }) => randomId);
  const { chat, afterId, choose, faults } = target;
  const topicId = topicRoot(target);
  const wanted = messages.map(({ fits }) => fits);
  const look = (options: Pick<FindSentOptions, 'attempts' | 'areThere'>, whileSending: AbortSignal) =>
    findSent(client, chat, wanted, { ...options, afterId, topicId, choose, signal: whileSending });
  const ids = await sendForIds(client, request, randomIds, {
    signal,
    faults,
    look: (whileSending) => look({}, whileSending),
  });
  return ids ?? (await look({ attempts: LOOKS, areThere: true }, signal)) ?? messages.map(() => undefined);
}

function known(id: number | undefined): number {
  if (id !== undefined) return id;
  throw new FailedError(
    'SENT_UNKNOWN',
    'Telegram says that this message was sent before, but it was not found in the target: look there.',
  );
}
