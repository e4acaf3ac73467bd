import type { Api } from 'telegram/tl/index.js';
import { type HistoryLine, withoutGuards } from './history-text.js';

/** How imported messages differ from what was to be imported. */
export interface Difference {
  readonly id: number;
  readonly what: 'date' | 'name' | 'text' | 'file';
}

/** So many differences are named; all are counted. */
const MOST_NAMED = 10;

/** Compares the messages that come into a chat with the lines of the import, one after another. */
export class Comparison {
  readonly #lines: readonly HistoryLine[];
  readonly #named: Difference[] = [];
  readonly #shifts = new Set<number>();
  #arrived = 0;
  #differing = 0;

  constructor(lines: readonly HistoryLine[]) {
    this.#lines = lines;
  }

  /** The next message, by its id. */
  take(message: Api.Message): void {
    const line = this.#lines[this.#arrived];
    this.#arrived += 1;
    if (!line) return;
    const what = differenceOf(line, message);
    this.#shifts.add(dateOf(message) - line.date);
    if (what === undefined) return;
    this.#differing += 1;
    if (this.#named.length < MOST_NAMED) this.#named.push({ id: message.id, what });
  }

  get arrived(): number {
    return Math.min(this.#arrived, this.#lines.length);
  }

  get isComplete(): boolean {
    return this.#arrived >= this.#lines.length;
  }

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
}

/** Whether a message came from another messenger, as imported ones say. */
export function isImported({ fwdFrom }: Api.Message): boolean {
  return fwdFrom?.imported === true;
}

/** Whether it is the message of that line, whatever its date. */
export function isOfLine(line: HistoryLine, message: Api.Message): boolean {
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
  const { fwdFrom, media, message: text } = message;
  if (dateOf(message) !== date) return 'date';
  // In a private chat the message may be the other person's own.
  if (fwdFrom?.fromName !== undefined && fwdFrom.fromName !== name) return 'name';
  if ('file' in said) return media ? undefined : 'file';
  return plain(text) === plain(said.text) ? undefined : 'text';
}

function plain(text: string): string {
  return Buffer.from(withoutGuards(text.trim().replace(/\r\n?/g, '\n')).trim()).toString();
}
