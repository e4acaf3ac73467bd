import type { MessageDocument } from '../document/document.js';
import { type FileReference, isStored } from '../document/file.js';
import type { Media } from '../document/media.js';
import { badValue, type Given, wordsOf } from './given.js';
import { readSize } from './sizes.js';

/** The files of a message that a person would save: not previews, covers or other qualities. */
export function filesOf(document: MessageDocument): readonly FileReference[] {
  return document.kind === 'message' && document.media ? filesIn(document.media) : [];
}

/** Bytes of the message's files together; 0 when it has none. */
export function sizeOf(document: MessageDocument): number {
  return filesOf(document).reduce((sum, { size }) => sum + size, 0);
}

/** The ending of a file's name in lower case, without the dot; without a name, the usual one of its type. */
export function extensionOf({ name, mime }: FileReference): string {
  const [, ending] = /\.([^./\\\s]{1,16})$/.exec(name ?? '') ?? [];
  if (ending !== undefined) return ending.toLowerCase();
  const known = ENDINGS[mime];
  return known ?? mime.split('/')[1]?.replace(/^x-/, '') ?? '';
}

/**
 * Reads `--ext`: endings of names, with or without their dot, with commas between them.
 * @throws UsageError BAD_SELECTION
 */
export function readExtensions(given: Given): ReadonlySet<string> {
  const words = wordsOf(given).map((word) => word.toLowerCase().replace(/^\*?\./, ''));
  if (words.length > 0 && words.every((word) => /^[^./\\*?]{1,16}$/.test(word))) {
    return new Set(words.map((word) => (word === 'jpeg' ? 'jpg' : word)));
  }
  throw badValue(given, 'endings of file names with commas between them, such as pdf,zip');
}

/** Whether a file has one of the endings; jpg and jpeg are one. */
export function hasExtension(file: FileReference, extensions: ReadonlySet<string>): boolean {
  const extension = extensionOf(file);
  return extensions.has(extension === 'jpeg' ? 'jpg' : extension);
}

/**
 * Reads `--min-size` or `--max-size`, in bytes.
 * @throws UsageError BAD_SELECTION
 */
export function readFileSize(given: Given): number {
  const size = readSize(given.text);
  if (size !== undefined) return size;
  throw badValue(
    given,
    'a size such as 500KiB, 20M or 1.5GiB (K, M and G count by 1,024; KB, MB and GB by 1,000; bytes without a unit)',
  );
}

function filesIn(media: Media): readonly FileReference[] {
  if (media.kind === 'photo') {
    return 'photo' in media && isStored(media.photo) ? [media.photo.reference] : [];
  }
  if (media.kind === 'paid_media') {
    return media.items.flatMap((item) => ('media' in item && item.media ? filesIn(item.media) : []));
  }
  return 'file' in media && isStored(media.file) ? [media.file.reference] : [];
}

/** Of files that Telegram's apps send without a name. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/ogg': 'ogg',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'application/x-tgsticker': 'tgs',
  'text/plain': 'txt',
};
