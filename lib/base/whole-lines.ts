import { createReadStream } from 'node:fs';

/** A line without its end, and where in the file it ends. */
export interface WholeLine {
  readonly text: string;
  /** In bytes from the beginning of the file; the next line begins there. */
  readonly end: number;
}

/**
 * The lines of a file from byte `start` up to byte `end` (default: all of it); a last line that was cut off is left out.
 * Throws the system's errors.
 */
export async function* wholeLines(
  path: string,
  { start = 0, end }: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<WholeLine> {
  if (end !== undefined && end <= start) return;
  let pieces: Buffer[] = [];
  let at = start;
  for await (const chunk of createReadStream(path, { start, ...(end !== undefined && { end: end - 1 }) })) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let stop = bytes.indexOf(10); stop >= 0; stop = bytes.indexOf(10, from)) {
      const line = Buffer.concat([...pieces, bytes.subarray(from, stop)]);
      pieces = [];
      from = stop + 1;
      at += line.byteLength + 1;
      yield { text: line.toString('utf8'), end: at };
    }
    if (from < bytes.byteLength) pieces.push(bytes.subarray(from));
  }
}
