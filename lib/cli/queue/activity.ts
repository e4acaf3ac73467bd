import type { Clock } from '../../base/clock.js';

/**
 * What the lines of a job's process show of its progress. Whatever it says is progress, except for waits: during one that Telegram asks
 * for, or until its next turn to send, the job is where it should be, and a fault that is met again and again isn't progress.
 */
export class Activity {
  readonly #clock: Pick<Clock, 'now'>;
  #hasMoved = false;
  /** In milliseconds since the epoch. */
  #waitsUntil = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Takes a line of its standard output or standard error. */
  line(text: string): void {
    const wait = /^\{"event":"(?:wait|turn)"/.test(text) ? waitIn(text) : undefined;
    if (!wait) this.#hasMoved = true;
    else if (wait.isAsked) this.#waitsUntil = Math.max(this.#waitsUntil, wait.until);
  }

  /** Whether it has moved since this was asked last, or waits as it should. */
  take(): boolean {
    const isWell = this.#hasMoved || this.#clock.now() < this.#waitsUntil;
    this.#hasMoved = false;
    return isWell;
  }
}

function waitIn(text: string): { readonly isAsked: boolean; readonly until: number } | undefined {
  try {
    const { event, reason, until } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const at = typeof until === 'number' ? until : Date.parse(String(until));
    if (Number.isNaN(at)) return undefined;
    return { isAsked: event === 'turn' || /_WAIT_\d+$/.test(String(reason)), until: at };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
