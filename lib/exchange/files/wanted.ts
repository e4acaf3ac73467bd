import type { MessageDocument } from '../../messages/document/document.js';
import { type File, type FileReference, isStored, type Photo } from '../../messages/document/file.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { desktopFolder, largestSize, type SizedImage } from '../file-facts.js';
import { safeName } from './safe-name.js';

/** Numbers that names without a sender's name get, each counted over a chat. */
export type Counter = 'photos' | 'audios' | 'videos' | 'files' | 'contacts';

/** A file that belongs into an export. */
export interface WantedFile {
  /** Telegram's id of it; `vcard` for the card of a contact. */
  readonly id: string;
  /** Absent when the content is known. */
  readonly reference?: FileReference;
  readonly content?: Buffer;
  /** The folder below the chat's. */
  readonly folder: string;
  /** Its sender's name for it, made safe, or how it is numbered. */
  readonly name: string | NumberedName;
  readonly thumb?: SizedImage;
}

export interface NumberedName {
  readonly counter: Counter;
  readonly stem: string;
  /** With its dot. */
  readonly ending: string;
}

/**
 * The files of a message that Telegram Desktop exports, in the order in which it counts them, and then the ones that it
 * leaves out: of polls, paid media and live photos.
 */
export function wantedFiles(document: MessageDocument): readonly WantedFile[] {
  const usual = usualFiles(document);
  const ids = new Set(usual.map(({ id }) => id));
  const others = filesOfDocument(document).filter(({ reference }) => !ids.has(reference.id));
  return [...usual, ...others.map(({ reference }, index) => otherFile(document.id, reference, index))];
}

/** The id of the card of a contact. */
export const VCARD = 'vcard';

function usualFiles(document: MessageDocument): readonly WantedFile[] {
  if (document.kind === 'service') {
    const { action } = document;
    return 'photo' in action ? photo(action.photo) : [];
  }
  if (document.kind !== 'message') return [];
  const { media, richMessage } = document;
  if (richMessage) return [...richMessage.photos.flatMap(photo), ...richMessage.files.flatMap(file)];
  switch (media?.kind) {
    case 'photo':
      return photo(media.photo);
    case 'contact':
      return media.vcard === '' ? [] : [vcard(media.vcard)];
    case 'video':
    case 'round_video':
    case 'animation':
    case 'audio':
    case 'voice':
    case 'sticker':
    case 'custom_emoji':
    case 'file':
      return file(media.file);
    default:
      return [];
  }
}

function photo(photo: Photo | undefined): readonly WantedFile[] {
  if (!isStored(photo)) return [];
  const { reference } = photo;
  const name = { counter: 'photos', stem: 'photo', ending: '.jpg' } as const;
  return [{ id: reference.id, reference, folder: 'photos', name }];
}

function vcard(text: string): WantedFile {
  const name = { counter: 'contacts', stem: 'contact', ending: '.vcard' } as const;
  return { id: VCARD, content: Buffer.from(text), folder: 'contacts', name };
}

function file(file: File | undefined): readonly WantedFile[] {
  if (!isStored(file)) return [];
  const { reference, audio, video, thumbs } = file;
  const thumb = largestSize(thumbs);
  const given = reference.name ? safeName(reference.name) : undefined;
  return [
    {
      id: reference.id,
      reference,
      folder: desktopFolder(file),
      name: given ?? numberedName(reference.mime, { isVoice: audio?.voice, isVideo: video && !video.round }),
      ...(thumb && { thumb }),
    },
  ];
}

function numberedName(
  mime: string,
  { isVoice, isVideo }: { readonly isVoice: boolean | undefined; readonly isVideo: boolean | undefined },
): NumberedName {
  if (isVoice) return { counter: 'audios', stem: 'audio', ending: mime === 'audio/mp3' ? '.mp3' : '.ogg' };
  const ending = ENDINGS.get(mime.toLowerCase());
  if (isVideo) return { counter: 'videos', stem: 'video', ending: ending ?? '.mov' };
  return { counter: 'files', stem: 'file', ending: ending ?? '.unknown' };
}

/** Named after the message, so that they change no numbers of Telegram Desktop's. */
function otherFile(messageId: number, reference: FileReference, index: number): WantedFile {
  const ending = reference.source === 'photo' ? '.jpg' : (ENDINGS.get(reference.mime.toLowerCase()) ?? '');
  const name = reference.name ? safeName(reference.name) : `${messageId}_${index + 1}${ending}`;
  return { id: reference.id, reference, folder: 'more_files', name };
}

/** By the types that Telegram's files have. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/webp', '.webp'],
  ['image/gif', '.gif'],
  ['image/heic', '.heic'],
  ['image/svg+xml', '.svg'],
  ['video/mp4', '.mp4'],
  ['video/webm', '.webm'],
  ['video/quicktime', '.mov'],
  ['video/x-matroska', '.mkv'],
  ['video/mpeg', '.mpeg'],
  ['audio/mpeg', '.mp3'],
  ['audio/mp3', '.mp3'],
  ['audio/mp4', '.m4a'],
  ['audio/x-m4a', '.m4a'],
  ['audio/ogg', '.ogg'],
  ['audio/opus', '.opus'],
  ['audio/flac', '.flac'],
  ['audio/x-flac', '.flac'],
  ['audio/wav', '.wav'],
  ['audio/x-wav', '.wav'],
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/json', '.json'],
  ['application/gzip', '.gz'],
  ['application/vnd.rar', '.rar'],
  ['application/x-tgsticker', '.tgs'],
  ['application/vnd.android.package-archive', '.apk'],
  ['application/msword', '.doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'],
  ['text/plain', '.txt'],
  ['text/html', '.html'],
  ['text/csv', '.csv'],
  ['text/vcard', '.vcf'],
]);
