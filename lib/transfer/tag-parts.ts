import { TransformStream } from 'node:stream/web';
import { PART_SIZE } from '../base/bytes.js';
import { partSizeMismatch, sizeMismatch } from './errors.js';

export interface TaggedPart {
  readonly index: number;
  readonly bytes: Buffer;
  readonly last: boolean;
}

export interface TagPartsOptions {
  readonly name: string;
  /** Bytes, as announced. */
  readonly size: number;
  /** Called for each part in order. */
  readonly onPart: (part: TaggedPart) => void;
  /** Ends the whole transfer; answers the error that ends it. */
  readonly fail: (error: unknown) => unknown;
}

/**
 * The second stage: gives each part its index, and lets through only what was announced: every part of PART_SIZE
 * but the last, and `size` bytes in all.
 */
export function tagParts({ name, size, onPart, fail }: TagPartsOptions): TransformStream<Buffer, TaggedPart> {
  let index = 0;
  let received = 0;
  return new TransformStream<Buffer, TaggedPart>({
    transform(bytes, controller) {
      const due = Math.min(PART_SIZE, size - received);
      if (due === 0) throw fail(sizeMismatch(name, size, received + bytes.byteLength));
      if (bytes.byteLength !== due) throw fail(partSizeMismatch(name, index, due, bytes.byteLength));
      received += due;
      const part: TaggedPart = { index, bytes, last: received === size };
      index += 1;
      onPart(part);
      controller.enqueue(part);
    },
    flush() {
      if (received !== size) throw fail(sizeMismatch(name, size, received));
    },
  });
}
