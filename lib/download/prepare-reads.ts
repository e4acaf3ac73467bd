import type { Caller } from '../telegram/caller.js';
import { discussionGroupOf } from '../telegram/discussion.js';
import { refuseProtectedChat, refuseProtectedComments } from '../telegram/protected.js';
import type { DownloadOptions, ReadOrder } from './options.js';

/**
 * Refuses protected chats before any work, and looks up the groups in which channels are discussed whose comments are wanted.
 * @throws UsageError PROTECTED_CHAT
 */
export async function prepareReads(
  client: Caller,
  { reads, allowProtected, signal }: Pick<DownloadOptions, 'reads' | 'allowProtected' | 'signal'>,
): Promise<readonly ReadOrder[]> {
  for (const { chat } of reads) {
    refuseProtectedChat(chat, allowProtected);
    const { former } = chat;
    if (former?.readable) refuseProtectedChat({ ...chat, ...former }, allowProtected);
  }
  const prepared: ReadOrder[] = [];
  for (const order of reads) {
    const isDiscussed = order.kind === 'chat' && order.withComments && order.chat.kind === 'channel';
    const discussion = isDiscussed ? await discussionGroupOf(client, order.chat, signal) : undefined;
    if (discussion) refuseProtectedComments(order.chat, discussion, allowProtected);
    prepared.push(isDiscussed && discussion ? { ...order, discussion } : order);
  }
  return prepared;
}
