import type { Api } from 'telegram/tl/index.js';
import type {
  File,
  FileReference,
  ImageSize,
  MovingSize,
  Photo,
  StoredFile,
  StoredPhoto,
  VideoSize,
} from '../../document/file.js';
import { attributesOf, stickerSetOf } from './attributes.js';
import { base64, flag, long, type Maybe, maybeList, maybeReal, present } from './fields.js';
import { never } from './unknown.js';

/** A photo; its reference names the largest size. */
export function photoOf(photo: Api.TypePhoto): Photo {
  switch (photo.className) {
    case 'PhotoEmpty':
      return { gone: true, id: long(photo.id) };
    case 'Photo':
      return present<StoredPhoto>({
        reference: photoReference(photo),
        date: photo.date,
        sizes: photo.sizes.map(imageSizeOf),
        videos: maybeList(photo.videoSizes, videoSizeOf),
        hasStickers: flag(photo.hasStickers),
      });
    default:
      return never(photo);
  }
}

/** A document of whatever kind. */
export function fileOf(document: Api.TypeDocument): File {
  switch (document.className) {
    case 'DocumentEmpty':
      return { gone: true, id: long(document.id) };
    case 'Document': {
      const { name, ...attributes } = attributesOf(document.attributes);
      return {
        reference: present<FileReference>({
          source: 'document',
          id: long(document.id),
          accessHash: long(document.accessHash),
          dc: document.dcId,
          size: Number(document.size),
          mime: document.mimeType,
          name,
          variant: undefined,
          fileReference: base64(document.fileReference),
        }),
        date: document.date,
        ...attributes,
        ...thumbsOf(document),
      };
    }
    default:
      return never(document);
  }
}

/** The files of a list, which may be absent. */
export function maybeFiles(documents: Maybe<readonly Api.TypeDocument[]>): readonly File[] | undefined {
  return maybeList(documents, fileOf);
}

export function imageSizeOf(size: Api.TypePhotoSize): ImageSize {
  const { type } = size;
  switch (size.className) {
    case 'PhotoSizeEmpty':
      return { kind: 'empty', type };
    case 'PhotoSize':
      return { kind: 'file', type, width: size.w, height: size.h, size: size.size };
    case 'PhotoCachedSize':
      return { kind: 'cached', type, width: size.w, height: size.h, bytes: base64(size.bytes) };
    case 'PhotoStrippedSize':
      return { kind: 'stripped', type, bytes: base64(size.bytes) };
    case 'PhotoSizeProgressive': {
      const steps = size.sizes;
      return {
        kind: 'progressive',
        type,
        width: size.w,
        height: size.h,
        size: Math.max(0, ...steps),
        steps: [...steps],
      };
    }
    case 'PhotoPathSize':
      return { kind: 'path', type, bytes: base64(size.bytes) };
    default:
      return never(size);
  }
}

function videoSizeOf(size: Api.TypeVideoSize): VideoSize {
  switch (size.className) {
    case 'VideoSize':
      return present<MovingSize>({
        kind: 'file',
        type: size.type,
        width: size.w,
        height: size.h,
        size: size.size,
        startsAt: maybeReal(size.videoStartTs),
      });
    case 'VideoSizeEmojiMarkup':
      return { kind: 'emoji', emoji: long(size.emojiId), colors: [...size.backgroundColors] };
    case 'VideoSizeStickerMarkup':
      return {
        kind: 'sticker',
        set: stickerSetOf(size.stickerset),
        sticker: long(size.stickerId),
        colors: [...size.backgroundColors],
      };
    default:
      return never(size);
  }
}

function thumbsOf({ thumbs, videoThumbs }: Api.Document): Thumbs {
  return present<Thumbs>({
    thumbs: maybeList(thumbs, imageSizeOf),
    videoThumbs: maybeList(videoThumbs, videoSizeOf),
  });
}

type Thumbs = Pick<StoredFile, 'thumbs' | 'videoThumbs'>;

function photoReference(photo: Api.Photo): FileReference {
  const largest = largestOf(photo.sizes.map(imageSizeOf));
  return present<FileReference>({
    source: 'photo',
    id: long(photo.id),
    accessHash: long(photo.accessHash),
    dc: photo.dcId,
    size: largest?.size ?? 0,
    mime: 'image/jpeg',
    name: undefined,
    variant: largest?.type,
    fileReference: base64(photo.fileReference),
  });
}

type FileSize = Extract<ImageSize, { kind: 'file' | 'progressive' }>;

/** The size with the most pixels among the sizes that are files of their own. */
function largestOf(sizes: readonly ImageSize[]): FileSize | undefined {
  let best: FileSize | undefined;
  for (const size of sizes) {
    if (size.kind !== 'file' && size.kind !== 'progressive') continue;
    if (!best || size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}
