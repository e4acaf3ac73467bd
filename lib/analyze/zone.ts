import { ZoneClock } from '../base/zone-clock.js';

/** A day or an hour by the clocks of a zone. */
export interface LocalTime {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
}

const QUARTER = 900;
const DAY = 86_400;

/** Reads the clocks of a time zone. Messages come in their order, so the offset of one quarter of an hour is kept. */
export class Zone {
  readonly name: string;
  readonly #clock: ZoneClock;
  #quarter = Number.NaN;
  #offset = 0;

  /** `name`: of the IANA's list, as `Europe/Berlin`. @throws RangeError for one that doesn't exist */
  constructor(name: string) {
    this.#clock = new ZoneClock(name);
    this.name = this.#clock.name;
  }

  /** `seconds`: unix time. */
  at(seconds: number): LocalTime {
    const local = seconds + this.#offsetAt(seconds);
    const day = Math.floor(local / DAY);
    // 1970-01-01 was a Thursday.
    return { day, weekday: (((day + 3) % 7) + 7) % 7, hour: Math.floor((local - day * DAY) / 3600) };
  }

  #offsetAt(seconds: number): number {
    if (this.name === 'UTC') return 0;
    const quarter = Math.floor(seconds / QUARTER);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#offset = this.#clock.aheadAt(seconds);
    }
    return this.#offset;
  }
}

/** `2024-03-05` of a day since 1970-01-01. */
export function dayName(day: number): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}
