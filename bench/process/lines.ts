import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface LineReader {
  /** The next line; rejects when the stream ends before one comes. */
  next(): Promise<string>;
}

export function lineReader(stream: Readable): LineReader {
  const lines: string[] = [];
  let ended = false;
  let wake = (): void => {};
  createInterface({ input: stream })
    .on('line', (line) => {
      lines.push(line);
      wake();
    })
    .on('close', () => {
      ended = true;
      wake();
    });
  return {
    async next() {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) return line;
        if (ended) throw new Error('The program ended before it was done.');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
