import type { Api } from 'telegram/tl/index.js';
import { type HistoryLine, withoutGuards } from './history-text.js';
import type { ImportClock } from './import-clock.js';

/** How an imported message differs from what was to be imported. */
export interface Difference {
  /** Of the message; undefined for one that hasn't come. */
  readonly id: number | undefined;
  /** Unix time in seconds, as it should be. */
  readonly date: number;
  readonly what: 'date' | 'name' | 'text' | 'file' | 'missing';
}

/** So many differences are named; all are counted. */
const MOST_NAMED = 10;
/** So many lines one after another may be missing. */
const LOOKAHEAD = 200;

/**
 * Finds the lines of an import among the imported messages that come into a chat, and compares them. Messages of other imports match no line,
 * and are passed over; lines that Telegram has dropped are missing.
 */
export class Comparison {
  readonly #lines: readonly HistoryLine[];
  readonly #named: Difference[] = [];
  readonly #shifts = new Set<number>();
  readonly #wallClock: ImportClock;
  #next = 0;
  #arrived = 0;
  #differing = 0;

  /** `wallClock`: by which the lines were written. */
  constructor(lines: readonly HistoryLine[], wallClock: ImportClock) {
    this.#lines = lines;
    this.#wallClock = wallClock;
  }

  /** The next message, by its id. */
  take(message: Api.Message): void {
    const index = this.#find(message);
    const line = this.#lines[index];
    if (!line) return;
    for (const { date } of this.#lines.slice(this.#next, index))
      this.#note({ id: undefined, date, what: 'missing' });
    this.#next = index + 1;
    this.#arrived += 1;
    const date = dateOf(message);
    // Of the hour that comes twice when summer time ends, nobody can write which one is meant.
    if (date === line.date || this.#shownAt(date) !== this.#shownAt(line.date))
      this.#shifts.add(date - line.date);
    const what = differenceOf(line, message);
    if (what !== undefined) this.#note({ id: message.id, date: line.date, what });
  }

  /** Nothing more is expected: the lines that haven't come are missing. */
  end(): void {
    for (const { date } of this.#lines.slice(this.#next))
      this.#note({ id: undefined, date, what: 'missing' });
    this.#next = this.#lines.length;
  }

  /** How many messages of the import have come. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Whether its last message has come. */
  get isComplete(): boolean {
    return this.#next >= this.#lines.length;
  }

  /** How many have come otherwise, or haven't come though later ones have. */
  get differing(): number {
    return this.#differing;
  }

  get named(): readonly Difference[] {
    return this.#named;
  }

  /** By how many seconds all dates are later than they should be; undefined when not all are off by the same. */
  get shift(): number | undefined {
    const [shift] = this.#shifts;
    return this.#shifts.size === 1 ? shift : undefined;
  }

  /** The shifts that there are, the smallest first; 0 for messages that have their date. */
  get shifts(): readonly number[] {
    return [...this.#shifts].sort((one, other) => one - other);
  }

  #shownAt(date: number): number {
    return date + this.#wallClock.aheadAt(date);
  }

  #note(difference: Difference): void {
    this.#differing += 1;
    if (this.#named.length < MOST_NAMED) this.#named.push(difference);
  }

  /** Its line: the one that is like it in all, or the next one if two of name, content and date are, or one of other dates. */
  #find(message: Api.Message): number {
    const next = this.#next;
    const near = this.#lines.slice(next, next + LOOKAHEAD);
    const likeness = (line: HistoryLine) => {
      const isOfDate = dateOf(message) === line.date + (this.shift ?? 0);
      return { said: isOfLine(line, message), isOfDate, name: isOfName(line, message) };
    };
    const alike = near.map(likeness);
    const same = alike.findIndex(({ said, isOfDate }) => said && isOfDate);
    if (same >= 0) return next + same;
    const [first] = alike;
    if (first?.isOfDate && (first.name || isOfContent(near[0] as HistoryLine, message))) return next;
    const undated = alike.findIndex(({ said }) => said);
    return undated < 0 ? -1 : next + undated;
  }
}

/** Whether a message came from another messenger, as imported ones say. */
export function isImported({ fwdFrom }: Api.Message): boolean {
  return fwdFrom?.imported === true;
}

/** Whether it is the message of that line, whatever its date. */
function isOfLine(line: HistoryLine, message: Api.Message): boolean {
  const what = differenceOf({ ...line, date: dateOf(message) }, message);
  return what === undefined;
}

/** When it was written; the message itself is of the day of the import. */
function dateOf({ fwdFrom, date }: Api.Message): number {
  return fwdFrom?.date ?? date;
}

function differenceOf(
  { date, name, said }: HistoryLine,
  message: Api.Message,
): Difference['what'] | undefined {
  if (dateOf(message) !== date) return 'date';
  if (!isOfName({ name }, message)) return 'name';
  if (isOfContent({ said }, message)) return undefined;
  return 'file' in said ? 'file' : 'text';
}

/** In a private chat the message may be the other person's own, without a name. */
function isOfName({ name }: Pick<HistoryLine, 'name'>, { fwdFrom }: Api.Message): boolean {
  return fwdFrom?.fromName === undefined || fwdFrom.fromName === name;
}

function isOfContent({ said }: Pick<HistoryLine, 'said'>, { media, message }: Api.Message): boolean {
  return 'file' in said ? media !== undefined : plain(message) === plain(said.text);
}

function plain(text: string): string {
  return Buffer.from(withoutGuards(text.trim().replace(/\r\n?/g, '\n')).trim()).toString();
}
