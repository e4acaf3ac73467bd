import { markedId } from '../base/marked-id.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { discussionOf, hasComments } from '../telegram/discussion.js';
import { fetchMessages, readPages } from '../telegram/history.js';
import { refuseProtectedChat } from '../telegram/protected.js';
import { readThread } from '../telegram/thread-pages.js';
import { type History, historiesOf } from './histories.js';
import type { DownloadOptions } from './options.js';

/** Messages of one chat, oldest first. */
export interface Page {
  readonly chat: Chat;
  readonly sourceIdOf: (id: number) => number;
  readonly messages: readonly HistoryMessage[];
  /** All that they hold is wanted, whatever the selection says. */
  readonly everything?: boolean;
  /** Ids of messages that were asked for, and that the chat doesn't have. */
  readonly missing?: readonly number[];
  /** Behind the last page of a history that was read to its end: the newest message's id. */
  readonly end?: { readonly lastId: number };
}

const IDS_AT_ONCE = 100;

type Options = Pick<DownloadOptions, 'reads' | 'selection' | 'allowProtected' | 'clock' | 'log' | 'signal'>;

/** All that a download reads, page by page. One page and the one under way are all that is held. */
export async function* pagesOf(client: Caller, options: Options): AsyncGenerator<Page> {
  for (const order of options.reads) {
    for await (const history of historiesOf(client, order, options)) {
      yield* pagesOfHistory(client, history, options);
    }
  }
}

async function* pagesOfHistory(client: Caller, history: History, options: Options): AsyncGenerator<Page> {
  const { chat, sourceIdOf, after, upTo, withComments, topicId, ids } = history;
  if (ids) return yield* namedMessages(client, { ...history, ids }, options.signal);
  const page = { chat, sourceIdOf };
  let lastId = after;
  for await (const messages of messagesOf(client, history, options.signal)) {
    const wanted = messages.filter(({ id }) => id <= upTo);
    yield { ...page, messages: wanted };
    if (withComments && chat.kind === 'channel')
      yield* commentsOf(client, { chat, sourceIdOf }, wanted, options);
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

/**
 * The comments below posts of a channel, from its discussion group, without the posts as they stand there. A selection knows
 * them by the ids of their posts.
 */
async function* commentsOf(
  client: Caller,
  { chat: channel, sourceIdOf }: Pick<History, 'chat' | 'sourceIdOf'>,
  posts: readonly HistoryMessage[],
  options: Options,
): AsyncGenerator<Page> {
  const { signal, log, allowProtected } = options;
  const read = new Set<number>();
  for (const post of posts) {
    if (!hasComments(post)) continue;
    const discussion = await discussionOf(client, channel, post.id, signal);
    if (!discussion) {
      log.warn('comments_unreadable', { chat: channel.id, messageId: post.id });
      continue;
    }
    const { group, rootId } = discussion;
    // The items of an album share their comments.
    if (read.has(rootId)) continue;
    read.add(rootId);
    refuseProtectedChat(group, allowProtected);
    const thread = { topicId: rootId, afterId: 0, withRoot: false };
    for await (const page of readThread(client, group, thread, signal)) {
      const comments = page.filter(({ id }) => id !== rootId);
      yield { chat: group, sourceIdOf: () => sourceIdOf(post.id), messages: comments };
    }
  }
}
