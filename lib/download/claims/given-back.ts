import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';

/** Claims that are given back, together with the others that are by then: one that can't be expires by itself. */
export class GivenBack {
  readonly #drop: (names: readonly string[]) => Promise<void>;
  readonly #log: Log;
  #names: string[] = [];
  #dropping: Promise<void> | undefined;

  /** `drop` gives claims back; it fails without consequences. */
  constructor(drop: (names: readonly string[]) => Promise<void>, log: Log) {
    this.#drop = drop;
    this.#log = log;
  }

  /** `last`: what comes first. Returns when it is done. */
  add(name: string, last: Promise<unknown>): Promise<void> {
    this.#names.push(name);
    this.#dropping ??= last
      .then(() => this.#dropAll())
      .catch((error: unknown) => this.#log.debug('claims_not_dropped', { error: messageOf(error) }));
    return this.#dropping;
  }

  /** Resolves when nothing is left. */
  async done(): Promise<void> {
    await this.#dropping;
  }

  async #dropAll(): Promise<void> {
    await setImmediate();
    const names = this.#names;
    this.#names = [];
    this.#dropping = undefined;
    await this.#drop(names);
  }
}
