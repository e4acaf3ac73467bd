import { constants, gzipSync, unzipSync } from 'node:zlib';
import { RpcError } from '../rpc.js';
import { Tl } from './constructors.js';
import { TlReader, TlWriter } from './tl-bytes.js';

/** The most bytes that a gzip_packed request may unpack to. */
const MAX_UNPACKED_BYTES = 4 * 1024 * 1024;
/** Shorter answers gain nothing. */
const MIN_PACKED_BYTES = 1024;

export function isGzipPacked(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt32LE(0) === Tl.gzip_packed;
}

/**
 * The content of a gzip_packed object: a gzip stream, or a zlib stream as mtcute sends, which Telegram accepts too.
 * Throws RpcError INPUT_FETCH_ERROR when it is neither, or is larger than any request.
 */
export function unpackGzip(body: Buffer): Buffer {
  try {
    const packed = new TlReader(body, 4).string();
    return unzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new RpcError(400, 'INPUT_FETCH_ERROR');
  }
}

/**
 * An answer as gzip_packed if that makes it shorter. Synchronous: a page of a history takes a fraction of a
 * millisecond.
 */
export function packGzip(pieces: readonly Buffer[]): readonly Buffer[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length < MIN_PACKED_BYTES) return pieces;
  const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  const packed = gzipSync(whole, { level: constants.Z_BEST_SPEED });
  if (packed.length + 16 > length * 0.9) return pieces;
  return [new TlWriter().uint(Tl.gzip_packed).string(packed).finish()];
}
