import { UsageError } from '../../base/errors.js';
import type { LeftOut } from '../../download/events.js';
import { unreadableBecause } from '../../refusals/about-chat.js';
import { isOutOfReach } from '../../store/out-of-reach.js';
import { chatReadBefore } from '../../store/tables/known-chat.js';
import type { ChatRef } from '../../telegram/chat-ref.js';
import type { Found } from './run-download.js';

/** Says why a chat can't be read, so that the others are; undefined for an error that ends the command. */
export type WhyUnread = (error: unknown, chat: ChatRef) => Promise<LeftOut | undefined>;

/**
 * A chat that this account has lost is left out. A name or id that leads nowhere is taken for a slip, and refused, unless the
 * database knows it from an earlier download, or `wasRight`: it led somewhere when this schedule began.
 */
export function whyUnread(
  { db }: Pick<Found['store'], 'db'>,
  accountId: number,
  wasRight: boolean,
): WhyUnread {
  const readBefore = async (chat: ChatRef) => {
    if (chat.kind === 'me') return undefined;
    try {
      return await chatReadBefore(db, accountId, chat);
    } catch (error) {
      if (isOutOfReach(error)) return undefined;
      throw error;
    }
  };
  return async (error, chat) => {
    const unreadable = unreadableBecause(error);
    const isLost = error instanceof UsageError && error.code === 'CHAT_OUT_OF_REACH';
    const isUnknown = error instanceof UsageError && error.code === 'UNKNOWN_CHAT';
    if (unreadable === undefined && !isLost && !isUnknown) return undefined;
    const before = await readBefore(chat);
    if (isUnknown && !before && !wasRight) return undefined;
    const word = chat.kind === 'username' ? `@${chat.username}` : undefined;
    const named = {
      chatId: before?.chatId ?? (chat.kind === 'id' ? chat.id : undefined),
      title: before?.title ?? word,
    };
    if (!isLost) return { ...named, why: `was not read: ${unreadable ?? GONE}` };
    const { chat: chatId, title, reason } = error.fields;
    return { chatId: Number(chatId), title: String(title), why: `was not read: ${reason}` };
  };
}

const GONE =
  "this account doesn't find it any more; it may have been deleted or renamed, or this account may have left it";
