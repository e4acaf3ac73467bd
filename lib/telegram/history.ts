import { Api } from 'telegram/tl/index.js';
import { idInChat, isOlder } from '../base/source-ids.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { toLong } from './long.js';
import { acrossHistories, inOlderHistory } from './two-histories.js';
import { withWholeRich } from './whole-rich.js';

/** The most messages that messages.getHistory and getMessages return at once. */
const PAGE = 100;
/** TL: an int. */
const LARGEST_INT = 2 ** 31 - 1;
/** Message ids are TL `int`s. */
const LARGEST_ID = LARGEST_INT;

/** The part of a chat that requests for its history need. */
export type Peer = Pick<Chat, 'peer'>;

interface After {
  readonly afterId: number;
  readonly topicId?: number | undefined;
}

/** The messages that messages.getHistory returns, without messageEmpty. */
export type HistoryMessage = Api.Message | Api.MessageService;

/** A chat's messages with an id above `afterId`, oldest first. */
export async function* readHistory(
  client: Caller,
  chat: Chat,
  { afterId }: { readonly afterId: number },
  signal: AbortSignal,
): AsyncGenerator<HistoryMessage> {
  for await (const page of readPages(client, chat, { afterId }, signal)) yield* page;
}

/**
 * As readHistory, in pages of at most 100, one request each. From an id of the older history on (see source-ids.ts) the
 * older history is read first. Deleted messages (messageEmpty) are left out. `topicId`: only the messages of this topic
 * (1: General) or thread, without its root (messages.getReplies, which pages in the same way).
 */
export async function* readPages(
  client: Caller,
  chat: Pick<Chat, 'peer' | 'former'>,
  { afterId, topicId }: After,
  signal: AbortSignal,
): AsyncGenerator<HistoryMessage[]> {
  const { former } = chat;
  if (isOlder(afterId) && topicId === undefined && former?.readable) {
    const after = { afterId: idInChat(afterId) };
    for await (const page of pagesOf(client, former, after, signal))
      yield page.map((message) => inOlderHistory(message, former));
  }
  const after = { afterId: Math.max(afterId, 0), topicId };
  for await (const page of pagesOf(client, chat, after, signal)) {
    yield page.map((message) => acrossHistories(message, former));
  }
}

/**
 * messages.getHistory lists newest first from `offset_id` (exclusive) on; an `add_offset` of minus the limit moves that
 * window to the messages just above.
 */
async function* pagesOf(
  client: Caller,
  chat: Peer,
  { afterId, topicId }: After,
  signal: AbortSignal,
): AsyncGenerator<HistoryMessage[]> {
  let lastId = afterId;
  while (lastId < LARGEST_ID) {
    const request = pageAfter(chat, { afterId: lastId, topicId });
    // A server with less than a page above fills it with older messages, which were read before.
    const newer = (await messagesOf(client, chat, request, signal))
      .filter(({ id }) => id > lastId)
      .sort((one, other) => one.id - other.id)
      .filter(({ id }, index, sorted) => id !== sorted[index - 1]?.id);
    const last = newer.at(-1);
    if (!last) return;
    lastId = last.id;
    yield newer.filter((message) => !(message instanceof Api.MessageEmpty));
  }
}

/** How many messages a chat has, service messages included, according to the server. */
export async function historyCount(client: Caller, chat: Peer, signal: AbortSignal): Promise<number> {
  const request = historyRequest(chat, { offsetId: 0, addOffset: 0, limit: 1 });
  const page = await client.call(request, { signal });
  return 'count' in page ? page.count : listOf(page).length;
}

/**
 * How many messages come after `afterId`, in the chat (with its older history, if the id belongs to it) or in one topic
 * or thread of it (without its root), service messages included. Undefined if the server doesn't say.
 */
export async function remainingCount(
  client: Caller,
  chat: Chat,
  { afterId, topicId }: After,
  signal: AbortSignal,
): Promise<number | undefined> {
  const own = await countAfter(client, chat, { afterId: Math.max(afterId, 0), topicId }, signal);
  if (!isOlder(afterId) || topicId !== undefined || !chat.former?.readable) return own;
  const older = await countAfter(client, chat.former, { afterId: idInChat(afterId) }, signal);
  return own === undefined || older === undefined ? undefined : own + older;
}

/** The offset_id_offset of the page that begins there. */
async function countAfter(
  client: Caller,
  chat: Peer,
  { afterId, topicId }: After,
  signal: AbortSignal,
): Promise<number | undefined> {
  const request = countRequest(chat, { afterId, topicId });
  try {
    const page = await client.call(request, { signal });
    if (!('count' in page)) return afterId > 0 ? undefined : listOf(page).length;
    if (afterId === 0) return page.count;
    return 'offsetIdOffset' in page ? (page.offsetIdOffset ?? undefined) : undefined;
  } catch (error) {
    if (error instanceof TelegramError) return undefined;
    throw error;
  }
}

