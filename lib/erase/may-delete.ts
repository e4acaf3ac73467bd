import { UsageError } from '../base/errors.js';
import type { MessageDocument } from '../messages/document/document.js';
import { isFrom } from '../messages/selection/people.js';
import type { Chat } from '../telegram/chat.js';
import { isAlwaysForEveryone } from './histories.js';

/** What a plan is to delete. */
export interface Wish {
  readonly forEveryone: boolean;
  /** Messages of others, too. */
  readonly others: boolean;
}

/**
 * Refuses a plan that Telegram would not allow, or that says less than what would happen.
 * @throws UsageError ERASE_FOR_EVERYONE, ERASE_NO_RIGHT
 */
export function refuseWish(chat: Chat, { forEveryone, others }: Wish): void {
  const name = `"${chat.title}" (${chat.id})`;
  if (isAlwaysForEveryone(chat) && !forEveryone) {
    throw new UsageError(
      'ERASE_FOR_EVERYONE',
      `In ${name} every deletion is for everyone: say --for-everyone if you want that.`,
    );
  }
  if (others && forEveryone && chat.canDelete !== true) {
    throw new UsageError(
      'ERASE_NO_RIGHT',
      `This account may not delete other people's messages for everyone in ${name}: leave out --others, or ask an admin for the right to delete messages.`,
    );
  }
  if (chat.kind === 'channel' && chat.canPost !== true && chat.canDelete !== true) {
    throw new UsageError(
      'ERASE_NO_RIGHT',
      `This account may neither post nor delete messages in ${name}: ask an admin for the right to delete messages.`,
    );
  }
}

/**
 * Whether this account wrote a message; in Saved Messages everything is its own. Telegram shows it as the sender of everything that it has
 * imported from another messenger, whoever wrote that.
 */
export function isOwn(document: MessageDocument, chat: Pick<Chat, 'id'>, self: number): boolean {
  if (chat.id !== self && document.kind === 'message' && document.forward?.imported) return false;
  return chat.id === self || isFrom(document, new Set([self]), { self, named: new Map() });
}

/**
 * Whether Telegram never deletes a message: the first one of a channel or supergroup, its notes about the chat's beginning, the
 * beginnings of topics, and a group's last note that it has become a supergroup. An account without the right to delete messages
 * can't delete its own service messages, either.
 */
export function isKeptForGood(document: MessageDocument, chat: Chat): boolean {
  if (document.kind === 'empty') return true;
  const action = document.kind === 'service' ? document.action.kind : undefined;
  if (!isAlwaysForEveryone(chat)) return action === 'migrate_to_supergroup';
  return document.id === 1 || (action !== undefined && (FIRST_NOTES.has(action) || chat.canDelete !== true));
}

const FIRST_NOTES: ReadonlySet<string> = new Set(['create_channel', 'migrate_from_group', 'topic_created']);
