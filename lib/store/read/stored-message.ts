import type { MessageDocument } from '../../messages/document/document.js';
import type { MessageStatus } from '../tables/schema.js';

/** A message as the store has it now. Times are in milliseconds since the epoch. */
export interface StoredMessage {
  readonly document: MessageDocument;
  readonly status: MessageStatus;
  /** When it was seen to be gone from Telegram. */
  readonly deletedAt?: number;
  /** How many versions came before this one. */
  readonly version: number;
  /** Telegram's id of the message's own photo or file. */
  readonly mediaId?: bigint;
  /** Where its file was put, by the machine that downloaded it: see FileCopy.path. */
  readonly localFilePath?: string;
  readonly downloadHostname?: string;
  /** When that machine had it. */
  readonly downloadedAt?: number;
  /** Its content is what another program had kept, and TelePi itself has not seen the message yet. */
  readonly isImported?: true;
}
