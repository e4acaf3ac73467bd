import { Api } from 'telegram/tl/index.js';
import { markedId } from '../base/marked-id.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { answeredId } from '../messages/tl/replies.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { discussionOf, hasComments } from '../telegram/discussion.js';
import { fetchMessages, readPages } from '../telegram/history.js';
import { lastIdBefore } from '../telegram/history-bounds.js';
import { readThread } from '../telegram/thread-pages.js';
import type { DownloadOptions, ReadOrder } from './options.js';
import type { Page } from './page.js';

type Options = Pick<DownloadOptions, 'selection' | 'allowProtected' | 'log' | 'signal'>;

/** A page that says something of a chat, and holds nothing of it. */
export function emptyPage(chat: Chat): Page {
  return { chat, sourceIdOf: (id) => id, messages: [] };
}

/**
 * The comments below posts of a channel, from its discussion group, without the posts as they stand there. A selection knows
 * them by the ids of their posts.
 */
export async function* commentsOf(
  client: Caller,
  { chat: channel, sourceIdOf }: Pick<Page, 'chat' | 'sourceIdOf'>,
  { posts, closed }: { readonly posts: readonly HistoryMessage[]; readonly closed: Set<number> },
  { signal, log, allowProtected }: Options,
): AsyncGenerator<Page> {
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
    // It wasn't known, or not protected, when the download began.
    if (group.noforwards && !allowProtected) {
      if (!closed.has(group.id)) yield { ...emptyPage(group), leftOut: PROTECTED };
      closed.add(group.id);
      continue;
    }
    const thread = { topicId: rootId, afterId: 0, withRoot: false };
    for await (const page of readThread(client, group, thread, signal)) {
      const comments = page.filter(({ id }) => id !== rootId);
      yield { chat: group, sourceIdOf: () => sourceIdOf(post.id), messages: comments };
    }
  }
}

const PROTECTED =
  'has content that its owner has restricted from being saved, and its comments are left out: if you may copy them, say so with --allow-protected';

/** New comments of a channel, whatever the age of their posts. */
export interface NewComments {
  readonly channel: Chat;
  readonly group: Chat;
  /** The newest message of the group that is too old; undefined when its history can't be read. */
  readonly after: number | undefined;
  readonly leftOut?: string;
}

/**
 * Where new comments begin, for a channel that is read with its comments from some date on. Undefined when everything is read
 * post by post.
 */
export async function newCommentsOf(
  client: Caller,
  order: ReadOrder,
  { selection, signal }: Options,
): Promise<NewComments | undefined> {
  const { since } = selection.bounds;
  if (order.kind !== 'chat' || !order.withComments || !order.discussion || since === undefined)
    return undefined;
  const { chat: channel, discussion: group } = order;
  try {
    return { channel, group, after: (await lastIdBefore(client, group, since, signal)) ?? 0 };
  } catch (error) {
    if (!(error instanceof TelegramError && error.errorMessage.startsWith('CHANNEL_'))) throw error;
    return { channel, group, after: undefined, leftOut: UNREADABLE };
  }
}

const UNREADABLE =
  'shows this account no history, and new comments below posts older than --since are left out: join the group, or leave out --since';

/**
 * The comments since then, by one pass through the group, each under its post. What isn't said about a post is passed over.
 * A group forwards each post to itself, and comments answer that message (core.telegram.org/api/discussion).
 */
export async function* newComments(
  client: Caller,
  { channel, group, after }: NewComments,
  { selection, signal }: Options,
): AsyncGenerator<Page> {
  if (after === undefined) return;
  const { until = Number.POSITIVE_INFINITY } = selection.bounds;
  /** Posts by the messages that stand for them in the group, and by comments. */
  const posts = new Map<number, number | undefined>();
  for await (const page of readPages(client, group, { afterId: after }, signal)) {
    const due = page.filter(({ date }) => date <= until);
    for (const message of due) {
      const post = postOf(message, channel);
      if (post !== undefined) posts.set(message.id, post);
    }
    const older = due.map((message) => rootOf(message, group)).filter((root) => root !== undefined);
    const unknown = [...new Set(older)].filter((root) => root <= after && !posts.has(root));
    for (const root of unknown) posts.set(root, undefined);
    for (const root of await fetchMessages(client, group, unknown, signal))
      posts.set(root.id, postOf(root, channel));
    const comments = due.filter((message) => {
      const root = rootOf(message, group);
      const post = root === undefined ? undefined : posts.get(root);
      if (post !== undefined) posts.set(message.id, post);
      return post !== undefined;
    });
    yield { chat: group, sourceIdOf: (id) => posts.get(id) ?? id, messages: comments };
    if (due.length < page.length) return;
  }
}

/** The message from which a comment's thread starts. */
function rootOf(message: HistoryMessage, { id }: Chat): number | undefined {
  const answered = answeredId(message, id);
  const { replyTo } = message;
  return answered === undefined || !(replyTo instanceof Api.MessageReplyHeader)
    ? undefined
    : (replyTo.replyToTopId ?? answered);
}

/** The post for which a message of the group stands. One that the channel has forwarded itself is named as saved. */
function postOf(message: HistoryMessage, channel: Chat): number | undefined {
  const from = message instanceof Api.Message ? message.fwdFrom : undefined;
  if (!from) return undefined;
  const { savedFromPeer, savedFromMsgId, fromId, channelPost } = from;
  if (savedFromPeer) return markedId(savedFromPeer) === channel.id ? savedFromMsgId : undefined;
  return fromId && markedId(fromId) === channel.id ? channelPost : undefined;
}
