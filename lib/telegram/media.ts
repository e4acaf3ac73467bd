import { Api } from 'telegram';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { RangeHash } from '../base/file-parts.js';
import { shownId } from '../base/source-ids.js';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { fileHashes } from './file-hashes.js';
import { FileReference, type Location } from './file-reference.js';
import { fetchMessage } from './history.js';
import type { DownloadLease } from './iter-download.js';

/** A file that a message holds: a photo's largest size, or a document. */
export interface FileOfMessage {
  readonly kind: 'photo' | 'document';
  /** As its sender named it, or made up from its kind and id. */
  readonly name: string;
  /** Bytes, as announced. */
  readonly size: number;
  /** Where it lies. */
  readonly dcId: number;
  /** For upload.getFile; its file reference is as old as the message object. */
  readonly location: Location;
}

/** Reads a file's parts: the transfer room's PartSource. */
export interface PartSource {
  open(
    range: { readonly offset: number; readonly limit: number; readonly sinkBytes?: number },
    lease: DownloadLease,
    signal: AbortSignal,
  ): AsyncIterable<Buffer>;
  /** See fileHashes. */
  hashes(offset: number, signal: AbortSignal): Promise<readonly RangeHash[]>;
}

/** The file of a photo or document message; undefined for all others, and for media that has expired. */
export function fileOf(message: Api.Message): FileOfMessage | undefined {
  const { media } = message;
  if (media instanceof Api.MessageMediaPhoto && media.photo instanceof Api.Photo)
    return photoFile(media.photo);
  if (media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document) {
    return documentFile(media.document);
  }
  return undefined;
}

/** A document's largest thumbnail that is a file of its own; those inside the message (stripped, cached) don't count. */
export function thumbnailOf(message: Api.Message): FileOfMessage | undefined {
  const { media } = message;
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

/** How a source's requests take faults that pass, asked at each `open`. */
export type ReadFaults = () => FaultOptions;

/** Reads the message's file. When its reference expires the message is fetched again, and reading goes on. */
export function partSource(
  client: TelepiClient,
  chat: Chat,
  message: Api.Message,
  faults: ReadFaults = () => ({}),
): PartSource {
  return source(client, chat, message, { pick: fileOf, faults });
}

/** As `partSource`, of the document's thumbnail. */
export function thumbnailSource(
  client: TelepiClient,
  chat: Chat,
  message: Api.Message,
  faults: ReadFaults = () => ({}),
): PartSource {
  return source(client, chat, message, { pick: thumbnailOf, faults });
}

function source(
  client: TelepiClient,
  chat: Chat,
  message: Api.Message,
  {
    pick,
    faults,
  }: {
    readonly pick: (message: Api.Message) => FileOfMessage | undefined;
    readonly faults: ReadFaults;
  },
): PartSource {
  const gone = (): FailedError =>
    new FailedError(
      'MESSAGE_GONE',
      `Message ${shownId(message.id)} has no file any more: it was deleted or edited.`,
    );
  const file = pick(message);
  const renew = async (signal: AbortSignal): Promise<Location> => {
    const fresh = await fetchMessage(client, chat, message.id, signal);
    const now = fresh && pick(fresh);
    if (!file || !now || !sameFile(now.location, file.location)) throw gone();
    return now.location;
  };
  const reference = file && new FileReference(file.location, renew);
  return {
    open(range, lease, signal) {
      if (!reference) throw gone();
      const { dcId, size } = file;
      const { location } = reference;
      const shared = { dcId, size, lend: true, reference };
      return client.iterDownload(location, { ...range, ...shared, lease, signal, faults: faults() });
    },
    async hashes(offset, signal) {
      if (!reference) throw gone();
      return fileHashes(client, { reference, dcId: file.dcId, faults: faults() }, offset, signal);
    },
  };
}

/** An edit may have put another file in the place of the one that was begun. */
function sameFile(one: Location, other: Location): boolean {
  return 'id' in one && 'id' in other && String(one.id) === String(other.id);
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
  /** Bytes. */
  readonly size: number;
}

/** The one with the most pixels; of a progressive JPEG the size is that of its last scan. */
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
