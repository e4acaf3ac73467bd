import { DamagedValue } from './values.js';

/**
 * A column of a point in time, UTC to the millisecond, as a driver returns it: `2026-11-29 18:25:00.123`. People read it
 * in any client of the database, and texts of one form sort as times do.
 */
export type StoredTime = string;

/** As a column takes it; `ms` since the epoch. Years 1970 to 9999. */
export function timeText(ms: number): StoredTime {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, -1)}`;
}

/** Milliseconds since the epoch. Postgres leaves zeros of the fraction out. */
export function asTime(value: StoredTime): number {
  const form = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?$/.exec(value);
  const [, day, clock, fraction = ''] = form ?? [];
  const ms = Date.parse(`${day}T${clock}.${fraction.padEnd(3, '0')}Z`);
  if (Number.isNaN(ms)) throw new DamagedValue('A time of the store is not a time.');
  return ms;
}
