import { ZoneClock } from '../../base/zone-clock.js';

/**
 * Reads the local times of an export that has no others. Of an hour that a clock shows twice, the first one is meant until
 * the messages, which come in their order, have reached the second. One that a clock leaves out counts as an hour later.
 */
export class LocalDates {
  readonly #clock: ZoneClock;
  /** By the local quarter of an hour: how far the clocks are ahead of UTC, in seconds, for the first time and the last. */
  readonly #known = new Map<number, readonly [first: number, last: number]>();
  #latest = 0;

  /** `zone`: such as `Europe/Berlin`. @throws RangeError for a zone that doesn't exist */
  constructor(zone: string) {
    this.#clock = new ZoneClock(zone);
  }

  /** Another chat begins. */
  restart(): void {
    this.#latest = 0;
  }

  /** The unix seconds of a message's `2024-10-27T02:30:00`; undefined for something else. Messages are read in their order. */
  next(text: unknown): number | undefined {
    const local = localSeconds(text);
    if (local === undefined) return undefined;
    const [first, last] = this.#aheadAt(local);
    const seconds = local - (local - first < this.#latest ? last : first);
    this.#latest = seconds;
    return seconds;
  }

  /** The unix seconds of any local time. */
  read(text: unknown): number | undefined {
    const local = localSeconds(text);
    return local === undefined ? undefined : local - this.#aheadAt(local)[0];
  }

  #aheadAt(local: number): readonly [first: number, last: number] {
    const quarter = Math.floor(local / QUARTER);
    let ahead = this.#known.get(quarter);
    if (!ahead) {
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      ahead = this.#findAhead(quarter * QUARTER);
      this.#known.set(quarter, ahead);
    }
    return ahead;
  }

  #findAhead(local: number): readonly [first: number, last: number] {
    const at = (seconds: number): number => this.#clock.aheadAt(seconds);
    const before = at(local - DAY);
    const after = at(local + DAY);
    const isShown = (ahead: number): boolean => at(local - ahead) === ahead;
    const first = isShown(before) || !isShown(after) ? before : after;
    return [first, isShown(after) ? after : first];
  }
}

const QUARTER = 900;
const DAY = 86_400;
const MOST_KNOWN = 10_000;
const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/** As if the clock were one of UTC. */
export function localSeconds(text: unknown): number | undefined {
  if (typeof text !== 'string' || !FORM.test(text)) return undefined;
  const seconds = Date.parse(`${text}Z`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}
