import type { Kysely } from 'kysely';
import { type LoggedAction, logAction } from './tables/action-log.js';
import { type FileCopy, forgetCopy, noteCopy } from './tables/file-copies.js';
import { type Download, noteDownload } from './tables/mark-messages.js';
import { type FileNote, noteFiles } from './tables/note-files.js';
import { type FoundFile, noteFound } from './tables/note-found.js';
import {
  type AccountToSave,
  type ChatToSave,
  noteScan,
  type PersonToSave,
  saveAccount,
  saveChats,
  savePeople,
} from './tables/save-chats.js';
import { type MessageToSave, type Saved, saveMessages } from './tables/save-messages.js';
import { saveTopics, type TopicToSave } from './tables/save-topics.js';
import type { StoreTables } from './tables/schema.js';
import type { ChatKey, Writer } from './tables/writer.js';

/**
 * Writes what was seen and done into the tables of the archive. Every call may be repeated, and then changes nothing. Rows
 * of a database that is out of reach are kept on the local disk and written when it is back, in their order: a call that
 * has returned is durable in either case. Reads go to the database itself, and fail while it is out of reach: see
 * isOutOfReach.
 */
export interface StoreWriter {
  saveAccount(account: AccountToSave): Promise<void>;
  saveChats(accountId: number, chats: readonly ChatToSave[]): Promise<void>;
  savePeople(accountId: number, people: readonly PersonToSave[]): Promise<void>;
  saveTopics(chat: ChatKey, topics: readonly TopicToSave[]): Promise<void>;
  /** Undefined while the database is out of reach: nobody knows yet which of them are new. */
  saveMessages(chat: ChatKey, messages: readonly MessageToSave[]): Promise<Saved | undefined>;
  /** `at`: in milliseconds since the epoch. */
  noteScan(chat: ChatKey, scan: { readonly at: number; readonly lastMessageId: number }): Promise<void>;
  noteDownload(chat: ChatKey, download: Download): Promise<void>;
  noteFound(chat: ChatKey, found: FoundFile): Promise<void>;
  noteCopy(copy: FileCopy): Promise<void>;
  forgetCopy(host: string, path: string): Promise<void>;
  /**
   * What became of several files, at once: all of it is noted, or none, but for claims that were lost, whose names are returned.
   * Undefined while the database is out of reach: nobody knows yet.
   */
  noteFiles(notes: readonly FileNote[]): Promise<readonly string[] | undefined>;
  logAction(action: LoggedAction): Promise<void>;
  /**
   * For who writes into the database by another way, called before each transaction: throws when it must not be written any
   * more (STORE_MOVED, STORE_HALF_MOVED).
   */
  keep(): Promise<void>;
  /** Ends the writing; the database stays open. */
  close(): Promise<void>;
}

/** Writes to the database at once. */
export function storeWriter(db: Kysely<StoreTables>, writer: Writer): StoreWriter {
  return {
    saveAccount: (account) => saveAccount(db, writer, account),
    saveChats: (accountId, chats) => saveChats(db, writer, accountId, chats),
    savePeople: (accountId, people) => savePeople(db, writer, accountId, people),
    saveTopics: (chat, topics) => saveTopics(db, writer, chat, topics),
    saveMessages: (chat, messages) => saveMessages(db, writer, chat, messages),
    noteScan: (chat, scan) => noteScan(db, writer, chat, scan),
    noteDownload: (chat, download) => noteDownload(db, writer, chat, download),
    noteFound: (chat, found) => noteFound(db, writer, chat, found),
    noteCopy: (copy) => noteCopy(db, copy, writer.isLate),
    forgetCopy: (host, path) =>
      forgetCopy(db, host, path, writer.isLate ? Math.floor(writer.clock.now()) : undefined),
    noteFiles: (notes) => noteFiles(db, writer, notes),
    logAction: (action) => logAction(db, writer, action),
    keep: async () => {},
    close: async () => {},
  };
}

/** Has `keep` called before each write. */
export function keepingWriter(writer: StoreWriter, keep: () => Promise<void>): StoreWriter {
  const kept =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await keep();
      return call(...args);
    };
  return {
    saveAccount: kept(writer.saveAccount),
    saveChats: kept(writer.saveChats),
    savePeople: kept(writer.savePeople),
    saveTopics: kept(writer.saveTopics),
    saveMessages: kept(writer.saveMessages),
    noteScan: kept(writer.noteScan),
    noteDownload: kept(writer.noteDownload),
    noteFound: kept(writer.noteFound),
    noteCopy: kept(writer.noteCopy),
    forgetCopy: kept(writer.forgetCopy),
    noteFiles: kept(writer.noteFiles),
    logAction: kept(writer.logAction),
    keep,
    close: writer.close,
  };
}
