import { ZoneClock } from '../../base/zone-clock.js';
import { hours } from './import-errors.js';

/** The clock by which the dates of a history are written; Telegram reads them by that of the account's time zone. */
export interface ImportClock {
  /** How many seconds it is ahead of UTC at a moment, in seconds of unix time. */
  aheadAt(seconds: number): number;
  /** The same at every moment; undefined for a zone, where it may change. */
  readonly offset?: number;
  /** What people call it. */
  readonly name: string;
}

/** A clock that is always as far ahead of UTC, in seconds. */
export function fixedClock(offset: number): ImportClock {
  return { offset, name: `UTC${hours(offset)}`, aheadAt: () => offset };
}

const QUARTER = 900;

/** The clocks of a time zone of the IANA's list, as `Europe/Berlin`. @throws RangeError for one that doesn't exist */
export function clockOfZone(zone: string): ImportClock {
  const clock = new ZoneClock(zone);
  let [last, ahead] = [Number.NaN, 0];
  return {
    name: clock.name,
    aheadAt(seconds) {
      const quarter = Math.floor(seconds / QUARTER);
      if (quarter !== last) [last, ahead] = [quarter, clock.aheadAt(seconds)];
      return ahead;
    },
  };
}
