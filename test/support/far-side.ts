import { PART_SIZE } from '../../lib/base/bytes.js';
import type { FilePart, PartUploader, UploadPart } from '../../lib/base/file-parts.js';
import { seededRandom } from '../../lib/base/random.js';
import type { ByteLease } from '../../lib/pace/byte-budget.js';
import type { PartSource } from '../../lib/transfer/transfer.js';

/** Every part of a test's file is a window of this, so that parts differ and cost nothing. */
const POOL = seededRandom('far side').bytes(PART_SIZE + 64 * 1024);

/** The content of part `index` of any test's file, if it were `length` bytes long. */
export function contentOf(index: number, length: number): Buffer {
  const start = (index * 61) % (POOL.length - PART_SIZE);
  return POOL.subarray(start, start + length);
}

export interface Request {
  readonly kind: 'download' | 'upload' | 'hashes';
  readonly index: number;
  answer(error?: Error): void;
}

/** The servers of a transfer, which answer only when a test says so, and in the order that it chooses. */
export class FarSide {
  /** Requests that wait for their answer. */
  readonly pending: Request[] = [];
  /** How many requests there were. */
  asked = 0;

  request(kind: Request['kind'], index: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.asked += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', onAbort);
        this.pending.splice(this.pending.indexOf(request), 1);
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason);
      };
      const request: Request = {
        kind,
        index,
        answer: (error) => {
          leave();
          if (error) reject(error);
          else resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.pending.push(request);
    });
  }
}

export interface Range {
  readonly offset: number;
  readonly limit: number;
}

export interface ScriptedSourceOptions {
  /** How many requests it keeps under way. */
  readonly window: number;
  /** The lengths of the parts that it really gives for a range; by default the requested ones. */
  readonly lengths?: (range: Range) => readonly number[];
  /** What it really gives as a part; by default its content. */
  readonly content?: (index: number, length: number) => Buffer;
  /** The hashes that it has of the file. */
  readonly hashes?: NonNullable<PartSource['hashes']>;
}

/**
 * Requests ahead over a window as the real one does, accepts answers in any order, yields parts in theirs, fails at
 * once.
 */
export class ScriptedSource implements PartSource {
  /** Sources opened and not yet closed. */
  opened = 0;
  /** The parts that were requested, in order. */
  readonly read: number[] = [];
  /** The parts that were released, in order. */
  readonly released: number[] = [];
  readonly hashes?: NonNullable<PartSource['hashes']>;
  readonly #far: FarSide;
  readonly #options: ScriptedSourceOptions;

  constructor(far: FarSide, options: ScriptedSourceOptions) {
    this.#far = far;
    this.#options = options;
    if (options.hashes) this.hashes = options.hashes;
  }

  async *open({ offset, limit }: Range, lease: ByteLease, signal: AbortSignal): AsyncGenerator<FilePart> {
    const first = offset / PART_SIZE;
    const lengths = this.#options.lengths?.({ offset, limit }) ?? partLengths(limit);
    const ahead: Promise<FilePart>[] = [];
    let giveUp: (error: unknown) => void = () => {};
    const failed = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    failed.catch(() => {});
    this.opened += 1;
    try {
      for (let next = 0; next < lengths.length || ahead.length > 0; ) {
        while (next < lengths.length && ahead.length < this.#options.window) {
          const asked = this.#part(first + next, lengths[next] ?? 0, lease, signal);
          asked.catch(giveUp);
          ahead.push(asked);
          next += 1;
        }
        const part = await Promise.race([ahead.shift(), failed]);
        if (part) yield part;
      }
    } finally {
      this.opened -= 1;
    }
  }

  async #part(index: number, length: number, lease: ByteLease, signal: AbortSignal): Promise<FilePart> {
    await lease.acquire(length, signal);
    this.read.push(index);
    await this.#far.request('download', index, signal);
    const bytes = (this.#options.content ?? contentOf)(index, length);
    return { bytes, release: () => void this.released.push(index) };
  }
}

/** Keeps the parts that it is sent, and observes how. */
export class ScriptedUploader implements PartUploader {
  /** In the order in which slots took them. */
  readonly taken: UploadPart[] = [];
  readonly acknowledged = new Set<number>();
  mostInFlight = 0;
  #inFlight = 0;
  readonly #far: FarSide;

  constructor(far: FarSide) {
    this.#far = far;
  }

  async savePart(part: UploadPart, signal: AbortSignal): Promise<void> {
    this.taken.push(part);
    this.#inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    try {
      await this.#far.request('upload', part.index, signal);
      this.acknowledged.add(part.index);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

/** How a file of `size` bytes is cut. */
export function partLengths(size: number): number[] {
  const lengths: number[] = [];
  for (let left = size; left > 0; left -= PART_SIZE) lengths.push(Math.min(PART_SIZE, left));
  return lengths;
}
