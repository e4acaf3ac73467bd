import type { Clock } from '../../base/clock.js';

/** For how long a file that was found claimed counts as that, in milliseconds. */
const TAKEN_MS = 2_000;

/** Files that were found claimed by other processes a moment ago. */
export class TakenFiles {
  readonly #clock: Clock;
  /** When each was found so, by the monotonic clock. */
  readonly #since = new Map<bigint, number>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  has(mediaId: bigint): boolean {
    const since = this.#since.get(mediaId);
    return since !== undefined && this.#clock.monotonic() - since < TAKEN_MS;
  }

  /** These were found claimed now. */
  note(mediaIds: readonly bigint[]): void {
    for (const id of this.#since.keys()) if (!this.has(id)) this.#since.delete(id);
    const now = this.#clock.monotonic();
    for (const id of mediaIds) this.#since.set(id, now);
  }

  forget(mediaId: bigint): void {
    this.#since.delete(mediaId);
  }
}
