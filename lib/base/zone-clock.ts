/** How far the clocks of a time zone are ahead of UTC. Every change of them comes at a quarter of an hour. */
export class ZoneClock {
  /** As the system calls the zone: `UTC` also by its other names. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** `zone`: of the IANA's list, as `Europe/Berlin`. @throws RangeError for one that doesn't exist */
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
    this.name = this.#format.resolvedOptions().timeZone;
  }

  /** At a moment, both in seconds: asking takes microseconds, so whoever asks for many remembers. */
  aheadAt(seconds: number): number {
    const parts = new Map(
      this.#format.formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)] as const),
    );
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return shown / 1000 - Math.floor(seconds);
  }
}
