import type { MessageDocument } from '../../messages/document/document.js';
import { NOT_INCLUDED, UNAVAILABLE } from '../desktop/file-keys.js';
import type { MessageFiles } from '../desktop/scene.js';
import type { ExportedMessage, FilesOfPage, FoundFile } from '../exported.js';
import type { LocalTime } from '../local-time.js';
import type { FileList, ListedFile } from './file-list.js';
import type { MediaWay, Placer, PutFile } from './placer.js';
import { type Counter, VCARD, type WantedFile, wantedFiles } from './wanted.js';

/** How far each of the numbers of a chat has come. */
export type Counters = Partial<Record<Counter, number>>;

/** A chat of an export: its number there, what its paths begin with, and its numbers of files. */
export interface ChatPlace {
  readonly number: number;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly counters: Counters;
}

/** The files of a message, each where it is now. */
export interface PlacedFiles extends MessageFiles {
  /** Those of Telegram's own. */
  readonly all: readonly PlacedFile[];
}

export interface PlacedFile {
  readonly id: string;
  readonly path: string;
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
}

export interface FilePlacesOptions {
  readonly list: FileList;
  readonly placer: Placer;
  readonly way: MediaWay;
  readonly time: LocalTime;
}

/** Of as many files of Telegram's it is remembered where they are, so that one that comes again isn't written again. */
const MOST_REMEMBERED = 100_000;

/** Puts the files of messages into an export, under the names that Telegram Desktop gives them. */
export class FilePlaces {
  readonly #options: FilePlacesOptions;
  readonly #remembered = new Map<string, PutFile>();
  /** Files that were wanted and are nowhere within reach. */
  missing = 0;

  constructor(options: FilePlacesOptions) {
    this.#options = options;
  }

  /** `shift`: what is added to the message's id. */
  async of(
    chat: ChatPlace,
    { document }: ExportedMessage,
    { shift, found }: { readonly shift: number; readonly found: FilesOfPage },
  ): Promise<PlacedFiles> {
    const { list } = this.#options;
    const message = document.id + shift;
    const wanted = wantedFiles(document);
    if (wanted.length === 0) return NO_FILES;
    const known = await list.of(chat.number, message);
    const paths = new Map<string, string>();
    const all: PlacedFile[] = [];
    for (const file of wanted) {
      const source = file.content ?? (file.reference && found(document, file.reference));
      const placed = await this.#placed(chat, file, { document, known: known.get(file.id), source });
      await list.add({ chat: chat.number, message, id: file.id, ...placed.listed });
      const { path } = placed.listed;
      if (path !== undefined) {
        paths.set(file.id, path);
        const { size, sha256 } = Buffer.isBuffer(source) ? {} : (source ?? {});
        if (file.reference) all.push({ id: file.id, path, size, sha256: sha256 ?? placed.listed.sha256 });
      }
      const thumb = await this.#thumb(file, placed.suggested, known);
      if (thumb === undefined) continue;
      paths.set(thumbId(file.id), thumb);
      await list.add({ chat: chat.number, message, id: thumbId(file.id), path: thumb });
    }
    return this.#answer(paths, all);
  }

  #answer(paths: ReadonlyMap<string, string>, all: readonly PlacedFile[]): PlacedFiles {
    const reason = this.#options.way === 'none' ? NOT_INCLUDED : UNAVAILABLE;
    return {
      at: (id) => paths.get(id) ?? reason,
      thumbAt: (id) => paths.get(thumbId(id)) ?? NOT_INCLUDED,
      vcard: paths.get(VCARD) ?? reason,
      all,
    };
  }

  async #placed(
    { prefix, counters }: ChatPlace,
    file: WantedFile,
    {
      document,
      known,
      source,
    }: {
      readonly document: MessageDocument;
      readonly known: ListedFile | undefined;
      readonly source: FoundFile | Buffer | undefined;
    },
  ): Promise<{
    readonly suggested: string;
    readonly listed: Pick<ListedFile, 'number' | 'path' | 'sha256'>;
  }> {
    const { placer, way, time } = this.#options;
    const number = known?.number ?? nextNumber(file, counters);
    const suggested = `${prefix}${file.folder}/${nameOf(file, number, document, time)}`;
    const before = known?.path;
    if (before !== undefined && (await placer.has(before))) {
      const sha256 = known?.sha256;
      this.#remember(file, { path: before, sha256 });
      return { suggested: before, listed: { number, path: before, sha256 } };
    }
    if (way === 'none') return { suggested, listed: { number } };
    const same = file.reference && this.#remembered.get(file.id);
    if (same) return { suggested: same.path, listed: { number, ...same } };
    const put = source && (await placer.put(source, before ?? suggested));
    if (!put) {
      this.missing += 1;
      return { suggested, listed: { number } };
    }
    const { path } = put;
    // Whoever has found it elsewhere knows its content each time.
    const sha256 = source && 'fetch' in source ? put.sha256 : undefined;
    this.#remember(file, { path, sha256 });
    return { suggested: path, listed: { number, path, sha256 } };
  }

  /** Only a thumbnail that came within the message is there. */
  async #thumb(
    { id, thumb }: WantedFile,
    path: string,
    known: ReadonlyMap<string, ListedFile>,
  ): Promise<string | undefined> {
    const { placer, way } = this.#options;
    if (thumb?.bytes === undefined || way === 'none') return undefined;
    const before = known.get(thumbId(id))?.path;
    if (before !== undefined && (await placer.has(before))) return before;
    const wanted = `${path}_thumb.jpg`;
    const same = this.#remembered.get(thumbId(id));
    if (same?.path === wanted) return wanted;
    const placed = await placer.put(Buffer.from(thumb.bytes, 'base64'), before ?? wanted);
    if (placed) this.#remembered.set(thumbId(id), placed);
    return placed?.path;
  }

  #remember({ id, reference }: WantedFile, put: PutFile): void {
    if (!reference) return;
    if (this.#remembered.size >= MOST_REMEMBERED) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(id, put);
  }
}

const NO_FILES: PlacedFiles = {
  at: () => UNAVAILABLE,
  thumbAt: () => NOT_INCLUDED,
  vcard: UNAVAILABLE,
  all: [],
};

function thumbId(id: string): string {
  return `${id}/thumb`;
}

function nextNumber({ name }: WantedFile, counters: Counters): number | undefined {
  if (typeof name === 'string') return undefined;
  const next = (counters[name.counter] ?? 0) + 1;
  counters[name.counter] = next;
  return next;
}

/** `photo_1@05-03-2024_12-00-00.jpg` */
function nameOf(
  { name, content }: WantedFile,
  number: number | undefined,
  document: MessageDocument,
  time: LocalTime,
): string {
  if (typeof name === 'string') return name;
  const date = 'date' in document && content === undefined ? document.date : 0;
  return `${name.stem}_${number ?? 0}${date === 0 ? '' : `@${dateWords(time.iso(date))}`}${name.ending}`;
}

/** `2024-03-05T12:00:00` as `05-03-2024_12-00-00`. */
function dateWords(iso: string): string {
  const [day = '', clock = ''] = iso.split('T');
  return `${day.split('-').reverse().join('-')}_${clock.replaceAll(':', '-')}`;
}
