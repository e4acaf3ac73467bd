import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import { isOutOfReach } from '../../store/out-of-reach.js';

/**
 * For how long files that can't be claimed wait for the database, in milliseconds: a server that starts again makes nobody
 * fetch what another host does. Then they are fetched without a claim: a download may be repeated.
 */
const PATIENCE_MS = 10_000;

/** Whether the database that keeps the claims can be reached, and since when not. */
export class Reach {
  readonly #clock: Clock;
  readonly #log: Log;
  #awaySince: number | undefined;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Does what needs the database; returns whether that was reached. Throws what isn't an outage. */
  async try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#awaySince = undefined;
      return true;
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      this.#awaySince ??= this.#clock.monotonic();
      this.#log.debug('claims_unknown', { error: error.message });
      return false;
    }
  }

  /** Whether it has been away too long for anything to wait for it. */
  get isGivenUp(): boolean {
    return this.#awaySince !== undefined && this.#clock.monotonic() - this.#awaySince >= PATIENCE_MS;
  }
}
