import type { MessageDocument, PostDocument } from '../../messages/document/document.js';
import { type FileReference, isStored, type StoredFile } from '../../messages/document/file.js';
import type { Media } from '../../messages/document/media.js';
import { flatten } from '../../messages/recreate/flatten.js';
import { isSettable } from '../../messages/text/sendable.js';
import { split } from '../../messages/text/split.js';
import type { ImportLoss } from './import-losses.js';
import { mediaWords } from './media-words.js';

/** A file that an imported message shows. */
export interface FileOfEntry {
  readonly reference: FileReference;
  /** Undefined for a photo. */
  readonly facts: StoredFile | undefined;
}

/** A message of the history that is imported. */
export interface ImportEntry {
  readonly date: number;
  /** Marked id of its author. */
  readonly author: number | undefined;
  /** The name that signs a channel's post. */
  readonly signature?: string;
  readonly said: { readonly text: string } | { readonly file: FileOfEntry };
}

/** What becomes of one archived message: nothing, one message, or several. */
export interface EntriesOfMessage {
  readonly entries: readonly ImportEntry[];
  readonly losses: readonly ImportLoss[];
}

/** What is longer, Telegram would cut or refuse. In UTF-16 units. */
const LONGEST_TEXT = 4096;

type TestOfFile = (reference: FileReference) => boolean;

/** `isKept`: whether the file lies where this machine can read it. `isDamaged`: whether one that doesn't was kept once. */
export function entriesOf(
  document: MessageDocument,
  isKept: TestOfFile,
  isDamaged: TestOfFile = () => false,
): EntriesOfMessage {
  if (document.kind === 'service') return { entries: [], losses: ['service'] };
  if (document.kind !== 'message') return { entries: [], losses: ['empty'] };
  const shown = shownMedia(document, isKept, isDamaged);
  const text = textOf(document);
  const words = shown.words && text ? `${shown.words}\n\n${text}` : (shown.words ?? text);
  const texts = split({ text: words, entities: [] }, { first: LONGEST_TEXT, rest: LONGEST_TEXT }).map(
    (part) => part.text,
  );
  const { date, author, signature } = document;
  const head = { date, author, ...(signature !== undefined && { signature }) };
  const entries: ImportEntry[] = [
    ...(shown.file ? [{ ...head, said: { file: shown.file } }] : []),
    ...texts.filter((each) => each.trim() !== '').map((each) => ({ ...head, said: { text: each } })),
  ];
  if (entries.length === 0) return { entries, losses: ['empty'] };
  const caption: ImportLoss[] = shown.file && text !== '' ? ['caption'] : [];
  const parts: ImportLoss[] = texts.length > 1 ? ['split'] : [];
  return { entries, losses: [...shown.losses, ...caption, ...parts, ...lossesOf(document)] };
}

function textOf({ text, richMessage }: PostDocument): string {
  return (richMessage ? flatten(richMessage).text : text).trim();
}

function lossesOf(post: PostDocument): ImportLoss[] {
  const { entities, richMessage, reply, reactions, album, forward, markup } = post;
  return [
    ...(richMessage || entities.some(isSettable) ? (['formatting'] as const) : []),
    ...(reply ? (['reply'] as const) : []),
    ...(reactions ? (['reactions'] as const) : []),
    ...(album !== undefined ? (['album'] as const) : []),
    ...(forward ? (['forward'] as const) : []),
    ...(markup ? (['buttons'] as const) : []),
  ];
}

interface ShownMedia {
  readonly file?: FileOfEntry;
  readonly words?: string;
  readonly losses: readonly ImportLoss[];
}

function shownMedia(
  { media, richMessage }: PostDocument,
  isKept: TestOfFile,
  isDamaged: TestOfFile,
): ShownMedia {
  if (richMessage || !media) return { losses: [] };
  const words = mediaWords(media);
  const file = fileOf(media);
  if (!file) {
    const isWords = words !== '';
    return { ...(isWords && { words }), losses: isWords ? ['words'] : [] };
  }
  // Users report that Telegram takes these in, and shows empty messages.
  if (file.reference.mime === ANIMATED_STICKER) return { words, losses: ['animated_sticker'] };
  if (isKept(file.reference)) return { file, losses: [] };
  return { words, losses: [isDamaged(file.reference) ? 'damaged' : 'no_file'] };
}

const ANIMATED_STICKER = 'application/x-tgsticker';

function fileOf(media: Media): FileOfEntry | undefined {
  if (media.kind === 'photo') {
    const photo = 'photo' in media ? media.photo : undefined;
    if (!isStored(photo) || photo.reference.variant === undefined) return undefined;
    return { reference: photo.reference, facts: undefined };
  }
  const file = 'file' in media ? media.file : undefined;
  return isStored(file) ? { reference: file.reference, facts: file } : undefined;
}
