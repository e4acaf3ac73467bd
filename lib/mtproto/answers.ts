import { gunzipSync } from 'node:zlib';
import { MIB } from '../base/bytes.js';
import type { Request } from './request.js';
import { bytesAt, Tl } from './tl.js';

/** A server's answer to a request. */
export type Answer =
  /** From upload.file: `bytes` is a view of the message. */
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** From upload.fileCdnRedirect, though no CDN was asked for. */
  | { readonly kind: 'cdn' }
  /** The result of a call, in memory of its own. */
  | { readonly kind: 'tl'; readonly bytes: Buffer };

/** The most bytes that a gzip_packed may unpack to: TDLib's limit for a packet. */
const MOST_UNPACKED = 16 * MIB;

/**
 * Reads an rpc_result's content, `data` from `at` to `end`, for a request of this kind. Throws RangeError for content
 * that is cut short or that a part's answer can't have.
 */
export function readAnswer(kind: Request['kind'], data: Buffer, at: number, end: number): Answer {
  return kind === 'part' ? readPart(data, at, end) : readCall(data, at, end);
}

function readCall(data: Buffer, at: number, end: number): Answer {
  const outer = constructorAt(data, at, end);
  if (outer === Tl.rpc_error) return readError(data, at, end);
  if (outer !== Tl.gzip_packed) return { kind: 'tl', bytes: Buffer.from(data.subarray(at, end)) };
  const plain = unpackGzip(data, at, end);
  const inner = constructorAt(plain, 0, plain.length);
  if (inner === Tl.gzip_packed) throw new RangeError('gzip inside gzip');
  return inner === Tl.rpc_error ? readError(plain, 0, plain.length) : { kind: 'tl', bytes: plain };
}

function readPart(data: Buffer, at: number, end: number): Answer {
  const kind = constructorAt(data, at, end);
  switch (kind) {
    case Tl['upload.file']: {
      // storage.FileType is a bare constructor, mtime an int.
      const bytes = bytesAt(data, at + 12, end);
      return { kind: 'file', bytes: data.subarray(bytes.start, bytes.end) };
    }
    case Tl.boolTrue:
    case Tl.boolFalse:
      return { kind: 'bool', value: kind === Tl.boolTrue };
    case Tl.rpc_error:
      return readError(data, at, end);
    case Tl['upload.fileCdnRedirect']:
      return { kind: 'cdn' };
    case Tl.gzip_packed: {
      const plain = unpackGzip(data, at, end);
      if (constructorAt(plain, 0, plain.length) === Tl.gzip_packed) throw new RangeError('gzip inside gzip');
      return readPart(plain, 0, plain.length);
    }
    default:
      throw new RangeError(`no answer to a part has the constructor ${kind.toString(16)}`);
  }
}

function readError(data: Buffer, at: number, end: number): Answer {
  const text = bytesAt(data, at + 8, end);
  return {
    kind: 'error',
    code: data.readInt32LE(at + 4),
    message: data.toString('utf8', text.start, text.end),
  };
}

/** The constructor number at `at`. Throws RangeError when it doesn't lie before `end`. */
export function constructorAt(data: Buffer, at: number, end: number): number {
  if (at + 4 > end) throw new RangeError('a TL object ends before its constructor');
  return data.readUInt32LE(at);
}

/** The content of the gzip_packed at `at`. Throws RangeError if it is damaged or unpacks to more than 16 MiB. */
export function unpackGzip(data: Buffer, at: number, end: number): Buffer {
  const packed = bytesAt(data, at + 4, end);
  try {
    return gunzipSync(data.subarray(packed.start, packed.end), { maxOutputLength: MOST_UNPACKED });
  } catch (cause) {
    throw new RangeError('gzip_packed cannot be unpacked', { cause });
  }
}
