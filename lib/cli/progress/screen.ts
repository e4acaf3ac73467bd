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
const CLEAR_ALL = '\u001b[H\u001b[2J';
/** How many lines above the block can be shown again: more than a screen has. */
const MOST_KEPT = 200;
const REDRAW_EVERY_MS = 100;
const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };

/**
 * A block of lines at the bottom of a terminal that is redrawn at most ten times a second. Lines printed meanwhile go
 * above it. When the window becomes narrower, the terminal may have wrapped the block before the new size is known here
 * (tmux takes a quarter of a second), and more frames may have gone astray by then: so the screen is cleared and shows
 * the newest lines and the block again. `close` leaves the last frame there and restores the cursor; so does the end of
 * the process.
 */
export class Screen {
  readonly #terminal: Terminal;
  readonly #render: (size: ScreenSize) => readonly string[];
  readonly #stop = new AbortController();
  #frame: readonly string[] = [];
  /** The width of the window at the last frame. */
  #columns = 0;
  readonly #kept: string[] = [];
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

  /** Puts a line above the block. The line is written as it is: the caller has made it safe. */
  above(line: string): void {
    this.#kept.push(line);
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    if (this.#size().columns < this.#columns) this.#draw();
    else this.#terminal.write(`${this.#erase()}${line}\n${this.#frameText()}`);
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
    // A line that fills the last column would leave the cursor's position uncertain.
    this.#frame = this.#render({ columns: Math.max(1, columns - 1), rows });
    const narrower = columns < this.#columns;
    this.#columns = columns;
    const before = narrower
      ? `${CLEAR_ALL}${this.#newestLines(columns, rows - this.#frame.length - 1)}`
      : erase;
    this.#terminal.write(`${before}${this.#frameText()}`);
  }

  /** Moves back to the frame's first cell. */
  #erase(): string {
    const rows = this.#frame.length;
    return `${rows > 0 ? `\u001b[${rows}A` : ''}\r${CLEAR_BELOW}`;
  }

  /** As many of the lines above as fit into `rows` rows. */
  #newestLines(columns: number, rows: number): string {
    let free = rows;
    let first = this.#kept.length;
    for (; first > 0; first -= 1) {
      free -= Math.max(1, Math.ceil(widthOf(this.#kept[first - 1] ?? '') / columns));
      if (free < 0) break;
    }
    return this.#kept
      .slice(first)
      .map((line) => `${line}\n`)
      .join('');
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
