import { badValue, type Given } from './given.js';

/** A moment that a user wrote. */
export interface Moment {
  /** Unix seconds: the first second that the words mean for a start, the last one for an end. */
  readonly at: number;
  /** The same however it was written; a span stays a span, since its moment moves. */
  readonly canonical: string;
}

/**
 * Reads `--since` or `--until`. A date may be a year, a month or a day, with or without a time of day; it is in UTC unless
 * it names its zone (`Z`, `+02:00`). An end includes what it names: its day, its minute. A span is counted back from
 * `now` (milliseconds since the epoch): `90min`, `12h`, `7d`, `2w`, `6mo`, `1y`, and several together (`1y6mo`); months
 * and years are those of the calendar.
 * @throws UsageError BAD_SELECTION that names both forms.
 */
export function readMoment(given: Given, side: 'start' | 'end', now: number): Moment {
  const text = given.text.trim();
  const span = spanBefore(text, now);
  if (span !== undefined) return { at: Math.floor(span / 1000), canonical: text.toLowerCase() };
  const range = dateRange(text);
  if (range) {
    const at = side === 'start' ? range.first : range.last;
    return { at, canonical: new Date(at * 1000).toISOString().replace('.000Z', 'Z') };
  }
  const minutes = /^\d+m$/i.test(text) ? 'An m could be minutes or months: write min or mo.' : undefined;
  throw badValue(given, EXPECTED, minutes);
}

/** Whether it is a span, of which readMoment says what it counts back from. */
export function isSpan(text: string): boolean {
  return SPAN.test(text.trim());
}

/**
 * The beginning of a date in the form that CEL reads (RFC 3339), in UTC; the date is written as `--since` takes it, with
 * fractions of a second if need be. Undefined for one that doesn't exist.
 */
export function timestampOf(text: string): string | undefined {
  const [, fraction = ''] = /:\d{2}\.(\d{1,9})(?=$|Z|[+-])/i.exec(text) ?? [];
  const range = dateRange(fraction === '' ? text : text.replace(`.${fraction}`, ''));
  if (!range) return undefined;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return new Date(range.first * 1000 + ms).toISOString();
}

const EXPECTED =
  'a date such as 2024-03-05, 2024-03 or 2024-03-05T18:30+01:00 (UTC unless it names its zone), or a span back from now such as 12h, 7d, 2w, 6mo or 1y';

const SPAN = /^(?:\d+(?:min|h|d|w|mo|y))+$/i;
const MS = { min: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

function spanBefore(text: string, now: number): number | undefined {
  if (!SPAN.test(text)) return undefined;
  const date = new Date(now);
  let ms = 0;
  for (const [, count = '', unit = ''] of text.toLowerCase().matchAll(/(\d+)(min|mo|h|d|w|y)/g)) {
    if (unit === 'y' || unit === 'mo') goBack(date, Number(count) * (unit === 'y' ? 12 : 1));
    else ms += Number(count) * MS[unit as keyof typeof MS];
  }
  const at = date.getTime() - ms;
  return Number.isFinite(at) ? Math.max(at, 0) : undefined;
}

/** By months of the calendar; a day that the month lacks becomes its last one. */
function goBack(date: Date, months: number): void {
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
}

const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/** The first and the last second that a date means, in unix seconds; undefined for one that doesn't exist. */
function dateRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, year, month, day, hour, minute, second, zone] = DATE.exec(text) ?? [];
  if (year === undefined || (zone !== undefined && hour === undefined)) return undefined;
  const fields = [year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  const exists =
    mo >= 1 &&
    mo <= 12 &&
    d >= 1 &&
    d <= new Date(Date.UTC(y, mo, 0)).getUTCDate() &&
    h <= 23 &&
    mi <= 59 &&
    s <= 59;
  if (!exists) return undefined;
  const shift = zoneSeconds(zone);
  if (shift === undefined) return undefined;
  const first = Date.UTC(y, mo - 1, d, h, mi, s) / 1000;
  const next = [
    [second, first + 1],
    [minute, first + 60],
    [day, first + 86_400],
    [month, Date.UTC(y, mo, 1) / 1000],
    [year, Date.UTC(y + 1, 0, 1) / 1000],
  ].find(([field]) => field !== undefined)?.[1] as number;
  return { first: first - shift, last: next - 1 - shift };
}

function zoneSeconds(zone = 'Z'): number | undefined {
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
