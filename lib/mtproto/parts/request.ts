import type { UploadPart } from '../../base/file-parts.js';
import { bytesTail, Tl, TlWriter } from '../tl.js';

/** A request as it goes onto a part connection: its TL in a head and, for an upload, the part's bytes behind it. */
export interface PartRequest {
  /** The TL method, for errors. */
  readonly method: 'upload.getFile' | 'upload.saveFilePart' | 'upload.saveBigFilePart';
  readonly head: Buffer;
  /** TL's `bytes` without their head and tail. */
  readonly payload?: Buffer;
  /** Bytes of the file that the request or its answer carries. */
  readonly size: number;
}

export interface FileRange {
  /** The TL of an InputFileLocation. */
  readonly location: Uint8Array;
  /** As upload.getFile allows them: see planParts. */
  readonly offset: number;
  readonly limit: number;
}

export type FilePart = Omit<UploadPart, 'slot'>;

/** Who presents itself: initConnection's fields. */
export interface ClientIdentity {
  readonly layer: number;
  readonly apiId: number;
  readonly deviceModel: string;
  readonly systemVersion: string;
  readonly appVersion: string;
  readonly systemLangCode: string;
  readonly langPack: string;
  readonly langCode: string;
}

const PRECISE = 1;

/** upload.getFile without cdn_supported: a server that can't do without CDNs answers upload.fileCdnRedirect. */
export function getFile({ location, offset, limit }: FileRange): PartRequest {
  // Without `precise` both are multiples of 4,096.
  const flags = offset % 4096 !== 0 || limit % 4096 !== 0 ? PRECISE : 0;
  const head = new TlWriter().uint(Tl['upload.getFile']).uint(flags).raw(location);
  return { method: 'upload.getFile', head: head.long(BigInt(offset)).uint(limit).finish(), size: limit };
}

/** upload.saveBigFilePart, or upload.saveFilePart. */
export function savePart({ fileId, index, total, bytes, big }: FilePart): PartRequest {
  const method = big ? 'upload.saveBigFilePart' : 'upload.saveFilePart';
  const head = new TlWriter().uint(Tl[method]).long(fileId).uint(index);
  if (big) head.uint(total);
  return { method, head: head.bytesHead(bytes.length).finish(), payload: bytes, size: bytes.length };
}

/** What goes in front of a connection's first request: invokeWithLayer and initConnection. */
export function introduction(identity: ClientIdentity): Buffer {
  return new TlWriter()
    .uint(Tl.invokeWithLayer)
    .uint(identity.layer)
    .uint(Tl.initConnection)
    .uint(0)
    .uint(identity.apiId)
    .string(identity.deviceModel)
    .string(identity.systemVersion)
    .string(identity.appVersion)
    .string(identity.systemLangCode)
    .string(identity.langPack)
    .string(identity.langCode)
    .finish();
}

/** Bytes of a request's TL, without an introduction. */
export function lengthOf({ head, payload }: PartRequest): number {
  return head.length + (payload ? payload.length + bytesTail(payload.length) : 0);
}