/**
 * The id of the newest message that was sent before `date` (unix seconds, above 0): where the page of that offset_date
 * begins (core.telegram.org/api/offsets).
 */
export async function newestBefore(
  client: Caller,
  chat: Peer,
  date: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const request = historyRequest(chat, { offsetId: 0, addOffset: 0, limit: 1 });
  request.offsetDate = Math.min(date, LARGEST_INT);
  const [newest] = listOf(await client.call(request, { signal }));
  return newest?.id;
}

/** The newest `limit` (at most 100) messages, newest first. */
export async function newestMessages(
  client: Caller,
  chat: Peer,
  limit: number,
  signal: AbortSignal,
): Promise<Api.TypeMessage[]> {
  return messagesOf(client, chat, newestRequest(chat, limit), signal);
}

/**
 * One message in its current form, with fresh file references; undefined when it was deleted or is a service message.
 */
export async function fetchMessage(
  client: Caller,
  chat: Chat,
  id: number,
  signal: AbortSignal,
): Promise<Api.Message | undefined> {
  const [found] = await fetchMessages(client, chat, [id], signal);
  return found instanceof Api.Message ? found : undefined;
}

/**
 * Messages in their current form, with fresh file references, in the order of `ids` (channels.getMessages,
 * messages.getMessages). Deleted ones are left out.
 */
export async function fetchMessages(
  client: Caller,
  chat: Chat,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<HistoryMessage[]> {
  const { former } = chat;
  const own = ids.filter((id) => !isOlder(id));
  const found = (await messagesById(client, chat, own, signal)).map((message) =>
    acrossHistories(message, former),
  );
  if (former?.readable) {
    const older = ids.filter(isOlder).map(idInChat);
    for (const message of await messagesById(client, former, older, signal)) {
      found.push(inOlderHistory(message, former));
    }
  }
  const byId = new Map(found.map((message) => [message.id, message]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function messagesById(
  client: Caller,
  chat: Peer,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<HistoryMessage[]> {
  const { peer } = chat;
  const found: HistoryMessage[] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    const id = ids.slice(start, start + PAGE).map((each) => new Api.InputMessageID({ id: each }));
    const request =
      peer instanceof Api.InputPeerChannel
        ? new Api.channels.GetMessages({ channel: toInputChannel(peer), id })
        : new Api.messages.GetMessages({ id });
    for (const message of await messagesOf(client, chat, request, signal)) {
      if (!(message instanceof Api.MessageEmpty)) found.push(message);
    }
  }
  return found;
}

/**
 * The requests with which `readPages` and `remainingCount` begin above `afterId` in a chat without an older history.
 */
export function firstRequests(chat: Peer, afterId: number): readonly Api.AnyRequest[] {
  return [pageAfter(chat, { afterId }), countRequest(chat, { afterId })];
}

/** The request of `newestMessages`. */
export function newestRequest(chat: Peer, limit: number): Api.messages.GetHistory {
  return historyRequest(chat, { offsetId: 0, addOffset: 0, limit });
}

type PageRequest = Api.messages.GetHistory | Api.messages.GetReplies;

function pageAfter(chat: Peer, { afterId, topicId }: After): PageRequest {
  return pageRequest(chat, topicId, { offsetId: afterId + 1, addOffset: -PAGE, limit: PAGE });
}

function countRequest(chat: Peer, { afterId, topicId }: After): PageRequest {
  const offsetId = afterId > 0 ? Math.min(afterId + 1, LARGEST_ID) : 0;
  return pageRequest(chat, topicId, { offsetId, addOffset: 0, limit: 1 });
}

interface PageWindow {
  readonly offsetId: number;
  readonly addOffset: number;
  readonly limit: number;
}

function pageRequest(chat: Peer, topicId: number | undefined, window: PageWindow): PageRequest {
  if (topicId === undefined) return historyRequest(chat, window);
  return new Api.messages.GetReplies({ peer: chat.peer, msgId: topicId, ...window, ...noLimits() });
}

function historyRequest({ peer }: Peer, window: PageWindow): Api.messages.GetHistory {
  return new Api.messages.GetHistory({ peer, ...window, ...noLimits() });
}

function noLimits() {
  return { offsetDate: 0, maxId: 0, minId: 0, hash: toLong(0) };
}

export function toInputChannel({ channelId, accessHash }: Api.InputPeerChannel): Api.InputChannel {
  return new Api.InputChannel({ channelId, accessHash });
}

/** The messages that a call returns, each of them whole. */
async function messagesOf(
  client: Caller,
  chat: Peer,
  request: PageRequest | Api.channels.GetMessages | Api.messages.GetMessages,
  signal: AbortSignal,
): Promise<Api.TypeMessage[]> {
  return withWholeRich(client, chat, listOf(await client.call(request, { signal })), signal);
}

function listOf(page: Api.messages.TypeMessages): Api.TypeMessage[] {
  return page instanceof Api.messages.MessagesNotModified ? [] : page.messages;
}
