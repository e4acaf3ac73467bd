import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** What an export knows of a file of a message. */
export interface ListedFile {
  /** The place of its message: the chat's number in the export, and the message's id as it is exported. */
  readonly chat: number;
  readonly message: number;
  /** See WantedFile. */
  readonly id: string;
  /** The number in its name, for a file without a name of its own. */
  readonly number?: number | undefined;
  /** Where it lies, below the export's folder; absent while it wasn't there. */
  readonly path?: string | undefined;
  /** Of its content, where only its fetching has shown it. */
  readonly sha256?: string | undefined;
}

type PlainLine = readonly [
  chat: number,
  message: number,
  id: string,
  number: number | null,
  path: string | null,
];
type Line = PlainLine | readonly [...PlainLine, sha256: string];

/**
 * The files of an export in the order of its messages, one JSON line each. A later export reads the list of the one before it
 * along with the messages, so that each file keeps its name, and no list is held in memory.
 */
export class FileList {
  readonly #known: AsyncIterator<string> | undefined;
  readonly #file: FileHandle;
  #next: ListedFile | undefined;
  #waiting: string[] = [];

  private constructor(known: AsyncIterator<string> | undefined, file: FileHandle) {
    this.#known = known;
    this.#file = file;
  }

  /** `known`: the list of the export before this one. */
  static async begin(known: string | undefined, path: string): Promise<FileList> {
    const file = await open(path, 'w', 0o600);
    const lines = known === undefined ? undefined : createInterface({ input: createReadStream(known) });
    return new FileList(lines?.[Symbol.asyncIterator](), file);
  }

  /** What is known of the files of a message. Messages come in the order of the list; what lies between them is kept. */
  async of(chat: number, message: number): Promise<ReadonlyMap<string, ListedFile>> {
    const found = new Map<string, ListedFile>();
    for (;;) {
      const next = await this.#peek();
      if (!next || isBehind(next, chat, message)) return found;
      if (next.chat === chat && next.message === message) found.set(next.id, next);
      else await this.add(next);
      this.#next = undefined;
    }
  }

  async add({ chat, message, id, number, path, sha256 }: ListedFile): Promise<void> {
    const line: PlainLine = [chat, message, id, number ?? null, path ?? null];
    const whole: Line = sha256 === undefined ? line : [...line, sha256];
    this.#waiting.push(`${JSON.stringify(whole)}\n`);
    if (this.#waiting.length >= MOST_WAITING) await this.#write();
  }

  /** Keeps the rest of what was known. The list is complete, and on the disk. */
  async finish(): Promise<void> {
    for (let next = await this.#peek(); next; next = await this.#peek()) {
      this.#next = undefined;
      await this.add(next);
    }
    await this.#write();
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#known?.return?.();
    await this.#file.close();
  }

  async #write(): Promise<void> {
    await this.#file.appendFile(this.#waiting.join(''));
    this.#waiting = [];
  }

  async #peek(): Promise<ListedFile | undefined> {
    const line = this.#next ? undefined : await this.#known?.next();
    if (line && line.done !== true) this.#next = listedFile(line.value);
    return this.#next;
  }
}

const MOST_WAITING = 1000;

function listedFile(line: string): ListedFile {
  const [chat, message, id, number, path, sha256] = JSON.parse(line) as Line;
  return { chat, message, id, number: number ?? undefined, path: path ?? undefined, sha256 };
}

function isBehind(listed: ListedFile, chat: number, message: number): boolean {
  return listed.chat > chat || (listed.chat === chat && listed.message > message);
}
