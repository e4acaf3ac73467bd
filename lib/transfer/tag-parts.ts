import { TransformStream } from 'node:stream/web';
import { PART_SIZE } from '../base/bytes.js';
import type { FilePart } from '../base/file-parts.js';
import { downloadFailed, partSizeMismatch, sizeMismatch } from './errors.js';

export interface TaggedPart extends FilePart {
  readonly index: number;
}

export interface TagPartsOptions {
  readonly name: string;
  /** Announced size of the whole file in bytes. */
  readonly size: number;
  /** The indices of the expected parts, ascending. */
  readonly indices: readonly number[];
  /** Called for each part in order. */
  readonly onPart: (part: TaggedPart) => void;
  /** Rejects when the part isn't what it should be: then it isn't passed on. */
  readonly verify?: (part: TaggedPart) => Promise<void>;
  /** Ends the whole transfer; returns the error that ends it. */
  readonly fail: (error: unknown) => unknown;
}

/**
 * The second stage: gives each part its index, and lets only the announced parts through: as many as expected, each of
 * PART_SIZE except the file's last.
 */
export function tagParts(options: TagPartsOptions): TransformStream<FilePart, TaggedPart> {
  const { name, size, indices, onPart, verify, fail } = options;
  let come = 0;
  /** Bytes of the file, including parts that aren't expected. */
  let received = size - indices.reduce((sum, index) => sum + partLength(size, index), 0);
  return new TransformStream<FilePart, TaggedPart>({
    async transform({ bytes, release }, controller) {
      const index = indices[come];
      if (index === undefined) throw fail(sizeMismatch(name, size, received + bytes.byteLength));
      const due = partLength(size, index);
      if (bytes.byteLength !== due) throw fail(partSizeMismatch(name, index, due, bytes.byteLength));
      come += 1;
      received += due;
      const part: TaggedPart = { index, bytes, release };
      onPart(part);
      await verify?.(part).catch((error) => {
        throw fail(downloadFailed(name, error));
      });
      controller.enqueue(part);
    },
    flush() {
      if (received !== size) throw fail(sizeMismatch(name, size, received));
    },
  });
}

/** How many bytes part `index` of a file of `size` bytes has. */
export function partLength(size: number, index: number): number {
  return Math.min(PART_SIZE, size - index * PART_SIZE);
}
