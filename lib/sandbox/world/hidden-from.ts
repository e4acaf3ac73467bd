import type { Message } from './message.js';
import type { Chat } from './model.js';

/** Whether a message of a channel is in the part of its history that this account doesn't see. */
export function isHiddenFrom(chat: Chat, userId: number, id: number): boolean {
  return id <= (chat.members.get(userId)?.availableMinId ?? 0);
}

/** A channel's messages as this account sees them, oldest first. */
export function messagesShownTo(chat: Chat, userId: number): readonly Message[] {
  const messages = chat.box?.messages ?? [];
  if (!chat.members.get(userId)?.availableMinId) return messages;
  return messages.filter(({ id }) => !isHiddenFrom(chat, userId, id));
}
