import { CHANNEL_MARK } from '../../base/marked-id.js';
import { isOlder } from '../../base/source-ids.js';
import { type LinkedChat, type MessageLink, readMessageLink } from '../../messages/transform/message-link.js';
import type { Chat } from '../../telegram/chat.js';
import { messageLink as linkOf } from '../../telegram/message-link.js';

type Named = Pick<Chat, 'id' | 'username'>;

/** How links name a chat; undefined for private chats and basic groups, whose messages have no links. */
export function linkedChat({ id, username }: Named): LinkedChat | undefined {
  if (id > -CHANNEL_MARK) return undefined;
  return username === undefined ? { channel: String(-id - CHANNEL_MARK) } : { username };
}

/** Whether a link leads to a message of the chat, whose id or public name it may use. */
export function isOfChat({ chat, comment }: MessageLink, { id, username }: Named): boolean {
  // The comment lies in another chat, the discussion group.
  if (comment !== undefined || id > -CHANNEL_MARK) return false;
  if ('channel' in chat) return -CHANNEL_MARK - Number(chat.channel) === id;
  return username !== undefined && chat.username.toLowerCase() === username.toLowerCase();
}

/** Whether an address is a link to a message of the chat. */
export function isLinkTo(chat: Named, url: string): boolean {
  const link = readMessageLink(url);
  return link !== undefined && isOfChat(link, chat);
}

/** The link to a story (core.telegram.org/api/links#story-links); undefined when its owner has no public name. */
export function storyLink({ username }: Named, story: number): string | undefined {
  return username === undefined ? undefined : `https://t.me/${username}/s/${story}`;
}

/** The link to a message of a chat, by its id there; undefined when there is none. */
export function messageLink(chat: Named, message: number): string | undefined {
  return isOlder(message) ? undefined : linkOf(chat, message);
}
