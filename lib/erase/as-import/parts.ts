import { createHash } from 'node:crypto';
import type { MessageDocument } from '../../messages/document/document.js';
import type { ImportRange } from '../../store/tables/import-ranges.js';
import { entriesOf, type FileOfEntry, type ImportEntry } from './entries.js';
import { groupNote, type HistoryLine, historyLine, privateNote, safeName } from './history-text.js';
import type { ImportClock } from './import-clock.js';
import type { LossCounts } from './import-losses.js';

/** Some archived messages of one history, and which of their files lie where this machine can read them. */
export interface ArchivedPage {
  /** Marked id of the chat that they are from. */
  readonly chatId: number;
  readonly messages: readonly MessageDocument[];
  readonly isKept: (reference: { readonly id: string }, messageId: number) => boolean;
  /** Which of the other files were kept once; none unless given. */
  readonly isDamaged?: (reference: { readonly id: string }) => boolean;
  /** What an author is called in the import, by the marked id. */
  readonly nameOf: (author: number | undefined) => string;
}

/** A history, or a stretch of it, as one import takes it in. */
export interface ImportPart {
  /** 1, 2, 3, … */
  readonly number: number;
  /** SHA-256, in hex, of the messages' ids: the same part of the same plan. */
  readonly hash: string;
  /** Of the text. */
  readonly textHash: string;
  /** How many archived messages it has, and which. */
  readonly messages: number;
  /** How many of them say in words what their damaged file was. */
  readonly damaged: number;
  readonly ranges: readonly ImportRange[];
  /** What it is going to look like, in order. */
  readonly lines: readonly HistoryLine[];
  readonly files: readonly ImportedFile[];
  /** For Telegram: see historyLine. */
  readonly text: string;
}

/** A file and the name that the text gives it. */
export interface ImportedFile extends FileOfEntry {
  readonly name: string;
}

export interface PartsOptions {
  /** The history's pages, the oldest first. */
  readonly pages: AsyncIterable<ArchivedPage>;
  /** The group's title; undefined when the history goes into a private chat. */
  readonly group: string | undefined;
  readonly wallClock: ImportClock;
  /** Begins the names of files, so that no text of the history has one by chance. */
  readonly mark: string;
  readonly losses: LossCounts;
  /** The number of the first part; 1 unless given. */
  readonly number?: number;
  readonly limits?: PartLimits;
}

export interface PartLimits {
  /** Messages of the first import: should its dates be off, few messages show it. */
  readonly first: number;
  readonly messages: number;
  readonly files: number;
  /** Of the text, in UTF-8. */
  readonly bytes: number;
}

/**
 * WhatsApp exports 40,000 messages at most, 10,000 with media, so Telegram is known to take in as many. It publishes no limit; users
 * of other servers report 32 MiB.
 */
export const PART_LIMITS: PartLimits = { first: 100, messages: 40_000, files: 10_000, bytes: 16 * 2 ** 20 };

/** Cuts a history into imports. Holds one of them at a time. Each is in the order of the dates, then in the archive's. */
export async function* partsOf(options: PartsOptions): AsyncGenerator<ImportPart> {
  const { pages, losses, limits = PART_LIMITS } = options;
  let part = new Growing(options.number ?? 1);
  for await (const { chatId, messages, isKept, isDamaged, nameOf } of pages) {
    for (const document of messages) {
      const { entries, losses: lost } = entriesOf(
        document,
        (reference) => isKept(reference, document.id),
        isDamaged,
      );
      losses.add(lost);
      if (part.isFull(entries, part.number === 1 ? { ...limits, messages: limits.first } : limits)) {
        yield part.finish(options);
        part = new Growing(part.number + 1);
      }
      part.add({ chatId, id: document.id }, entries, nameOf);
      if (lost.includes('damaged')) part.damaged += 1;
    }
  }
  if (part.entries > 0) yield part.finish(options);
}

