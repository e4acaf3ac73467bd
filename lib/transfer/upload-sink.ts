import { type UnderlyingSink, WritableStream } from 'node:stream/web';
import { orAborted } from '../base/abort.js';
import type { TaggedPart } from './tag-parts.js';

export interface UploadSinkOptions {
  /** How many parts are sent at once. */
  readonly slots: number;
  /** How many bytes may be queued. */
  readonly highWaterMark: number;
  /** Resolves when the server has acknowledged the part. */
  readonly send: (part: TaggedPart) => Promise<void>;
  /** Called for each part, in order, when a slot has taken it. */
  readonly onTaken: (part: TaggedPart, slotsBusy: number) => void;
  /** Called for each part when it has been acknowledged. */
  readonly onSent: (part: TaggedPart, slotsBusy: number) => void;
  readonly signal: AbortSignal;
  /** Ends the whole transfer; returns the error that ends it. */
  readonly fail: (error: unknown) => unknown;
}

/**
 * The third stage: spreads parts over upload slots. A write resolves when a slot has taken its part, so that the
 * stream's backpressure is the only queue; closing waits for every slot; aborting ends the transfer.
 */
export function uploadSink(options: UploadSinkOptions): WritableStream<TaggedPart> {
  return new WritableStream<TaggedPart>(new SlotSink(options), {
    highWaterMark: options.highWaterMark,
    size: (part) => part.bytes.byteLength,
  });
}

class SlotSink implements UnderlyingSink<TaggedPart> {
  readonly #options: UploadSinkOptions;
  readonly #busy = new Set<Promise<void>>();
  #slotsBusy = 0;
  #onSlotFree: () => void = () => {};

  constructor(options: UploadSinkOptions) {
    this.#options = options;
  }

  async write(part: TaggedPart): Promise<void> {
    await this.#untilSlotFree();
    const sending = this.#send(part);
    this.#busy.add(sending);
    sending.finally(() => this.#busy.delete(sending));
  }

  async close(): Promise<void> {
    await Promise.all(this.#busy);
    this.#options.signal.throwIfAborted();
  }

  abort(reason: unknown): void {
    this.#options.fail(reason);
  }

  /** The streams have at most one write under way, so at most one waits here. */
  async #untilSlotFree(): Promise<void> {
    const { signal, slots } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      if (this.#slotsBusy < slots) return;
      const freed = new Promise<void>((resolve) => {
        this.#onSlotFree = resolve;
      });
      await orAborted(freed, signal);
    }
  }

  /** Never rejects: an error ends the transfer. */
  async #send(part: TaggedPart): Promise<void> {
    const { send, onTaken, onSent, signal, fail } = this.#options;
    try {
      this.#slotsBusy += 1;
      onTaken(part, this.#slotsBusy);
      await orAborted(send(part), signal);
      this.#slotsBusy -= 1;
      onSent(part, this.#slotsBusy);
      this.#onSlotFree();
    } catch (error) {
      fail(error);
    }
  }
}
