import { Api } from 'telegram/tl/index.js';

/** A file that a message holds: a photo's largest size, or a document. */
export interface FileOfMessage {
  readonly kind: 'photo' | 'document';
  /** Its sender's name for it, or one made up from its kind and id. */
  readonly name: string;
  /** Announced size in bytes. */
  readonly size: number;
  /** The DC where it lies. */
  readonly dcId: number;
  /** For upload.getFile; its file reference is as old as the message object. */
  readonly location: Api.TypeInputFileLocation;
}

/** The file of a photo or document message; undefined for all others, and for media that has expired. */
export function fileOf({ media }: Api.Message): FileOfMessage | undefined {
  return media && fileIn(media);
}

/** The photo or file in media. */
export function fileIn(media: Api.TypeMessageMedia): FileOfMessage | undefined {
  if (media instanceof Api.MessageMediaPhoto && media.photo instanceof Api.Photo)
    return photoFile(media.photo);
  if (media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document) {
    return documentFile(media.document);
  }
  return undefined;
}

/** A document's largest thumbnail that is a file of its own; those inside the message (stripped, cached) don't count. */
export function thumbnailOf({ media }: Api.Message): FileOfMessage | undefined {
  return media && thumbnailIn(media);
}

export function thumbnailIn(media: Api.TypeMessageMedia): FileOfMessage | undefined {
  if (!(media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document))
    return undefined;
  const { document } = media;
  const largest = largestSize(document.thumbs ?? []);
  if (!largest) return undefined;
  return {
    kind: 'photo',
    name: `thumbnail_${document.id}.jpg`,
    size: largest.size,
    dcId: document.dcId,
    location: documentLocation(document, largest.type),
  };
}

/** A photo's largest size. */
export function photoFile(photo: Api.Photo): FileOfMessage | undefined {
  const largest = largestSize(photo.sizes);
  if (!largest) return undefined;
  const { id, accessHash, fileReference, dcId } = photo;
  const thumbSize = largest.type;
  return {
    kind: 'photo',
    name: `photo_${id}.jpg`,
    size: largest.size,
    dcId,
    location: new Api.InputPhotoFileLocation({ id, accessHash, fileReference, thumbSize }),
  };
}

function documentFile(document: Api.Document): FileOfMessage {
  const named = document.attributes.find((one) => one instanceof Api.DocumentAttributeFilename);
  return {
    kind: 'document',
    name: named?.fileName || `${document.id}${extensionOf(document.mimeType)}`,
    size: Math.max(0, Number(document.size)),
    dcId: document.dcId,
    location: documentLocation(document, ''),
  };
}

function documentLocation(
  { id, accessHash, fileReference }: Api.Document,
  thumbSize: string,
): Api.InputDocumentFileLocation {
  return new Api.InputDocumentFileLocation({ id, accessHash, fileReference, thumbSize });
}

interface SizeOnServer {
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** The size with the most pixels; the byte count of a progressive JPEG is that of its last scan. */
function largestSize(sizes: readonly Api.TypePhotoSize[]): SizeOnServer | undefined {
  let best: (SizeOnServer & { readonly pixels: number }) | undefined;
  for (const size of sizes) {
    if (!(size instanceof Api.PhotoSize || size instanceof Api.PhotoSizeProgressive)) continue;
    const bytes = Math.max(0, ...(size instanceof Api.PhotoSize ? [size.size] : size.sizes));
    const pixels = size.w * size.h;
    if (!best || pixels > best.pixels) best = { type: size.type, size: bytes, pixels };
  }
  return best && { type: best.type, size: best.size };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'video/mp4': '.mp4',
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'video/webm': '.webm',
  'application/x-tgsticker': '.tgs',
  'application/pdf': '.pdf',
};

function extensionOf(mimeType: string): string {
  return EXTENSIONS[mimeType] ?? '';
}
