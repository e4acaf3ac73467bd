import { DamagedValue } from './values.js';

/**
 * A column of a point in time, UTC to the millisecond, as a driver returns it: `2026-11-29 18:25:00.123`. People read it
 * in any client of the database, and texts of one form sort as times do.
 */
export type StoredTime = string;

/** As a column takes it; `ms` since the epoch. Years 1970 to 9999. */
export function timeText(ms: number): StoredTime {
  // Bulk writes make millions of them, and toISOString takes several times as long.
  if (!(ms >= 0 && ms < MOST_MS)) return isoText(ms);
  const whole = Math.floor(ms);
  const day = Math.floor(whole / DAY_MS);
  const inDay = whole - day * DAY_MS;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const fraction = String(inDay % 1000).padStart(3, '0');
  return `${dayText(day)} ${two(hours)}:${two(minutes % 60)}:${two(seconds % 60)}.${fraction}`;
}

/** The beginning of the year 10000. */
const MOST_MS = 253_402_300_800_000;
const DAY_MS = 86_400_000;

function isoText(ms: number): StoredTime {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, -1)}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** A day, counted from 1970-01-01. Years begin in March here, so that the leap day is the last one. */
function dayText(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${two(month)}-${two(ofYear - Math.floor((153 * march + 2) / 5) + 1)}`;
}

/** Milliseconds since the epoch. Postgres leaves zeros of the fraction out. */
export function asTime(value: StoredTime): number {
  const form = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d*)?$/.exec(value);
  const [, day, clock, fraction = ''] = form ?? [];
  const ms = Date.parse(`${day}T${clock}.${fraction.padEnd(3, '0')}Z`);
  if (Number.isNaN(ms)) throw new DamagedValue('A time of the store is not a time.');
  return ms;
}
