import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { KIB, MIB } from '../../base/bytes.js';
import type { FileStore } from '../files/file-store.js';
import { storageType } from '../files/storage-type.js';
import type { StoredFile } from '../files/stored-file.js';
import type { Uploader } from '../files/uploads.js';
import { RpcError } from '../rpc.js';
import { fromLong, toLong } from '../tl.js';

/** The caller: an account, over a connection to a DC. */
interface UploadCall {
  readonly me: { readonly id: number; readonly premium: boolean };
  readonly caller: { readonly dcId: number; readonly key: { readonly id: bigint } };
}

/** The id of a chat's photo, for an account that may see it. PEER_ID_INVALID and the like. */
export type ChatPhotoOf = (userId: number, peer: Api.TypeInputPeer) => bigint | undefined;

interface Shelf {
  readonly files: FileStore;
  readonly chatPhotoOf: ChatPhotoOf;
}

/** The range that one hash of upload.getFileHashes covers, and how many hashes it returns at once. */
const HASHED_RANGE = 128 * KIB;
const HASHES_AT_ONCE = 8;

/** The upload methods by permission: parts are saved on the home DC, files are read on the DC that has them. */
export function uploadMethods(files: FileStore, chatPhotoOf: ChatPhotoOf = () => undefined) {
  return {
    home: {
      'upload.SaveFilePart': (request: Api.upload.SaveFilePart, call: UploadCall) => {
        const { filePart: index, bytes } = request;
        const fileId = fromLong(request.fileId);
        return files.uploads.save(uploaderOf(call), { fileId, index, total: undefined, bytes });
      },
      'upload.SaveBigFilePart': (request: Api.upload.SaveBigFilePart, call: UploadCall) => {
        const { filePart: index, fileTotalParts: total, bytes } = request;
        const fileId = fromLong(request.fileId);
        return files.uploads.save(uploaderOf(call), { fileId, index, total, bytes });
      },
    },
    anyDc: {
      'upload.GetFile': (request: Api.upload.GetFile, call: UploadCall) =>
        files.downloads.during(() => getFile({ files, chatPhotoOf }, request, call)),
      'upload.GetFileHashes': (request: Api.upload.GetFileHashes, call: UploadCall) =>
        files.downloads.during(() => getFileHashes({ files, chatPhotoOf }, request, call)),
    },
  };
}

/** TL: inputFile, inputFileBig. Other kinds of InputFile are refused with MEDIA_INVALID. */
export function uploadedFileRef(file: Api.TypeInputFile): Parameters<FileStore['finish']>[1] {
  if (file instanceof Api.InputFile) {
    const { parts, name, md5Checksum: md5 } = file;
    return { id: fromLong(file.id), parts, name, md5, big: false };
  }
  if (file instanceof Api.InputFileBig) {
    return { id: fromLong(file.id), parts: file.parts, name: file.name, big: true };
  }
  throw new RpcError(400, 'MEDIA_INVALID');
}

function uploaderOf({ me, caller }: UploadCall): Uploader {
  return { userId: me.id, keyId: caller.key.id, premium: me.premium };
}

/** Never refers to a CDN: cdn_supported is an offer that the sandbox doesn't take up. */
function getFile(shelf: Shelf, request: Api.upload.GetFile, call: UploadCall): Api.upload.File {
  const { files } = shelf;
  const offset = Number(fromLong(request.offset));
  checkRange(offset, request.limit, request.precise ?? false);
  const { file, sizeType } = locate(shelf, request.location, call);
  const bytes = readOrRefuse(files, file, offset, request.limit, sizeType);
  const start = offset === 0 ? bytes : readOrRefuse(files, file, 0, 32, sizeType);
  return new Api.upload.File({ type: storageType(start), mtime: file.date, bytes });
}

