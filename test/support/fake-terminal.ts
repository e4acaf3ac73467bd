import { Writable } from 'node:stream';

const ESCAPE = '\u001b';
const TOKENS = new RegExp(`${ESCAPE}\\[(\\??[\\d;]*)([A-Za-z])|\\r|\\n|[^${ESCAPE}\\r\\n]`, 'gu');

/**
 * A terminal as Writable that shows the content of its screen. It understands the sequences that TelePi uses: cursor up,
 * home and to a cell, clear below, to the right and all, carriage return, line feed, wrapping at the last column, the cursor's
 * visibility, the other screen. One code unit takes one cell.
 */
export class FakeTerminal extends Writable {
  readonly isTTY = true;
  /** The width that the process knows. */
  columns: number;
  rows: number;
  cursorVisible = true;
  /** Whether a paste is marked as one, and lines wrap at the last column: a program that changes these changes them back. */
  marksPastes = false;
  wraps = true;
  /** Everything that was written. */
  written = '';
  #lines: string[] = [''];
  #row = 0;
  #column = 0;
  /** The lines of the usual screen, while the other one is shown. */
  #usual: string[] | undefined;
  /** The window's width, while that differs from the width that the process knows. */
  #width: number | undefined;

  constructor(columns = 80, rows = 24) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  /** The lines on the screen, without blank ones at the end. */
  get screen(): readonly string[] {
    const last = this.#lines.findLastIndex((line) => line.trim() !== '');
    return this.#lines.slice(0, last + 1);
  }

  /**
   * The window becomes narrower: its lines are wrapped again at once, as tmux and the terminals of GNOME and Apple do,
   * and the process learns of it when `arrive` is called.
   */
  narrow(columns: number): { arrive(): void } {
    this.#width = columns;
    const cursor = this.#row;
    const wrapped = this.#lines.map((line) => wrap(line.trimEnd(), columns));
    this.#row = wrapped.slice(0, cursor).flat().length;
    this.#lines = wrapped.flat();
    return {
      arrive: () => {
        this.#width = undefined;
        this.columns = columns;
      },
    };
  }

  /** The row at the top of the window: what is above has scrolled away. */
  get #top(): number {
    return Math.max(0, this.#lines.length - this.rows);
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString();
    this.written += text;
    const tokens = text.matchAll(TOKENS);
    for (const [token, parameter, command] of tokens) this.#obey(token, parameter ?? '', command);
    done();
  }

  #obey(token: string, parameter: string, command: string | undefined): void {
    if (command === 'A') this.#row = Math.max(this.#top, this.#row - Number(parameter || 1));
    else if (command === 'H') this.#moveTo(parameter);
    else if (command === 'J' && parameter === '2') this.#lines.length = this.#top;
    else if (command === 'J') this.#clearBelow();
    else if (command === 'K') this.#clearRight();
    else if (command === 'h' || command === 'l') this.#switch(parameter, command === 'h');
    else if (command !== undefined) return;
    else if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#newLine();
    else this.#put(token);
  }

  #moveTo(cell: string): void {
    const [row = 1, column = 1] = cell.split(';').map((number) => Number(number) || 1);
    [this.#row, this.#column] = [this.#top + row - 1, column - 1];
    while (this.#lines.length <= this.#row) this.#lines.push('');
  }

  #switch(mode: string, on: boolean): void {
    if (mode === '?25') this.cursorVisible = on;
    if (mode === '?7') this.wraps = on;
    if (mode === '?2004') this.marksPastes = on;
    if (mode !== '?1049' || on === (this.#usual !== undefined)) return;
    const usual = this.#usual;
    this.#usual = on ? this.#lines : undefined;
    this.#lines = usual ?? [''];
    [this.#row, this.#column] = [this.#lines.length - 1, 0];
  }

  #put(character: string): void {
    if (!this.wraps && this.#column >= (this.#width ?? this.columns)) return;
    if (this.#column >= (this.#width ?? this.columns)) this.#newLine();
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }

  #clearRight(): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
  }

  #clearBelow(): void {
    this.#clearRight();
    this.#lines.length = this.#row + 1;
  }
}

function wrap(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (let from = 0; from === 0 || from < line.length; from += columns)
    rows.push(line.slice(from, from + columns));
  return rows;
}
