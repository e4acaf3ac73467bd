import type { MonthFigures } from './figures.js';
import { dayName, type Zone } from './zone.js';

const HOURS = 24;
const WEEKDAYS = 7;

/** Counts messages by the clocks of a zone. */
export class TimeCounts {
  readonly #zone: Zone;
  readonly #hours = new Float64Array(WEEKDAYS * HOURS);
  readonly #days = new Map<number, { messages: number; bytes: number }>();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** `date`: unix seconds. */
  add(date: number, bytes: number): void {
    const { day, weekday, hour } = this.#zone.at(date);
    const place = weekday * HOURS + hour;
    this.#hours[place] = (this.#hours[place] ?? 0) + 1;
    const known = this.#days.get(day);
    if (known) {
      known.messages += 1;
      known.bytes += bytes;
    } else this.#days.set(day, { messages: 1, bytes });
  }

  /** By weekday, Monday first, and hour. */
  get hours(): readonly (readonly number[])[] {
    return Array.from({ length: WEEKDAYS }, (_, weekday) => [
      ...this.#hours.subarray(weekday * HOURS, (weekday + 1) * HOURS),
    ]);
  }

  get days(): readonly { readonly day: string; readonly messages: number }[] {
    return this.#sorted().map(([day, { messages }]) => ({ day: dayName(day), messages }));
  }

  get months(): readonly MonthFigures[] {
    const found = new Map<string, { messages: number; bytes: number }>();
    for (const [day, { messages, bytes }] of this.#sorted()) {
      const month = dayName(day).slice(0, 7);
      const known = found.get(month) ?? { messages: 0, bytes: 0 };
      found.set(month, { messages: known.messages + messages, bytes: known.bytes + bytes });
    }
    const [first, last] = [[...found.keys()][0], [...found.keys()].at(-1)];
    const months: MonthFigures[] = [];
    let [allMessages, allBytes] = [0, 0];
    for (
      let month = first;
      month !== undefined && last !== undefined && month <= last;
      month = after(month)
    ) {
      const { messages, bytes } = found.get(month) ?? { messages: 0, bytes: 0 };
      [allMessages, allBytes] = [allMessages + messages, allBytes + bytes];
      months.push({ month, messages, bytes, allMessages, allBytes });
    }
    return months;
  }

  #sorted(): [number, { messages: number; bytes: number }][] {
    return [...this.#days].sort(([one], [other]) => one - other);
  }
}

function after(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
