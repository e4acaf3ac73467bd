import type { MessageDocument } from '../../messages/document/document.js';
import { copyAt, type FileCopy } from '../../store/tables/file-copies.js';
import type { ImportedFile } from '../../store/tables/import-documents.js';
import { noteFiles } from '../../store/tables/note-files.js';
import { type ExportFile, type ExportFiles, type NamedFile, sha256OfFile } from './export-files.js';
import type { FileTally, ImportOptions } from './import-options.js';

/** Notes where the files of an export lie, each hashed once. */
export class FileNotes {
  readonly #options: ImportOptions;
  readonly #files: ExportFiles;
  readonly #tally: FileTally;
  readonly #refused = new Set<string>();
  #waiting: FileCopy[] = [];

  constructor(options: ImportOptions, files: ExportFiles, tally: FileTally) {
    this.#options = options;
    this.#files = files;
    this.#tally = tally;
  }

  /** The file of a message, as the store keeps it: with its path, if it is there and may be followed. */
  async fileOf({ path, ...facts }: NamedFile, document: MessageDocument): Promise<ImportedFile> {
    if (path === undefined || !this.#options.withFiles) return facts;
    const found = await this.#files.find(path);
    if (found === 'refused') this.#refuse(path);
    else if (found === 'missing') this.#tally.files.missing += 1;
    else {
      await this.#note(found, document);
      return { ...facts, size: facts.size ?? found.size, path: found.path };
    }
    return facts;
  }

  /** Notes another file of a message. */
  async noteOther(path: string, document: MessageDocument): Promise<void> {
    await this.fileOf({ path, name: undefined, size: undefined, mime: undefined }, document);
  }

  /** Saves what was noted since the last time. */
  async save(): Promise<void> {
    const { store, writer } = this.#options;
    const copies = this.#waiting;
    this.#waiting = [];
    if (!store || copies.length === 0) return;
    await store.keep();
    await noteFiles(
      store.db,
      writer,
      copies.map((copy) => ({ kind: 'copy', copy })),
    );
  }

  #refuse(path: string): void {
    if (this.#refused.has(path)) return;
    this.#refused.add(path);
    this.#tally.refused.push(path);
  }

  async #note(found: ExportFile, { id: messageId, chat = 0 }: MessageDocument): Promise<void> {
    const { store, writer, accountId, signal } = this.#options;
    if (!store) {
      this.#tally.files.noted += 1;
      return;
    }
    const known = await copyAt(store.db, writer.host, found.path);
    const isSame =
      known?.state === 'there' &&
      known.size === found.size &&
      known.modified === found.modified &&
      known.sha256;
    if (isSame || this.#waiting.some(({ path }) => path === found.path)) {
      this.#tally.files.known += 1;
      return;
    }
    const sha256 = await sha256OfFile(found.path, signal);
    this.#tally.files.noted += 1;
    this.#waiting.push({
      ...{ host: writer.host, accountId, chatId: chat, messageId, ...found, sha256 },
      state: 'there',
      savedAt: Math.floor(writer.clock.now()),
    });
  }
}
