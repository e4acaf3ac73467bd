import { unreadableBecause } from '../refusals/about-chat.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { discussionGroupOf } from '../telegram/discussion.js';
import { refuseProtectedChat, refuseProtectedComments } from '../telegram/protected.js';
import type { LeftOut } from './events.js';
import type { DownloadOptions, ReadOrder } from './options.js';

type Options = Pick<DownloadOptions, 'reads' | 'unread' | 'leaveOutProtected' | 'allowProtected' | 'signal'>;

/**
 * Refuses protected chats before any work, or leaves them out, and looks up the groups in which channels are discussed whose
 * comments are wanted.
 * @throws UsageError PROTECTED_CHAT
 */
export async function prepareReads(
  client: Caller,
  options: Options,
): Promise<{ readonly reads: readonly ReadOrder[]; readonly unread: readonly LeftOut[] }> {
  const { reads, unread, leaveOutProtected, allowProtected } = options;
  const open = reads.filter(({ chat }) => !(leaveOutProtected && chat.noforwards && !allowProtected));
  // Where all of them are protected, the error says it.
  const used = open.length > 0 ? open : reads;
  for (const { chat } of used) refuseProtected(chat, allowProtected);
  const closed = new Map(reads.filter((order) => !used.includes(order)).map(({ chat }) => [chat.id, chat]));
  const prepared: ReadOrder[] = [];
  for (const order of used) prepared.push(await withDiscussion(client, order, options));
  return {
    reads: prepared,
    unread: [
      ...unread,
      ...[...closed.values()].map(({ id, title }) => ({ chatId: id, title, why: PROTECTED })),
    ],
  };
}

const PROTECTED =
  'was not read: its owner has restricted saving and forwarding its content; if you may copy it, say so with --allow-protected';

function refuseProtected(chat: Chat, allowProtected: boolean): void {
  refuseProtectedChat(chat, allowProtected);
  const { former } = chat;
  if (former?.readable) refuseProtectedChat({ ...chat, ...former }, allowProtected);
}

async function withDiscussion(
  client: Caller,
  order: ReadOrder,
  { leaveOutProtected, allowProtected, signal }: Options,
): Promise<ReadOrder> {
  if (order.kind !== 'chat' || !order.withComments || order.chat.kind !== 'channel') return order;
  const discussion = await discussionGroupOf(client, order.chat, signal).catch((error: unknown) => {
    // Its history will not be readable, either.
    if (unreadableBecause(error) !== undefined) return undefined;
    throw error;
  });
  // Read post by post, its comments are left out.
  const isLeftOut = discussion?.noforwards === true && leaveOutProtected && !allowProtected;
  if (!discussion || isLeftOut) return order;
  refuseProtectedComments(order.chat, discussion, allowProtected);
  return { ...order, discussion };
}
