import type { Writable } from 'node:stream';
import type { Clock } from '../../base/clock.js';
import { widthOf } from '../width.js';

/** A terminal. `columns` and `rows` change when its window does. */
export type Terminal = Writable & { readonly columns?: number; readonly rows?: number };

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';
const REDRAW_EVERY_MS = 100;
const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };

/**
 * A block of lines at the bottom of a terminal that is drawn over and over, at most ten times a second. Lines
 * printed meanwhile go above it. `close` leaves the last frame there and gives the cursor back; so does the end of
 * the process.
 */
export class Screen {
  readonly #terminal: Terminal;
  readonly #render: (size: ScreenSize) => readonly string[];
  readonly #stop = new AbortController();
  #frame: readonly string[] = [];
  #drawing: Promise<void> | undefined;

  constructor(terminal: Terminal, render: (size: ScreenSize) => readonly string[]) {
    this.#terminal = terminal;
    this.#render = render;
  }

  /** Draws until `close`. */
  open(clock: Clock): void {
    this.#terminal.write(HIDE_CURSOR);
    process.once('exit', this.#giveCursorBack);
    this.#drawing = this.#drawUntilClosed(clock);
  }

  /** Puts a line above the block. It is written as it is: the caller has made it safe. */
  above(line: string): void {
    this.#terminal.write(`${this.#erase()}${line}\n${this.#frameText()}`);
  }

  async close(): Promise<void> {
    if (!this.#drawing || this.#stop.signal.aborted) return;
    this.#stop.abort();
    await this.#drawing;
    this.#draw();
    process.off('exit', this.#giveCursorBack);
    this.#giveCursorBack();
  }

  async #drawUntilClosed(clock: Clock): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#draw();
      await clock.sleep(REDRAW_EVERY_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  #draw(): void {
    const erase = this.#erase();
    const { columns, rows } = this.#size();
    // A line that fills the last column would leave the cursor in doubt.
    this.#frame = this.#render({ columns: Math.max(1, columns - 1), rows });
    this.#terminal.write(`${erase}${this.#frameText()}`);
  }

  /** Back to the frame's first cell. A window made narrower has wrapped the frame's lines onto more rows. */
  #erase(): string {
    const { columns } = this.#size();
    const rows = this.#frame.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return `${rows > 0 ? `\u001b[${rows}A` : ''}\r${CLEAR_BELOW}`;
  }

  #frameText(): string {
    return this.#frame.map((line) => `${line}\n`).join('');
  }

  #size(): ScreenSize {
    return {
      columns: this.#terminal.columns || USUAL_SIZE.columns,
      rows: this.#terminal.rows || USUAL_SIZE.rows,
    };
  }

  readonly #giveCursorBack = (): void => {
    this.#terminal.write(SHOW_CURSOR);
  };
}
