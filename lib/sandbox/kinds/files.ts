import { Api } from 'telegram/tl/index.js';
import type { StoredFile } from '../files/stored-file.js';
import type { Uploader } from '../files/uploads.js';
import { attributesOf } from '../methods/input-attributes.js';
import { uploadedFileRef } from '../methods/upload.js';
import { fromLong } from '../tl.js';
import { type MediaKind, type Reading, refusal } from './kind.js';

/** Files are known by id; the file store has their facts. */
interface FileMedia {
  readonly fileId: bigint;
  readonly spoiler: boolean;
  /** Seconds for which it may be seen once opened; 2,147,483,647: once. */
  readonly ttl?: number;
  /** It has deleted itself: nobody gets the file any more. */
  readonly gone?: true;
}

export interface Photo extends FileMedia {
  readonly kind: 'photo';
  /** The clip of a live photo. */
  readonly clip?: bigint;
}

export interface Document extends FileMedia {
  readonly kind: 'document';
  /** The photo that its sender chose as a video's cover. */
  readonly cover?: bigint;
  /** The second at which a video starts. */
  readonly startsAt?: number;
  /** The same video in other qualities, which the server makes. */
  readonly qualities?: readonly bigint[];
  /** A sticker that is shown without its Premium effect. */
  readonly withoutEffect?: true;
}

export const photo: MediaKind<Photo> = {
  show: (scene, { fileId, spoiler, ttl, gone, clip }) =>
    new Api.MessageMediaPhoto({
      spoiler,
      ...(gone ? {} : { photo: scene.photo(fileId) }),
      ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
      ...(clip === undefined || gone ? {} : { livePhoto: true, video: scene.document(clip) }),
    }),
};

export const document: MediaKind<Document> = {
  show: (scene, media) => {
    const file = scene.document(media.fileId);
    const video = file.attributes.find((attribute) => attribute instanceof Api.DocumentAttributeVideo);
    const { cover, startsAt, qualities, ttl, gone } = media;
    return new Api.MessageMediaDocument({
      ...(media.withoutEffect ? { nopremium: true } : {}),
      spoiler: media.spoiler,
      video: video !== undefined,
      round: video?.roundMessage ?? false,
      voice: file.attributes.some(
        (attribute) => attribute instanceof Api.DocumentAttributeAudio && Boolean(attribute.voice),
      ),
      ...(gone ? {} : { document: file }),
      ...(qualities && !gone ? { altDocuments: qualities.map((id) => scene.document(id)) } : {}),
      ...(cover === undefined || gone ? {} : { videoCover: scene.photo(cover) }),
      ...(startsAt === undefined ? {} : { videoTimestamp: startsAt }),
      ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    });
  },
};

/**
 * Uploads are assembled here: FILE_PART_X_MISSING, FILE_PARTS_INVALID, MD5_CHECKSUM_INVALID, PHOTO_INVALID_DIMENSIONS
 * and the like come from the file store.
 */
export function readUploadedPhoto(scene: Reading, input: Api.InputMediaUploadedPhoto): Photo {
  const ttl = ttlOf(scene, input.ttlSeconds);
  const clip = clipOf(scene, input.video);
  checkStickers(scene, input.stickers);
  const { id } = scene.files.finish(uploaderOf(scene), uploadedFileRef(input.file), {
    kind: 'photo',
    dcId: scene.me.dcId,
    ...(input.stickers?.length ? { hasStickers: true } : {}),
  });
  return { kind: 'photo', fileId: id, spoiler: Boolean(input.spoiler), ...ttl, ...clip };
}

/** MEDIA_EMPTY, FILE_REFERENCE_*. */
export function readPhoto(scene: Reading, input: Api.InputMediaPhoto): Photo {
  const { id } = knownFile(scene, 'photo', input.id);
  return {
    kind: 'photo',
    fileId: id,
    spoiler: Boolean(input.spoiler),
    ...ttlOf(scene, input.ttlSeconds),
    ...clipOf(scene, input.video),
  };
}

