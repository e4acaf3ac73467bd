import type { LocalDates } from './local-dates.js';

/** `05.03.2024 12:00:00 UTC+01:00`; the zone is missing in older pages. */
const FORM = /^(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-])(\d\d):(\d\d))?$/;

/** The unix seconds of a page's date; `dates` reads those without a zone. Undefined for something else. */
export function pageDate(text: string | undefined, dates: LocalDates): number | undefined {
  const [, day, month, year, clock, sign, hours, minutes] = FORM.exec(text?.trim() ?? '') ?? [];
  if (day === undefined) return undefined;
  const local = `${year}-${month}-${day}T${clock}`;
  if (sign === undefined) return dates.next(local);
  const seconds = Date.parse(`${local}Z`) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  const ahead = Number(hours) * 3600 + Number(minutes) * 60;
  return seconds - (sign === '-' ? -ahead : ahead);
}
