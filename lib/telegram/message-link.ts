import { CHANNEL_MARK } from '../base/marked-id.js';
import type { Chat } from './chat.js';

/**
 * The link to a message (core.telegram.org/api/links#message-links); undefined in private chats and basic groups, whose
 * messages have none.
 */
export function messageLink(
  { id, username }: Pick<Chat, 'id' | 'username'>,
  messageId: number,
): string | undefined {
  if (id > -CHANNEL_MARK) return undefined;
  if (username !== undefined) return `https://t.me/${username}/${messageId}`;
  return `https://t.me/c/${-id - CHANNEL_MARK}/${messageId}`;
}
