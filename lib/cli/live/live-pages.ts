import stringify from 'fast-json-stable-stringify';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { ReadOrder } from '../../download/options.js';
import { readAhead } from '../../download/read-ahead.js';
import { pagesOf } from '../../download/read-pages.js';
import { type ReadMessage, readMessages } from '../../download/save-page.js';
import type { ExportedMessage } from '../../exchange/exported.js';
import type { MessageDocument } from '../../messages/document/document.js';
import type { Selection } from '../../messages/selection/selection.js';
import { Limit } from '../../store/read/limit.js';
import { ALBUM_IDS } from '../../store/search/documents.js';
import type { Caller } from '../../telegram/caller.js';
import type { Chat } from '../../telegram/chat.js';
import { GENERAL_TOPIC } from '../../telegram/topics.js';
import { merged } from '../merged-pages.js';
import { WholePosts } from './whole-posts.js';

/** A message as Telegram shows it now, and the chat in which it is. */
export interface LiveMessage extends ExportedMessage, ReadMessage {
  readonly chat: Chat;
}

/** Selected messages of one history, the oldest first: a supergroup's, or that of the group that it used to be. */
export interface LivePage {
  readonly chat: Chat;
  readonly messages: readonly LiveMessage[];
}

export interface LivePagesOptions {
  readonly selection: Selection;
  readonly accountId: number;
  readonly allowProtected: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * The selected messages of a chat, straight from Telegram: the same ones, in the same order, as the store would give after a
 * download. No page is empty. `chat`: as resolveChat returns it.
 */
export async function* livePages(
  client: Caller,
  chat: Chat,
  options: LivePagesOptions,
): AsyncGenerator<LivePage> {
  const { selection, signal } = options;
  const limit = selection.limit === undefined ? undefined : new Limit(selection.limit);
  let history: { readonly chat: Chat; readonly posts: WholePosts<LiveMessage> } | undefined;
  const limited = function* (of: Chat, messages: readonly LiveMessage[]): Generator<LivePage> {
    const taken = limit?.take(messages) ?? messages;
    if (taken.length > 0) yield { chat: of, messages: taken };
  };
  for await (const page of readAhead(pagesByIds(client, chat, options))) {
    signal.throwIfAborted();
    if (history && history.chat.id !== page.chat.id) yield* limited(history.chat, history.posts.end());
    if (history?.chat.id !== page.chat.id) history = { chat: page.chat, posts: new WholePosts(selection) };
    yield* limited(history.chat, history.posts.add(page.messages));
    const next = page.messages.at(-1)?.document.id;
    if (next !== undefined && limit?.isOver(next + 1) === true) return;
  }
  if (history) yield* limited(history.chat, history.posts.end());
}

/** All that may be selected, by ascending ids. Several topics are read side by side. */
async function* pagesByIds(client: Caller, chat: Chat, options: LivePagesOptions): AsyncGenerator<LivePage> {
  const { topics, bounds } = options.selection;
  const { former: _, ...own } = chat;
  const hasIds = bounds.fromId !== undefined || bounds.toId !== undefined;
  // A thread of General holds less than what belongs to no other topic.
  if (chat.kind !== 'forum' || !topics || topics.has(GENERAL_TOPIC)) {
    // Ids and topics that are asked for are the supergroup's own.
    yield* pagesOfOrder(client, { chat: hasIds || topics ? own : chat }, options);
    return;
  }
  const sources = [...topics].map((topic) => messagesOf(pagesOfOrder(client, { chat: own, topic }, options)));
  for await (const messages of merged(sources, undefined)) yield { chat: own, messages };
}

async function* messagesOf(pages: AsyncGenerator<LivePage>): AsyncGenerator<readonly LiveMessage[]> {
  for await (const { messages } of pages) yield messages;
}

async function* pagesOfOrder(
  client: Caller,
  { chat, topic }: { readonly chat: Chat; readonly topic?: number },
  options: LivePagesOptions,
): AsyncGenerator<LivePage> {
  const order: ReadOrder = { kind: 'chat', chat, topic, withComments: false };
  const { selection } = options;
  // The topics are those of the order.
  const reading = { ...widened(selection), topics: undefined };
  for await (const page of pagesOf(client, { ...options, reads: [order], unread: [], selection: reading })) {
    const messages = readMessages(page, options).map(
      ({ message, document }): LiveMessage => ({
        ...{ message, status: 'retrieved', version: 0, chat: page.chat },
        document: asStored(document),
      }),
    );
    if (messages.length > 0) yield { chat: page.chat, messages };
  }
}

/** With its keys in the order in which the store has them, so that both are exported as the same text. */
function asStored(document: MessageDocument): MessageDocument {
  return JSON.parse(stringify(document)) as MessageDocument;
}

/** Items of an album are posted within that many seconds. */
const ALBUM_SECONDS = 60;

/** An album that a bound cuts is read whole, so that it can be judged as one post. */
function widened(selection: Selection): Selection {
  const { since, until, fromId, toId } = selection.bounds;
  return {
    ...selection,
    bounds: {
      since: since === undefined ? undefined : since - ALBUM_SECONDS,
      until: until === undefined ? undefined : until + ALBUM_SECONDS,
      fromId: fromId === undefined ? undefined : Math.max(Math.min(fromId, 1), fromId - ALBUM_IDS),
      toId: toId === undefined ? undefined : toId + ALBUM_IDS,
    },
  };
}
