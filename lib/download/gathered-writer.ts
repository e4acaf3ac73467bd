import { setImmediate } from 'node:timers/promises';
import type { StoreWriter } from '../store/store-writer.js';
import type { FileNote } from '../store/tables/note-files.js';

/**
 * Notes of files that come at the same time are written together, in the order in which they came: one transaction, and one
 * write to the disk, for all of them. Each call resolves when its own is durable. Other rows are written as they come.
 */
export function gatheredWriter(writer: StoreWriter): StoreWriter {
  const notes = new Gathered((together) => writer.noteFiles(together));
  return {
    saveAccount: (account) => writer.saveAccount(account),
    saveChats: (accountId, chats) => writer.saveChats(accountId, chats),
    savePeople: (accountId, people) => writer.savePeople(accountId, people),
    saveTopics: (chat, topics) => writer.saveTopics(chat, topics),
    saveMessages: (chat, messages) => writer.saveMessages(chat, messages),
    noteScan: (chat, scan) => writer.noteScan(chat, scan),
    noteFound: (chat, found) => writer.noteFound(chat, found),
    noteDownload: async (chat, download) => void (await notes.add([{ kind: 'download', chat, download }])),
    noteCopy: async (copy) => void (await notes.add([{ kind: 'copy', copy }])),
    forgetCopy: async (host, path) => void (await notes.add([{ kind: 'forget', host, path }])),
    noteFiles: (together) => notes.add(together),
    logAction: (action) => writer.logAction(action),
    keep: () => writer.keep(),
    close: () => writer.close(),
  };
}

/** As StoreWriter.noteFiles, of all that were written together. */
type Lost = Awaited<ReturnType<StoreWriter['noteFiles']>>;

class Gathered {
  readonly #write: (notes: readonly FileNote[]) => Promise<Lost>;
  #waiting: FileNote[] = [];
  /** Of the notes that wait. */
  #written: Promise<Lost> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(write: (notes: readonly FileNote[]) => Promise<Lost>) {
    this.#write = write;
  }

  add(notes: readonly FileNote[]): Promise<Lost> {
    this.#waiting.push(...notes);
    this.#written ??= this.#whenFree();
    return this.#written;
  }

  /** Behind the notes that are being written; what comes by then is written along. */
  #whenFree(): Promise<Lost> {
    const written = this.#last.then(async () => {
      await setImmediate();
      const notes = this.#waiting;
      this.#waiting = [];
      this.#written = undefined;
      return this.#write(notes);
    });
    this.#last = written.catch(() => {});
    return written;
  }
}
