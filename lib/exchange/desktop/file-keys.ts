import { type File, isStored, type Photo, type StoredFile } from '../../messages/document/file.js';
import { desktopType, largestSize } from '../file-facts.js';
import type { Fields } from './json.js';
import { type MessageFiles, unlessEmpty } from './scene.js';

/** The file is not there, and nobody can say why. */
export const UNAVAILABLE = '(File unavailable, please try again later)';
/** The export was asked to leave it out. */
export const NOT_INCLUDED = '(File not included. Change data exporting settings to download.)';
/** It is larger than the export was asked to take. */
export const TOO_LARGE = '(File exceeds maximum size. Change data exporting settings to download.)';

/** The keys of a photo. One that destroyed itself is unavailable; of one that never was there, the path is left out. */
export function photoKeys(photo: Photo | undefined, files: MessageFiles): Fields {
  if (!isStored(photo)) {
    const path = photo && 'gone' in photo ? undefined : UNAVAILABLE;
    return [
      ['photo', path],
      ['photo_file_size', 0],
    ];
  }
  const image = largestSize(photo.sizes);
  return [
    ['photo', files.at(photo.reference.id)],
    ['photo_file_size', photo.reference.size],
    ['width', image?.width],
    ['height', image?.height],
  ];
}

/** The keys of a file of any kind, up to its dimensions. */
export function fileKeys(file: File | undefined, files: MessageFiles): Fields {
  if (!isStored(file))
    return [
      ['file', file && 'gone' in file ? undefined : UNAVAILABLE],
      ['file_size', 0],
    ];
  const { reference, thumbs } = file;
  const thumb = largestSize(thumbs);
  return [
    ['file', files.at(reference.id)],
    ['file_name', unlessEmpty(reference.name)],
    ['file_size', reference.size],
    ...(thumb ? thumbKeys(files.thumbAt(reference.id), thumb.size) : []),
    ...describedFile(file),
  ];
}

function thumbKeys(path: string, size: number): Fields {
  return [
    ['thumbnail', path],
    ['thumbnail_file_size', size],
  ];
}

/** What a file is: its type, title, length and size in pixels. */
export function describedFile(file: StoredFile): Fields {
  const { reference, image, video, audio, sticker, customEmoji } = file;
  const type = desktopType(file);
  const { width = 0, height = 0 } = video ?? image ?? {};
  const seconds = Math.trunc(video?.duration ?? audio?.duration ?? 0);
  const hasSize = width > 0 && height > 0;
  return [
    ['media_type', type],
    ['sticker_emoji', type === 'sticker' ? unlessEmpty(sticker?.emoji ?? customEmoji?.emoji) : undefined],
    ['performer', type === 'audio_file' ? unlessEmpty(audio?.performer) : undefined],
    ['title', type === 'audio_file' ? unlessEmpty(audio?.title) : undefined],
    ['mime_type', unlessEmpty(reference.mime)],
    ['duration_seconds', seconds > 0 ? seconds : undefined],
    ['width', hasSize ? width : undefined],
    ['height', hasSize ? height : undefined],
  ];
}
