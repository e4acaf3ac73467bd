import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { deferred } from '../../base/deferred.js';
import { type PickItem, PickList } from './item.js';
import { type Key, KeyReader } from './keys.js';
import { type PickState, press, resize, startPick, tickedOf } from './model.js';
import { listRows, renderPick } from './render.js';

/** The terminal on which a list is shown. */
export interface PickTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly screen: Writable & { readonly columns?: number; readonly rows?: number };
  /** Whether lines may be emphasised. */
  readonly color: boolean;
  readonly signal: AbortSignal;
  /** Does what Ctrl-C does where the terminal isn't in raw mode: `signal` aborts. */
  interrupt(): void;
}

/**
 * Shows the files in a list that fills the terminal, until the person is done.
 * @returns the places in `files` of what was ticked, at least one; undefined when the person left
 * @throws the signal's reason when it aborts. However it ends, also by the end of the process, the terminal is as it was.
 */
export async function pickFiles(
  files: readonly PickItem[],
  terminal: PickTerminal,
): Promise<ReadonlySet<number> | undefined> {
  terminal.signal.throwIfAborted();
  return new Picker(new PickList(files), terminal).run();
}

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
// The screen is cleared for terminals that have only one.
const LEAVE = '\u001b[?2004l\u001b[H\u001b[2J\u001b[?7h\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[H\u001b[2J';
const CLEAR_REST = '\u001b[K';
/** A key that is held down repeats some thirty times a second. */
const FRAME_MS = 16;
/** After this long, Esc was the key: the rest of a sequence comes at once, or over a slow line a bit later. */
const ESCAPE_MS = 100;

class Picker {
  readonly #list: PickList;
  readonly #terminal: PickTerminal;
  readonly #decoder = new StringDecoder('utf8');
  readonly #keys = new KeyReader();
  readonly #done = deferred<ReadonlySet<number> | undefined>();
  #state: PickState;
  #isOpen = false;
  #frame: readonly string[] = [];
  #frameTimer: NodeJS.Timeout | undefined;
  #escapeTimer: NodeJS.Timeout | undefined;

  constructor(list: PickList, terminal: PickTerminal) {
    this.#list = list;
    this.#terminal = terminal;
    this.#state = startPick(list, listRows(this.#size().rows));
  }

  async run(): Promise<ReadonlySet<number> | undefined> {
    const { stdin, screen, signal } = this.#terminal;
    process.once('exit', this.#restore);
    signal.addEventListener('abort', this.#onAbort, { once: true });
    stdin.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#done.reject);
    screen.on('resize', this.#onResize).on('drain', this.#schedule);
    try {
      this.#isOpen = true;
      stdin.setRawMode(true);
      stdin.resume();
      screen.write(ENTER);
      this.#draw();
      return await this.#done.promise;
    } finally {
      clearTimeout(this.#frameTimer);
      clearTimeout(this.#escapeTimer);
      screen.off('resize', this.#onResize).off('drain', this.#schedule);
      stdin.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#done.reject);
      stdin.pause();
      signal.removeEventListener('abort', this.#onAbort);
      process.off('exit', this.#restore);
      this.#restore();
    }
  }

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { stdin, screen } = this.#terminal;
    screen.write(LEAVE);
    stdin.setRawMode(false);
  };

  /** At once: what is said about the signal belongs onto the screen that comes back. */
  readonly #onAbort = (): void => {
    this.#restore();
    this.#done.reject(this.#terminal.signal.reason);
  };

  readonly #onEnd = (): void => this.#done.resolve(undefined);

  readonly #onData = (bytes: Buffer): void => {
    clearTimeout(this.#escapeTimer);
    this.#press(this.#keys.read(this.#decoder.write(bytes)));
    if (this.#keys.waiting) {
      this.#escapeTimer = setTimeout(() => this.#press(this.#keys.settle()), ESCAPE_MS);
    }
  };

  readonly #onResize = (): void => {
    this.#frame = [];
    this.#state = resize(this.#state, listRows(this.#size().rows));
    this.#schedule();
  };

  #press(keys: readonly Key[]): void {
    try {
      for (const key of keys) this.#state = press(this.#list, this.#state, key);
      if (this.#state.outcome) this.#end(this.#state.outcome);
      else this.#schedule();
    } catch (error) {
      this.#done.reject(error);
    }
  }

  #end(outcome: PickState['outcome']): void {
    if (outcome === 'interrupted') this.#terminal.interrupt();
    else this.#done.resolve(outcome === 'picked' ? tickedOf(this.#state) : undefined);
  }

  /** Keys that come faster than frames are drawn together, and a terminal that is slow gets the newest frame only. */
  readonly #schedule = (): void => {
    if (this.#frameTimer !== undefined || this.#terminal.screen.writableNeedDrain) return;
    this.#frameTimer = setTimeout(() => {
      this.#frameTimer = undefined;
      try {
        this.#draw();
      } catch (error) {
        this.#done.reject(error);
      }
    }, FRAME_MS);
  };

  /** Writes the lines that have changed. */
  #draw(): void {
    const { columns, rows } = this.#size();
    const lines = renderPick(this.#list, this.#state, { columns, rows, color: this.#terminal.color });
    const before = this.#frame;
    this.#frame = [...lines, ...Array<string>(Math.max(0, rows - lines.length)).fill('')];
    const changed = this.#frame.flatMap((line, index) =>
      line === before[index] ? [] : [`\u001b[${index + 1};1H${line}${CLEAR_REST}`],
    );
    if (changed.length === 0) return;
    this.#terminal.screen.write(`${before.length === 0 ? CLEAR : ''}${changed.join('')}`);
  }

  /** One column stays free: where lines end differs between terminals. */
  #size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#terminal.screen;
    return { columns: Math.max(1, (columns || 80) - 1), rows: Math.max(1, rows || 24) };
  }
}
