import { ZoneClock } from '../../base/zone-clock.js';
import { asTime, type StoredTime } from '../times.js';

/**
 * Reads local times of a zone (`Europe/Berlin`), as a column without a zone has them. Of an hour that a clock shows twice,
 * the second one is meant; one that it leaves out counts as an hour later.
 * @throws RangeError for a zone that doesn't exist
 */
export class ZonedTimes {
  readonly #clock: ZoneClock;

  constructor(zone: string) {
    this.#clock = new ZoneClock(zone);
  }

  /** Milliseconds since the epoch. @throws DamagedValue for something else than a time, such as MySQL's 0000-00-00 */
  read(text: StoredTime): number {
    const local = asTime(text);
    return local - this.#aheadAt(local - this.#aheadAt(local));
  }

  /** Both in milliseconds. */
  #aheadAt(ms: number): number {
    return this.#clock.aheadAt(ms / 1000) * 1000;
  }
}
