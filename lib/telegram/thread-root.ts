import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { fetchMessages, type HistoryMessage } from './history.js';

/** The ids of a message and of all messages of its album differ by less than this. */
export const ROOT_SPAN = 50;

/**
 * The root of a topic or thread, which messages.getReplies leaves out: the message `rootId`, with the other messages of
 * its album, oldest first. Empty when it was deleted.
 */
export async function threadRoot(
  client: Caller,
  chat: Chat,
  rootId: number,
  signal: AbortSignal,
): Promise<HistoryMessage[]> {
  const [root] = await fetchMessages(client, chat, [rootId], signal);
  if (!root?.groupedId) return root ? [root] : [];
  const first = Math.max(1, rootId - ROOT_SPAN + 1);
  const around = Array.from({ length: rootId + ROOT_SPAN - first }, (_, index) => first + index);
  const near = await fetchMessages(client, chat, around, signal);
  return near.filter(({ groupedId }) => String(groupedId) === String(root.groupedId));
}
