import type { MediaType, StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';

/** The tables in which a search reads. */
export type SearchTables = Pick<StoreTables, 'accounts' | 'chats' | 'people' | 'messages'>;

/** A message in which all words of a search occur. Times are in milliseconds since the epoch. */
export interface FoundMessage extends ChatKey {
  readonly messageId: number;
  readonly date: number | undefined;
  /** A marked id. */
  readonly senderId: number | undefined;
  readonly topicId: number | undefined;
  readonly mediaType: MediaType;
  /** In which the words were looked for, the message's own text or caption first. */
  readonly texts: readonly string[];
  readonly fileName: string | undefined;
  /** When it was seen to be gone from Telegram. */
  readonly deletedAt: number | undefined;
  /** Its place in the order of what is found: its date, or that of a message after it in its chat if that one is older. */
  readonly order: number;
}

/** The newest first. Messages of one time: by their chats, and in a chat by their ids; of two accounts, one after the other. */
export function inOrder(one: FoundMessage, other: FoundMessage): number {
  return (
    other.order - one.order ||
    one.chatId - other.chatId ||
    other.messageId - one.messageId ||
    one.accountId - other.accountId
  );
}