type NamedEntry = ImportEntry & { readonly name: string };

/** A line's date, name and end need less. */
const LINE_BYTES = 600;

class Growing {
  readonly number: number;
  damaged = 0;
  readonly #hash = createHash('sha256');
  readonly #entries: NamedEntry[] = [];
  readonly #ranges: ImportRange[] = [];
  #messages = 0;
  #files = 0;
  #bytes = 0;

  constructor(number: number) {
    this.number = number;
  }

  get entries(): number {
    return this.#entries.length;
  }

  isFull(next: readonly ImportEntry[], limits: PartLimits): boolean {
    if (this.#entries.length === 0) return false;
    return (
      this.#entries.length + next.length > limits.messages ||
      this.#files + next.filter(hasFile).length > limits.files ||
      this.#bytes + sizeOf(next) > limits.bytes
    );
  }

  add(
    { chatId, id }: { readonly chatId: number; readonly id: number },
    entries: readonly ImportEntry[],
    nameOf: ArchivedPage['nameOf'],
  ): void {
    this.#hash.update(`${chatId} ${id} ${entries.length}\n`);
    this.#note({ chatId, first: id, last: id, withFiles: entries.some(hasFile) });
    this.#messages += 1;
    this.#files += entries.filter(hasFile).length;
    this.#bytes += sizeOf(entries);
    for (const entry of entries)
      this.#entries.push({ ...entry, name: safeName(entry.signature ?? '') || nameOf(entry.author) });
  }

  #note(next: ImportRange): void {
    const range = this.#ranges.at(-1);
    const isNext =
      range?.chatId === next.chatId && range.last + 1 === next.first && range.withFiles === next.withFiles;
    if (isNext) this.#ranges[this.#ranges.length - 1] = { ...range, last: next.last };
    else this.#ranges.push(next);
  }

  finish({ group, wallClock, mark }: PartsOptions): ImportPart {
    const files: ImportedFile[] = [];
    const lines = this.#entries
      .sort((one, other) => one.date - other.date)
      .map(({ date, name, said }): HistoryLine => {
        if ('text' in said) return { date, name, said };
        const file = { ...said.file, name: fileName(mark, files.length + 1, said.file) };
        files.push(file);
        return { date, name, said: { file: file.name } };
      });
    const [first] = lines;
    const text =
      noteFor(first, group, wallClock) +
      lines.map((line) => historyLine(line, wallClock.aheadAt(line.date))).join('');
    return {
      number: this.number,
      hash: this.#hash.digest('hex'),
      textHash: createHash('sha256').update(text).digest('hex'),
      messages: this.#messages,
      damaged: this.damaged,
      ranges: this.#ranges,
      lines,
      files,
      text,
    };
  }
}

/** Without a note, no day above 12 might say that days come first. */
function noteFor(first: HistoryLine | undefined, group: string | undefined, wallClock: ImportClock): string {
  if (!first) return '';
  const utcOffset = wallClock.aheadAt(first.date);
  return group === undefined
    ? privateNote(first, utcOffset)
    : groupNote({ ...first, title: group }, utcOffset);
}

function hasFile({ said }: ImportEntry): boolean {
  return 'file' in said;
}

function sizeOf(entries: readonly ImportEntry[]): number {
  return entries.reduce(
    (sum, { said }) => sum + LINE_BYTES + ('text' in said ? 2 * Buffer.byteLength(said.text) : 0),
    0,
  );
}

/** One that fits the content, since Telegram may go by it. */
function fileName(mark: string, number: number, { reference, facts }: FileOfEntry): string {
  const own = /\.([a-z0-9]{1,8})$/i.exec(reference.name ?? '')?.[1]?.toLowerCase();
  const ending = facts === undefined ? 'jpg' : (own ?? ENDINGS[reference.mime] ?? 'bin');
  return `${mark}-${String(number).padStart(6, '0')}.${ending}`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
};
