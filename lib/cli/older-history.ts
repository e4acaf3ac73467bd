import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { historyCount } from '../telegram/history.js';
import { count } from './progress/words.js';

/**
 * Says what happens to the messages from before the source was a supergroup; undefined for a chat that has always been
 * what it is.
 */
export async function olderHistoryWords(
  client: TelepiClient,
  source: Chat,
  topic: number | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { former, title } = source;
  if (!former) return undefined;
  const was = `${title} was the basic group ${former.id} before it became a supergroup`;
  if (topic !== undefined) return `${was}: its messages from that time are in no topic, and are not cloned.`;
  if (!former.readable) {
    return `${was}, and this account was not in it then: it can't read messages from that time, so they are not cloned.`;
  }
  const messages = count(await historyCount(client, former, signal), 'message');
  return `${was}: its ${messages} from that time are cloned first, and their ids are shown with a minus.`;
}
