import type { OpenDatabase } from '../../store/open-database.js';
import type { StoreTables } from '../../store/tables/schema.js';
import type { Writer } from '../../store/tables/writer.js';
import type { LocalDates } from './local-dates.js';

/** Where an export goes, and how it is read. */
export interface ImportOptions {
  /** Absent: nothing is written, and what would be is counted. */
  readonly store?: { readonly db: OpenDatabase<StoreTables>['db']; keep(): Promise<void> } | undefined;
  readonly writer: Writer;
  readonly accountId: number;
  /** Whether a person has said which account it is, even if the export names another one. */
  readonly isAccountGiven: boolean;
  readonly dates: LocalDates;
  /** The marked id of the group that the export's supergroup used to be, if a person knows it. */
  readonly older?: number | undefined;
  /** The marked id of the chat that pages are of, which don't say it. */
  readonly chatId?: number | undefined;
  /** Whether the export's files are noted where they lie. */
  readonly withFiles: boolean;
  readonly signal: AbortSignal;
  /** How far a file is, in bytes, and how many messages were read. */
  onProgress(done: { readonly bytes: number; readonly size: number; readonly messages: number }): void;
}

/** What became of a chat of an export. */
export interface ChatTally {
  readonly chatId: number;
  readonly title: string | undefined;
  messages: number;
  added: number;
  changed: number;
  unchanged: number;
}

/** What became of one file. */
export interface FileTally {
  readonly chats: ChatTally[];
  /** Messages, or chats, that weren't imported, by the reason: how many, and where the first one stands, in bytes. */
  readonly left: Map<string, { count: number; readonly at: number | undefined }>;
  readonly files: { noted: number; known: number; missing: number };
  /** Paths that lead out of the export's folder. */
  readonly refused: string[];
  /** Where the file ends too early, in bytes, and how many bytes weren't read. */
  cut?: { readonly offset: number; readonly bytes: number };
}

export function newTally(): FileTally {
  return { chats: [], left: new Map(), files: { noted: 0, known: 0, missing: 0 }, refused: [] };
}

export function leave({ left }: FileTally, reason: string, at?: number): void {
  const known = left.get(reason);
  if (known) known.count += 1;
  else left.set(reason, { count: 1, at });
}
