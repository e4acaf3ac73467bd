import { dirname } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { type DocumentToImport, importDocuments } from '../../store/tables/import-documents.js';
import { ExportFiles, type NamedFile } from './export-files.js';
import { FileNotes } from './file-notes.js';
import { type ChatTally, type FileTally, type ImportOptions, newTally } from './import-options.js';
import { NamesFound } from './names-found.js';

/** A message that was read. */
export interface Incoming {
  readonly document: MessageDocument;
  /** TelePi has written it: it says all that TelePi says of a message. */
  readonly isWhole?: boolean;
  readonly file?: NamedFile | undefined;
  /** Paths of its other files. */
  readonly more?: readonly string[];
  /** When it was seen to be gone from Telegram, in milliseconds since the epoch. */
  readonly deletedAt?: number | undefined;
}

/** Takes what readers have read into the store, and counts it. */
export class Intake {
  readonly options: ImportOptions;
  readonly tally: FileTally = newTally();
  readonly names = new NamesFound();
  readonly #notes: FileNotes;

  private constructor(options: ImportOptions, files: ExportFiles) {
    this.options = options;
    this.#notes = new FileNotes(options, files, this.tally);
  }

  /** `path`: of the file that is imported, in whose folder its files lie. */
  static async of(path: string, options: ImportOptions): Promise<Intake> {
    return new Intake(options, await ExportFiles.of(dirname(path)));
  }

  /** @throws UsageError IMPORT_OTHER_ACCOUNT for an export of another account, unless a person has said which one it is */
  checkAccount(userId: number): void {
    const { accountId, isAccountGiven } = this.options;
    if (userId === accountId || isAccountGiven) return;
    throw new UsageError(
      'IMPORT_OTHER_ACCOUNT',
      `The export is of the account ${userId}, and ${accountId} is signed in: add --account ${userId} to import it for its own account.`,
    );
  }

  /** The counts of a chat, which is listed with the first ones. */
  chat(chatId: number, title: string | undefined): ChatTally {
    const known = this.tally.chats.find((chat) => chat.chatId === chatId);
    if (known) return known;
    const tally = { chatId, title, messages: 0, added: 0, changed: 0, unchanged: 0 };
    this.tally.chats.push(tally);
    return tally;
  }

  /** Imports messages that count for a chat, those of the group that it used to be among them. */
  async take(messages: readonly Incoming[], tally: ChatTally): Promise<void> {
    tally.messages += messages.length;
    const chats = new Map<number, DocumentToImport[]>();
    for (const { document, isWhole = false, file, more = [], deletedAt } of messages) {
      const found = file && (await this.#notes.fileOf(file, document));
      for (const path of more) await this.#notes.noteOther(path, document);
      const item = { document, isWhole, file: found, deletedAt };
      const chatId = document.chat as number;
      const others = chats.get(chatId);
      if (others) others.push(item);
      else chats.set(chatId, [item]);
    }
    const { store, writer, accountId } = this.options;
    if (!store) return;
    for (const [chatId, items] of chats) {
      await store.keep();
      const result = await importDocuments(store.db, writer, { accountId, chatId }, items);
      tally.added += result.added;
      tally.changed += result.changed;
      tally.unchanged += result.unchanged;
    }
    await this.names.save(store.db, writer, accountId);
    await this.#notes.save();
  }
}
