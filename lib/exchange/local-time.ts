import { ZoneClock } from '../base/zone-clock.js';

/** The calendar and clock of one zone, as an export shows them. */
export interface LocalTime {
  /** `Europe/Berlin`, or UTC. */
  readonly zone: string;
  /** `2024-03-05T12:00:00`, without a zone, of unix seconds. */
  iso(seconds: number): string;
}

/** How long a zone's clocks keep their distance from UTC at least, in seconds: every change comes at a quarter of an hour. */
const STEP = 900;
/** Distances that are remembered. */
const MOST_KNOWN = 10_000;

/**
 * The local time of a zone.
 * @throws RangeError for a zone that doesn't exist
 */
export function localTime(zone: string): LocalTime {
  const clock = new ZoneClock(zone);
  const known = new Map<number, number>();
  const isUtc = clock.name === 'UTC';
  const aheadAt = (seconds: number): number => {
    const step = Math.floor(seconds / STEP);
    let ahead = known.get(step);
    if (ahead === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      ahead = clock.aheadAt(seconds);
      known.set(step, ahead);
    }
    return ahead;
  };
  return {
    zone,
    iso: (seconds) => isoOf(isUtc || !isDate(seconds) ? seconds : seconds + aheadAt(seconds)),
  };
}

/** The dates that a Date can hold. */
function isDate(seconds: number): boolean {
  return Math.abs(seconds) <= 8_640_000_000_000;
}

function isoOf(seconds: number): string {
  return isDate(seconds) ? new Date(seconds * 1000).toISOString().slice(0, -5) : isoOf(0);
}
