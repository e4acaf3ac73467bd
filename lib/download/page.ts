import type { HistoryMessage } from '../messages/tl/message.js';
import type { Chat } from '../telegram/chat.js';

/** Messages of one chat, oldest first. */
export interface Page {
  readonly chat: Chat;
  readonly sourceIdOf: (id: number) => number;
  readonly messages: readonly HistoryMessage[];
  /** All that they hold is wanted, whatever the selection says. */
  readonly everything?: boolean;
  /** Ids of messages that were asked for, and that the chat doesn't have. */
  readonly missing?: readonly number[];
  /** Behind the last page of a history that was read to its end: the newest message's id. */
  readonly end?: { readonly lastId: number };
  /** Why the chat, or something of it, isn't read, as a sentence's rest that begins with the chat. */
  readonly leftOut?: string;
}