export function readUploadedDocument(scene: Reading, input: Api.InputMediaUploadedDocument): Document {
  const ttl = ttlOf(scene, input.ttlSeconds);
  const extras = videoExtras(scene, input);
  checkStickers(scene, input.stickers);
  const { id } = scene.files.finish(uploaderOf(scene), uploadedFileRef(input.file), {
    kind: 'document',
    dcId: scene.me.dcId,
    mimeType: input.mimeType,
    attributes: attributesOf(input),
    ...(input.thumb ? { thumb: uploadedFileRef(input.thumb) } : {}),
  });
  return { kind: 'document', fileId: id, spoiler: Boolean(input.spoiler), ...ttl, ...extras };
}

/** MEDIA_EMPTY, FILE_REFERENCE_*. */
export function readDocument(scene: Reading, input: Api.InputMediaDocument): Document {
  const { id } = knownFile(scene, 'document', input.id);
  return {
    kind: 'document',
    fileId: id,
    spoiler: Boolean(input.spoiler),
    ...ttlOf(scene, input.ttlSeconds),
    ...videoExtras(scene, input),
  };
}

const VIEW_ONCE = 2 ** 31 - 1;
const LONGEST_TTL = 60;

/**
 * Media that deletes itself goes to another person's private chat only (core.telegram.org/api/view-once): 1 to 60
 * seconds, or once. TTL_MEDIA_INVALID.
 */
function ttlOf({ target }: Reading, seconds: number | null | undefined): { ttl?: number } {
  if (!seconds) return {};
  const fits = seconds === VIEW_ONCE || (seconds > 0 && seconds <= LONGEST_TTL);
  if (target.kind !== 'user' || !fits) throw refusal('TTL_MEDIA_INVALID');
  return { ttl: seconds };
}

/** The clip of a live photo, which was uploaded before as a video. MEDIA_INVALID for any other file. */
function clipOf(scene: Reading, input: Api.TypeInputDocument | null | undefined): { clip?: bigint } {
  if (!input) return {};
  const file = knownFile(scene, 'document', input);
  if (!file.attributes.some(({ type }) => type === 'video')) throw refusal('MEDIA_INVALID');
  return { clip: file.id };
}

/** video_cover: a photo that the account has met; MEDIA_EMPTY and FILE_REFERENCE_* as for any file. */
function videoExtras(
  scene: Reading,
  { videoCover, videoTimestamp }: Api.InputMediaUploadedDocument | Api.InputMediaDocument,
): { cover?: bigint; startsAt?: number } {
  return {
    ...(videoCover ? { cover: knownFile(scene, 'photo', videoCover).id } : {}),
    ...(videoTimestamp ? { startsAt: videoTimestamp } : {}),
  };
}

/** Stickers that the sender has put on a picture must be known files. */
function checkStickers(scene: Reading, stickers: readonly Api.TypeInputDocument[] | null | undefined): void {
  for (const sticker of stickers ?? []) knownFile(scene, 'document', sticker);
}

/** The file that an input names by id, access hash and reference. MEDIA_EMPTY, FILE_REFERENCE_*, CHAT_FORWARDS_RESTRICTED. */
export function knownFile(
  { files, mayTake }: Pick<Reading, 'files' | 'mayTake'>,
  kind: StoredFile['kind'],
  input: Api.TypeInputPhoto | Api.TypeInputDocument,
): StoredFile {
  if (!('accessHash' in input)) throw refusal('MEDIA_EMPTY');
  const file = files.get(fromLong(input.id));
  if (file?.kind !== kind || file.accessHash !== fromLong(input.accessHash)) throw refusal('MEDIA_EMPTY');
  mayTake(files.checkReference(file, input.fileReference));
  return file;
}

function uploaderOf({ me, keyId }: Reading): Uploader {
  return { userId: me.id, keyId, premium: me.premium };
}
