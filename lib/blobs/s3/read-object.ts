import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { unreachable } from './errors.js';
import type { S3Requests } from './requests.js';

/** How often in a row a read may be cut before a byte came. */
const MOST_CUTS = 5;

export interface ObjectSlice {
  /** Below the prefix. */
  readonly name: string;
  /** The whole object's, in bytes. */
  readonly size: number;
  /** The first byte. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  /** The error for an object that isn't there any more. */
  missing(): Error;
  /** The error for one that is something else than before. */
  damaged(found: string): Error;
}

/** Reads a range of an object. A connection that is cut is continued at the byte where it was. */
export function readObject(requests: S3Requests, slice: ObjectSlice, signal: AbortSignal): Readable {
  return Readable.from(piecesOf(requests, slice, signal), { objectMode: false, signal });
}

async function* piecesOf(
  requests: S3Requests,
  slice: ObjectSlice,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { start, end } = slice;
  let cuts = 0;
  for (let at = start; at < end; ) {
    const { answer, ahead } = await ask(requests, slice, at, signal);
    let skip = ahead;
    try {
      for await (const bytes of answer as AsyncIterable<Buffer>) {
        const skipped = Math.min(skip, bytes.byteLength);
        skip -= skipped;
        const piece = bytes.subarray(skipped, skipped + end - at);
        if (piece.byteLength > 0) yield piece;
        at += piece.byteLength;
        cuts = 0;
        // A server that knows no ranges sends more.
        if (skipped + piece.byteLength < bytes.byteLength) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      cuts += 1;
      if (cuts === MOST_CUTS) throw unreachable(requests.words, { method: 'GET' }, error);
    }
  }
}

/** @returns the answer, and how many of its bytes lie ahead of byte `at` */
async function ask(
  requests: S3Requests,
  { name, size, end, missing, damaged }: ObjectSlice,
  at: number,
  signal: AbortSignal,
): Promise<{ readonly answer: IncomingMessage; readonly ahead: number }> {
  const headers = { Range: `bytes=${at}-${end - 1}` };
  const answer = await requests.send({ method: 'GET', name, headers, expected: [404, 416] }, signal);
  const { statusCode: status = 0, headers: said } = answer;
  if (said['content-range']?.startsWith(`bytes ${at}-${end - 1}/`)) return { answer, ahead: 0 };
  // A server that knows no ranges sends all of it, and so may one that is asked for all of it.
  if (status === 200 && said['content-length'] === String(size)) return { answer, ahead: at };
  answer.destroy();
  if (status === 404) throw missing();
  throw damaged(`the server answered ${status} for bytes ${at} to ${end}`);
}
