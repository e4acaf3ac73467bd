import { MIB } from '../base/bytes.js';
import { FailedError, messageOf } from '../base/errors.js';
import type { PostDocument } from '../messages/document/document.js';
import {
  type File,
  isStored,
  type FileReference as NamedFile,
  type Photo,
  type StoredFile,
  type StoredPhoto,
} from '../messages/document/file.js';
import type { Media } from '../messages/document/media.js';
import { classify } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { type ByteReading, haveSameBytes, type LocatedFile, readWhole } from './bytes.js';
import type { DifferenceKind } from './differences.js';
import type { DocumentReader } from './documents.js';
import { isFile } from './key.js';
import { looksSame, pictureHash } from './picture.js';

/** Telegram's photos have a few hundred KiB. */
const MOST_PHOTO_BYTES = 32 * MIB;

export interface FileScene extends ByteReading {
  readonly source: DocumentReader;
  readonly target: DocumentReader;
}

/** What came of comparing the content of two files. */
export interface FileOutcome {
  /** Absent when they are the same. */
  readonly kind?: Extract<DifferenceKind, 'bytes' | 'picture' | 'unreadable'>;
  readonly field?: string;
  readonly why?: string;
}

interface FilePair {
  readonly field: string;
  readonly source: NamedFile;
  readonly copy: NamedFile;
  readonly isPhoto: boolean;
}

/** Whether both messages have a file that can be compared. */
export function haveFiles(source: PostDocument, copy: PostDocument): boolean {
  return filePairs(source, copy).length > 0;
}

/**
 * Compares the files of a message and its copy: documents by SHA-256, photos by what they show. A file of the archive that nobody
 * has kept is left out.
 */
export async function compareFiles(
  scene: FileScene,
  source: PostDocument,
  copy: PostDocument,
  signal: AbortSignal,
): Promise<readonly FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  for (const pair of filePairs(source, copy)) {
    // Files of different sizes were found to differ before.
    if (!pair.isPhoto && pair.source.size !== pair.copy.size) continue;
    const sides = {
      source: located(scene.source, source.id, pair.source, pair.isPhoto),
      copy: located(scene.target, copy.id, pair.copy, pair.isPhoto),
    };
    const outcome = await outcomeOf(scene, pair, sides, signal);
    if (outcome) outcomes.push({ field: pair.field, ...outcome });
  }
  return outcomes;
}

interface Sides {
  readonly source: LocatedFile;
  readonly copy: LocatedFile;
}

async function outcomeOf(
  scene: FileScene,
  { isPhoto }: FilePair,
  { source, copy }: Sides,
  signal: AbortSignal,
): Promise<FileOutcome | undefined> {
  try {
    if (!isPhoto) return (await haveSameBytes(scene, source, copy, signal)) ? {} : { kind: 'bytes' };
    return await comparePhotos(scene, { source, copy }, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Of a source in the archive: what was never kept, such as a cover, has nothing to be compared with.
    if (error instanceof FailedError && error.code === 'KEPT_FILE_NONE') return undefined;
    if (error instanceof FailedError && KEPT.has(error.code))
      return { kind: 'unreadable', why: messageOf(error) };
    // An error that would come again, of this file alone.
    if (!(error instanceof TelegramError) || classify(error).kind !== 'permanent') throw error;
    return { kind: 'unreadable', why: messageOf(error) };
  }
}

/** Files of the archive that are out of reach, or not what they were. */
const KEPT: ReadonlySet<string> = new Set(['KEPT_FILE_AWAY', 'KEPT_FILE_DAMAGED']);

async function comparePhotos(
  scene: FileScene,
  { source, copy }: Sides,
  signal: AbortSignal,
): Promise<FileOutcome> {
  const one = await readWhole(scene, source, MOST_PHOTO_BYTES, signal);
  const other = await readWhole(scene, copy, MOST_PHOTO_BYTES, signal);
  if (!one || !other) return { kind: 'unreadable', why: 'The photo is too large to be compared.' };
  if (one.equals(other)) return {};
  const [seen, shown] = [pictureHash(one), pictureHash(other)];
  if (!seen) return { kind: 'unreadable', why: "The source's photo can't be decoded." };
  return shown && looksSame(seen, shown) ? {} : { kind: 'picture' };
}

function located(reader: DocumentReader, id: number, named: NamedFile, isPhoto: boolean): LocatedFile {
  return {
    named,
    async renew() {
      const now = (await reader.fetch([id])).get(id);
      const files = now?.kind === 'message' ? filesOf(now) : [];
      return files.find((each) => each.isPhoto === isPhoto && each.named.id === named.id)?.named;
    },
  };
}

function filePairs(source: PostDocument, copy: PostDocument): FilePair[] {
  const others = new Map(filesOf(copy).map((each) => [each.field, each]));
  return filesOf(source).flatMap(({ field, named, isPhoto }) => {
    const other = others.get(field);
    return other && other.isPhoto === isPhoto ? [{ field, source: named, copy: other.named, isPhoto }] : [];
  });
}

interface FileOfMessage {
  readonly field: string;
  readonly named: NamedFile;
  readonly isPhoto: boolean;
}

/**
 * The files that a message holds: a photo, a document, the clip of a live photo, the cover of a video, what a poll shows,
 * paid media, and the photos and files of a rich message, by their places.
 */
function filesOf({ media, richMessage }: PostDocument): FileOfMessage[] {
  return [
    ...(media ? filesIn(media, 'media') : []),
    ...(richMessage?.photos ?? []).flatMap((photo, index) => photoIn(photo, `richMessage.photos.${index}`)),
    ...(richMessage?.files ?? []).flatMap((file, index) => fileIn(file, `richMessage.files.${index}`)),
  ];
}

function filesIn(media: Media, field: string): FileOfMessage[] {
  if (media.kind === 'photo')
    return [...photoIn(media.photo, `${field}.photo`), ...fileIn(media.clip, `${field}.clip`)];
  if (isFile(media))
    return [...fileIn(media.file, `${field}.file`), ...photoIn(media.cover, `${field}.cover`)];
  if (media.kind === 'paid_media') {
    return media.items.flatMap((item, index) =>
      item.kind === 'media' && item.media ? filesIn(item.media, `${field}.items.${index + 1}`) : [],
    );
  }
  if (media.kind !== 'poll') return [];
  const { answers, results } = media;
  const parts: readonly (readonly [string, Media | undefined])[] = [
    ['media', media.media],
    ['results.solutionMedia', results.solutionMedia],
    ...answers.map(
      (answer, index) => [`answers.${index}.media`, 'text' in answer ? answer.media : undefined] as const,
    ),
  ];
  return parts.flatMap(([name, part]) => (part ? filesIn(part, `${field}.${name}`) : []));
}

function photoIn(photo: Photo | undefined, field: string): FileOfMessage[] {
  if (!isStored<StoredPhoto>(photo) || photo.reference.variant === undefined) return [];
  return [{ field, named: photo.reference, isPhoto: true }];
}

function fileIn(file: File | undefined, field: string): FileOfMessage[] {
  return isStored<StoredFile>(file) ? [{ field, named: file.reference, isPhoto: false }] : [];
}
