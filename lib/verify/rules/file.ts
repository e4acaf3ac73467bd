import {
  type AudioFacts,
  type CustomEmojiFacts,
  type Dimensions,
  type File,
  type FileReference,
  type ImageSize,
  isStored,
  type MaskPosition,
  type Photo,
  type StickerFacts,
  type StoredFile,
  type StoredPhoto,
  type VideoFacts,
} from '../../messages/document/file.js';
import { compareFields, difference, fields, ignored, present, type Rule, type Rules, same } from './rule.js';

const PLACE_OF_STORAGE = ignored('It names the file at Telegram, and a copy is another file.');

const REFERENCE: Rules<FileReference> = {
  source: same('kind'),
  id: PLACE_OF_STORAGE,
  accessHash: PLACE_OF_STORAGE,
  dc: PLACE_OF_STORAGE,
  size: same('size'),
  mime: same('attributes'),
  name: same('attributes'),
  variant: PLACE_OF_STORAGE,
  fileReference: ignored('It ages within hours.'),
};

const DIMENSIONS: Rules<Dimensions> = { width: same('attributes'), height: same('attributes') };

const VIDEO: Rules<VideoFacts> = {
  ...DIMENSIONS,
  duration: same('attributes'),
  round: same('attributes'),
  streamable: same('attributes'),
  silent: same('attributes'),
  codec: ignored('Telegram finds it out by itself.'),
  startsAt: same('attributes'),
  preloadBytes: ignored('Telegram finds it out by itself.'),
};

const AUDIO: Rules<AudioFacts> = {
  duration: same('attributes'),
  voice: same('attributes'),
  title: same('attributes'),
  performer: same('attributes'),
  waveform: same('attributes'),
};

const MASK: Rules<MaskPosition> = {
  point: same('attributes'),
  x: same('attributes'),
  y: same('attributes'),
  zoom: same('attributes'),
};

const STICKER: Rules<StickerFacts> = {
  emoji: same('attributes'),
  set: same('attributes'),
  mask: same('attributes'),
  maskPosition: fields('attributes', MASK),
};

const CUSTOM_EMOJI: Rules<CustomEmojiFacts> = {
  emoji: same('attributes'),
  set: same('attributes'),
  free: same('attributes'),
  textColored: same('attributes'),
};

/** Every field of a document of whatever kind. */
const FILE: Rules<StoredFile> = {
  reference: fields('attributes', REFERENCE),
  date: PLACE_OF_STORAGE,
  // Telegram draws thumbnails again, so that only their presence says something; it keeps none for some kinds.
  thumbs: present('attributes'),
  videoThumbs: ignored('Telegram makes them.'),
  image: fields('attributes', DIMENSIONS),
  video: fields('attributes', VIDEO),
  audio: fields('attributes', AUDIO),
  sticker: fields('attributes', STICKER),
  customEmoji: fields('attributes', CUSTOM_EMOJI),
  animated: same('attributes'),
  hasStickers: same('attributes'),
  unknownAttributes: ignored('This version cannot read them.'),
};

/** A file; one that Telegram no longer has can't be compared. */
export const file: Rule<File> = {
  compare(source, copy, at) {
    if (isStored<StoredFile>(source) && isStored<StoredFile>(copy)) compareFiles(source, copy, at);
    else if (isStored<StoredFile>(source) !== isStored<StoredFile>(copy)) {
      at.found.push(difference('attributes', at.path, stateOf(source), stateOf(copy)));
    }
  },
};

/** A photo is drawn again by Telegram: neither its number of bytes nor its smaller sizes say anything. */
export const photo: Rule<Photo> = {
  compare(source, copy, at) {
    if (isStored<StoredPhoto>(source) && isStored<StoredPhoto>(copy)) {
      compareFields(PHOTO, source, copy, at);
    } else if (isStored<StoredPhoto>(source) !== isStored<StoredPhoto>(copy)) {
      at.found.push(difference('attributes', at.path, stateOf(source), stateOf(copy)));
    }
  },
};

const PHOTO: Rules<StoredPhoto> = {
  reference: ignored('It names the photo at Telegram, which draws it again.'),
  date: PLACE_OF_STORAGE,
  sizes: same('attributes', largestSize),
  videos: present('attributes'),
  hasStickers: same('attributes'),
};

/** The dimensions of the largest size. */
export function largestSize(sizes: readonly ImageSize[]): Dimensions | undefined {
  let best: Dimensions | undefined;
  for (const size of sizes) {
    if (size.kind !== 'file' && size.kind !== 'progressive') continue;
    const { width, height } = size;
    if (!best || width * height > best.width * best.height) best = { width, height };
  }
  return best;
}

/** A GIF becomes a silent video at Telegram, whose file has another size and type. */
function compareFiles(source: StoredFile, copy: StoredFile, at: Parameters<Rule<File>['compare']>[2]): void {
  if (source.reference.mime === 'image/gif' && copy.reference.mime === 'video/mp4') return;
  compareFields(FILE, source, copy, at);
}

function stateOf(file: File | Photo | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (isStored(file)) return 'stored';
  return 'gone' in file ? 'gone' : 'unknown';
}
