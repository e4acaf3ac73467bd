import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import type { Api } from 'telegram/tl/index.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

type Push = Api.TypeUpdates | Api.TypeUpdate;

/**
 * What the server pushes, passed on to who listens. Keeps no state of updates and asks for none (updates.getState,
 * getDifference): a clone reads history, and a server that doesn't know those methods must do.
 */
export class Pushes {
  readonly #listeners = new Set<(update: Push) => void>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anybody listens. */
  get wanted(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns what takes the listener off again. */
  listen(listener: (update: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes TL that is gone when the call returns. */
  take(body: Buffer): void {
    if (!this.wanted) return;
    const update = this.#read(Buffer.from(body));
    if (update) for (const listener of this.#listeners) listener(update);
  }

  #read(body: Buffer): Push | undefined {
    try {
      return new BinaryReader(body).tgReadObject() as Push;
    } catch (error) {
      this.#log.debug('push_not_read', { error: messageOf(error).slice(0, 100) });
      return undefined;
    }
  }
}
