import { asTime, type StoredTime } from '../times.js';

/**
 * Reads local times of a zone (`Europe/Berlin`), as a column without a zone has them. Of an hour that a clock shows twice,
 * the second one is meant; one that it leaves out counts as an hour later.
 * @throws RangeError for a zone that doesn't exist
 */
export class ZonedTimes {
  readonly #format: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Milliseconds since the epoch. @throws DamagedValue for something else than a time, such as MySQL's 0000-00-00 */
  read(text: StoredTime): number {
    const local = asTime(text);
    return local - this.aheadAt(local - this.aheadAt(local));
  }

  /** How far the zone's clocks are ahead of UTC at a moment, both in milliseconds. */
  aheadAt(ms: number): number {
    const parts = new Map(this.#format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return shown - Math.floor(ms / 1000) * 1000;
  }
}