/** Eight ranges of 128 KiB from the one that holds `offset` on: fewer, or none, at the end of the file. */
function getFileHashes(shelf: Shelf, request: Api.upload.GetFileHashes, call: UploadCall): Api.FileHash[] {
  const { files } = shelf;
  const offset = Number(fromLong(request.offset));
  if (offset < 0) throw new RpcError(400, 'OFFSET_INVALID');
  const { file, sizeType } = locate(shelf, request.location, call);
  const first = offset - (offset % HASHED_RANGE);
  const hashes: Api.FileHash[] = [];
  for (let at = first; at < first + HASHES_AT_ONCE * HASHED_RANGE; at += HASHED_RANGE) {
    const bytes = readOrRefuse(files, file, at, HASHED_RANGE, sizeType);
    if (bytes.length === 0) break;
    const hash = createHash('sha256').update(bytes).digest();
    hashes.push(new Api.FileHash({ offset: toLong(at), limit: bytes.length, hash }));
  }
  return hashes;
}

/**
 * core.telegram.org/api/files, "Downloading files": offset and limit are multiples of 4 KiB and 1 MiB is a multiple of
 * limit; with `precise` they are multiples of 1 KiB; either way a read stays inside one block of 1 MiB.
 */
function checkRange(offset: number, limit: number, precise: boolean): void {
  const unit = precise ? KIB : 4 * KIB;
  if (offset < 0 || offset % unit !== 0) throw new RpcError(400, 'OFFSET_INVALID');
  const fits = limit > 0 && limit <= MIB && limit % unit === 0 && (precise || MIB % limit === 0);
  const inOneBlock = Math.floor(offset / MIB) === Math.floor((offset + limit - 1) / MIB);
  if (!fits || !inOneBlock) throw new RpcError(400, 'LIMIT_INVALID');
}

function locate(
  { files, chatPhotoOf }: Shelf,
  location: Api.TypeInputFileLocation,
  { me, caller: { dcId } }: UploadCall,
): { file: StoredFile; sizeType: string } {
  if (location instanceof Api.InputPeerPhotoFileLocation) {
    const photo = chatPhotoOf(me.id, location.peer);
    const known = photo === fromLong(location.photoId) ? files.get(photo) : undefined;
    const size = location.big ? known?.sizes.at(-1) : known?.sizes[0];
    if (!known || !size) throw new RpcError(400, 'LOCATION_INVALID');
    if (known.dcId !== dcId) throw new RpcError(303, `FILE_MIGRATE_${known.dcId}`);
    return { file: known, sizeType: size.type };
  }
  const kind = kindOf(location);
  if (!kind) throw new RpcError(400, 'LOCATION_INVALID');
  const { id, accessHash, fileReference, thumbSize } = location as Api.InputDocumentFileLocation;
  const file = files.get(fromLong(id));
  if (!file || file.kind !== kind) throw new RpcError(400, 'FILE_ID_INVALID');
  if (file.accessHash !== fromLong(accessHash)) throw new RpcError(400, 'LOCATION_INVALID');
  if (file.dcId !== dcId) throw new RpcError(303, `FILE_MIGRATE_${file.dcId}`);
  if (kind === 'photo' && thumbSize === '') throw new RpcError(400, 'LOCATION_INVALID');
  files.readReference(file, fileReference);
  return { file, sizeType: thumbSize };
}

function kindOf(location: Api.TypeInputFileLocation): StoredFile['kind'] | undefined {
  if (location instanceof Api.InputDocumentFileLocation) return 'document';
  if (location instanceof Api.InputPhotoFileLocation) return 'photo';
  return undefined;
}

/**
 * LOCATION_INVALID when there is no such size. UPLOAD_NOT_KEPT, which Telegram never returns, for an upload of which
 * the sandbox has only the proof, because it was larger than the sandbox keeps.
 */
function readOrRefuse(
  files: FileStore,
  file: StoredFile,
  offset: number,
  length: number,
  sizeType: string,
): Buffer {
  const bytes = files.read(file, offset, length, sizeType);
  if (!bytes && files.isLost(file, sizeType)) throw new RpcError(400, 'UPLOAD_NOT_KEPT');
  if (!bytes) throw new RpcError(400, 'LOCATION_INVALID');
  return bytes;
}
