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

/** Reads the clocks of a time zone. Offsets change at full quarters of an hour at most, so one is asked for and kept for each. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | undefined;
  #quarter = Number.NaN;
  #offset = 0;

  /** `name`: of the IANA's list, as `Europe/Berlin`. @throws RangeError for one that doesn't exist */
  constructor(name: string) {
    const format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: name, hourCycle: 'h23', era: 'short' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    this.name = format.resolvedOptions().timeZone;
    this.#format = this.name === 'UTC' ? undefined : format;
  }

  /** `seconds`: unix time. */
  at(seconds: number): LocalTime {
    const local = seconds + this.#offsetAt(seconds);
    const day = Math.floor(local / DAY);
    // 1970-01-01 was a Thursday.
    return { day, weekday: (((day + 3) % 7) + 7) % 7, hour: Math.floor((local - day * DAY) / 3600) };
  }

  #offsetAt(seconds: number): number {
    if (!this.#format) return 0;
    const quarter = Math.floor(seconds / QUARTER);
    if (quarter === this.#quarter) return this.#offset;
    const parts = new Map(this.#format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    this.#quarter = quarter;
    this.#offset = Math.round(local / 1000) - Math.floor(seconds);
    return this.#offset;
  }
}

/** `2024-03-05` of a day since 1970-01-01. */
export function dayName(day: number): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10);
}
