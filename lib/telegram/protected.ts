import { FailedError, UsageError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import type { Chat } from './chat.js';
import type { HistoryMessage } from './history.js';

/** Refuses a chat whose owner doesn't want its content copied (noforwards), before any work. */
export function refuseProtectedChat(chat: Chat, allowProtected: boolean): void {
  if (!chat.noforwards || allowProtected) return;
  throw new UsageError(
    'PROTECTED_CHAT',
    `The owner of "${chat.title}" (${chat.id}) has restricted saving and forwarding its content: ` +
      'if you may copy it, say so with --allow-protected.',
    { fields: { chat: chat.id } },
  );
}

/** The same for the group in which a channel is discussed. */
export function refuseProtectedComments(channel: Chat, group: Chat, allowProtected: boolean): void {
  if (!group.noforwards || allowProtected) return;
  throw new UsageError(
    'PROTECTED_CHAT',
    `The comments of "${channel.title}" are in "${group.title}" (${group.id}), whose owner has restricted saving and forwarding its content: ` +
      'leave out --with-comments or, if you may copy them, say so with --allow-protected.',
    { fields: { chat: group.id } },
  );
}

/** Refuses to forward from a protected chat, which Telegram doesn't do, whoever may copy its content. */
export function refuseForwarding(chat: Chat): void {
  if (!chat.noforwards) return;
  throw new UsageError(
    'PROTECTED_FORWARD',
    `Telegram forwards nothing from "${chat.title}" (${chat.id}), whose content is protected: use --via stream.`,
    { fields: { chat: chat.id } },
  );
}

/** Stops the run at a message that is itself protected, in a chat that isn't. */
export function refuseProtectedMessage(message: HistoryMessage, chat: Chat, allowProtected: boolean): void {
  if (!message.noforwards || allowProtected) return;
  throw new FailedError(
    'PROTECTED_MESSAGE',
    `Message ${shownId(message.id)} of "${chat.title}" (${chat.id}) may not be saved or forwarded, by its sender's wish: ` +
      'if you may copy it, say so with --allow-protected.',
    { fields: { chat: chat.id, messageId: shownId(message.id) } },
  );
}
