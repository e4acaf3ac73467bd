import { markedId } from '../base/marked-id.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { unreadableBecause } from '../refusals/about-chat.js';
import type { Caller } from '../telegram/caller.js';
import { fetchMessages, readPages } from '../telegram/history.js';
import { readThread } from '../telegram/thread-pages.js';
import { commentsOf, emptyPage, newComments, newCommentsOf } from './comments.js';
import { type History, historiesOf } from './histories.js';
import type { DownloadOptions, ReadOrder } from './options.js';
import type { Page } from './page.js';

const IDS_AT_ONCE = 100;

type Options = Pick<
  DownloadOptions,
  'reads' | 'unread' | 'selection' | 'allowProtected' | 'clock' | 'log' | 'signal'
>;

/** All that a download reads, page by page. One page and the one under way are all that is held. */
export async function* pagesOf(client: Caller, options: Options): AsyncGenerator<Page> {
  for (const order of options.reads) {
    try {
      yield* pagesOfOrder(client, order, options);
    } catch (error) {
      const why = unreadableBecause(error);
      // Where nothing else is asked for, the error says it.
      if (why === undefined || options.reads.length + options.unread.length === 1) throw error;
      options.log.error('chat_unreadable', { chat: order.chat.id, error });
      yield { ...emptyPage(order.chat), leftOut: `was not read to its end: ${why}` };
    }
  }
}

async function* pagesOfOrder(client: Caller, order: ReadOrder, options: Options): AsyncGenerator<Page> {
  const comments = await newCommentsOf(client, order, options);
  if (comments?.leftOut !== undefined) yield { ...emptyPage(comments.group), leftOut: comments.leftOut };
  for await (const history of historiesOf(client, order, options)) {
    const withComments = history.withComments && comments?.after === undefined;
    yield* pagesOfHistory(client, { ...history, withComments }, options);
  }
  if (comments) yield* newComments(client, comments, options);
}

async function* pagesOfHistory(client: Caller, history: History, options: Options): AsyncGenerator<Page> {
  const { chat, sourceIdOf, after, upTo, withComments, topicId, ids } = history;
  if (ids) return yield* namedMessages(client, { ...history, ids }, options.signal);
  const page = { ...emptyPage(chat), sourceIdOf };
  const closed = new Set<number>();
  let lastId = after;
  for await (const messages of messagesOf(client, history, options.signal)) {
    const wanted = messages.filter(({ id }) => id <= upTo);
    yield { ...page, messages: wanted };
    if (withComments && chat.kind === 'channel')
      yield* commentsOf(client, page, { posts: wanted, closed }, options);
    if (wanted.length < messages.length) return;
    lastId = wanted.at(-1)?.id ?? lastId;
  }
  if (topicId === undefined && upTo === Number.POSITIVE_INFINITY) {
    yield { ...page, messages: [], end: { lastId } };
  }
}

async function* messagesOf(
  client: Caller,
  { chat, topicId, after }: History,
  signal: AbortSignal,
): AsyncGenerator<readonly HistoryMessage[]> {
  if (topicId === undefined) yield* readPages(client, chat, { afterId: after }, signal);
  else yield* readThread(client, chat, { topicId, afterId: after }, signal);
}

async function* namedMessages(
  client: Caller,
  { chat, sourceIdOf, ids, everything }: History & { readonly ids: readonly number[] },
  signal: AbortSignal,
): AsyncGenerator<Page> {
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const asked = ids.slice(start, start + IDS_AT_ONCE);
    // All private chats and basic groups of an account number their messages together.
    const messages = (await fetchMessages(client, chat, asked, signal)).filter(
      ({ peerId }) => markedId(peerId) === chat.id,
    );
    const found = new Set(messages.map(({ id }) => id));
    const missing = asked.filter((id) => !found.has(id));
    yield { chat, sourceIdOf, messages, everything, ...(missing.length > 0 && { missing }) };
  }
}
