import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import type { Api } from 'telegram/tl/index.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

type Push = Api.TypeUpdates | Api.TypeUpdate;

/**
 * Passes the server's pushes on to listeners. It keeps no state of updates and requests none (updates.getState,
 * getDifference): a clone reads history, and must also work with a server that doesn't know those methods.
 */
export class Pushes {
  readonly #listeners = new Set<(update: Push) => void>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anybody is listening. */
  get wanted(): boolean {
    return this.#listeners.size > 0;
  }

  /** Adds a listener; returns a function that removes it. */
  listen(listener: (update: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes TL that is overwritten after the call returns. */
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
