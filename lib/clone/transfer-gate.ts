import { orAborted } from '../base/abort.js';
import { OneByOne } from '../base/one-by-one.js';

export interface TransferGateOptions {
  /** How many files are carried over at once, at most. */
  readonly mostFiles: number;
  /** The next file begins when fewer bytes than this are still to come of the files that have begun. */
  readonly bytesToCome: number;
}

/** Permission for one file to be carried over. */
export interface GatePass {
  /** Notes how many of its bytes have come from the source by now. */
  arrived(bytes: number): void;
  /** Notes that the transfer is over. May be called more than once. */
  leave(): void;
}

/**
 * Lets files begin one after another, in the order in which they ask: many small ones overlap, a large one begins when
 * the last parts of the one before are on their way. A file that has begun never waits for one that hasn't.
 */
export class TransferGate {
  readonly #options: TransferGateOptions;
  /** How many bytes are still to come of each file that has begun. */
  readonly #toCome = new Map<object, number>();
  readonly #entries = new OneByOne();
  #onChange: () => void = () => {};

  constructor(options: TransferGateOptions) {
    this.#options = options;
  }

  /** Resolves when a file of `size` bytes may begin; rejects with the signal's reason when `signal` aborts first. */
  enter(size: number, signal: AbortSignal): Promise<GatePass> {
    return this.#entries.run(async () => {
      while (!this.#hasRoom()) {
        const changed = new Promise<void>((resolve) => {
          this.#onChange = resolve;
        });
        await orAborted(changed, signal);
      }
      signal.throwIfAborted();
      return this.#open(size);
    }, signal);
  }

  #hasRoom(): boolean {
    if (this.#toCome.size >= this.#options.mostFiles) return false;
    let bytes = 0;
    for (const toCome of this.#toCome.values()) bytes += toCome;
    return bytes < this.#options.bytesToCome;
  }

  #open(size: number): GatePass {
    const pass: GatePass = {
      arrived: (bytes) => {
        if (!this.#toCome.has(pass)) return;
        this.#toCome.set(pass, Math.max(0, size - bytes));
        this.#onChange();
      },
      leave: () => {
        if (this.#toCome.delete(pass)) this.#onChange();
      },
    };
    this.#toCome.set(pass, size);
    return pass;
  }
}
