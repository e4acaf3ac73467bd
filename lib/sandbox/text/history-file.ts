/**
 * A chat's history as WhatsApp exports it, the text file that messages.initHistoryImport reads. A message begins with a
 * line `31/12/2020, 23:59:01 - Zoë: text` (seconds or not, the day or the month first), and each line that doesn't look
 * like this continues the message before it. A line without a name and a colon is a note of the other messenger.
 */

/** What the first lines say about the whole file. */
export interface HistoryHead {
  /** `unknown` without a single message. */
  readonly of: 'private' | 'group' | 'unknown';
  readonly title?: string;
}

export interface HistoryLine {
  readonly name: string;
  /** Unix time in seconds, the file's wall clock taken for UTC. */
  readonly date: number;
  readonly text: string;
}

/** The flaws for which Telegram refuses a file: it isn't of this form, or has a date that can't be. */
export type HistoryFlaw = 'IMPORT_FORMAT_UNRECOGNIZED' | 'IMPORT_FORMAT_DATE_INVALID';

const START = /^[\u200e\u200f]?(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2}), (\d{1,2}):(\d{2})(?::(\d{2}))? - (.*)$/s;
const CREATED = /^.+ created group "(.*)"$/s;
/** Telegram looks at so many lines of import_head. */
const HEAD_LINES = 100;

interface Entry {
  readonly start: RegExpExecArray;
  /** The name; none for a note. */
  readonly name?: string;
  readonly lines: string[];
}

/** Undefined for a file of another form. */
export function readHead(text: string): HistoryHead | undefined {
  const entries = entriesOf(text, HEAD_LINES);
  if (!entries) return undefined;
  const title = entries.map(({ name, lines }) => name === undefined && CREATED.exec(lines[0] ?? '')?.[1]);
  const created = title.find((each) => typeof each === 'string');
  const names = new Set(entries.flatMap(({ name }) => name ?? []));
  if (typeof created === 'string') return { of: 'group', title: created };
  if (names.size > 2) return { of: 'group' };
  return { of: names.size === 0 ? 'unknown' : 'private' };
}

/** The messages in the order of the file, or why it is refused. */
export function readHistory(text: string): readonly HistoryLine[] | HistoryFlaw {
  const entries = entriesOf(text);
  if (!entries) return 'IMPORT_FORMAT_UNRECOGNIZED';
  const dayFirst = entries.some(({ start }) => Number(start[1]) > 12);
  const lines: HistoryLine[] = [];
  for (const { start, name, lines: texts } of entries) {
    const date = dateOf(start, dayFirst);
    if (date === undefined) return 'IMPORT_FORMAT_DATE_INVALID';
    if (name !== undefined) lines.push({ name, date, text: texts.join('\n').trim() });
  }
  return lines;
}

function entriesOf(text: string, most?: number): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  for (const line of text.split(/\r?\n/, most)) {
    const start = START.exec(line);
    const last = entries.at(-1);
    if (start) entries.push(entryOf(start));
    else if (last) last.lines.push(line);
    else if (line.trim() !== '') return undefined;
  }
  return entries.length === 0 ? undefined : entries;
}

function entryOf(start: RegExpExecArray): Entry {
  const rest = start[7] ?? '';
  const colon = `${rest} `.indexOf(': ');
  if (colon < 1) return { start, lines: [rest] };
  return { start, name: rest.slice(0, colon), lines: [rest.slice(colon + 2)] };
}

function dateOf(start: RegExpExecArray, dayFirst: boolean): number | undefined {
  const [first = 0, second = 0, year = 0, hour = 0, minute = 0, seconds = 0] = start
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const [day, month] = dayFirst ? [first, second] : [second, first];
  const date = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day, hour, minute, seconds));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && hour < 24 && minute < 60 && seconds < 60 ? date.getTime() / 1000 : undefined;
}
