import type { UploadPart } from '../../base/file-parts.js';
import type { Request } from '../request.js';
import { Tl, TlWriter } from '../tl.js';

export interface FileRange {
  /** The TL of an InputFileLocation. */
  readonly location: Uint8Array;
  /** As upload.getFile allows: see planParts. */
  readonly offset: number;
  readonly limit: number;
}

const PRECISE = 1;

/** upload.getFile without cdn_supported: a server that can't do without CDNs answers with upload.fileCdnRedirect. */
export function getFile({ location, offset, limit }: FileRange): Request {
  // Without `precise` both must be multiples of 4,096.
  const flags = offset % 4096 !== 0 || limit % 4096 !== 0 ? PRECISE : 0;
  const head = new TlWriter().uint(Tl['upload.getFile']).uint(flags).raw(location);
  return {
    method: 'upload.getFile',
    kind: 'part',
    head: head.long(BigInt(offset)).uint(limit).finish(),
    size: limit,
  };
}

/** upload.saveBigFilePart, or upload.saveFilePart. */
export function savePart({ fileId, index, total, bytes, big }: UploadPart): Request {
  const method = big ? 'upload.saveBigFilePart' : 'upload.saveFilePart';
  const head = new TlWriter().uint(Tl[method]).long(fileId).uint(index);
  if (big) head.uint(total);
  return {
    method,
    kind: 'part',
    head: head.bytesHead(bytes.length).finish(),
    payload: bytes,
    size: bytes.length,
  };
}
