import { systemClock } from '../../lib/base/clock.js';
import type { DatabaseRelay } from '../servers/relay.js';
import { stepsOf } from './faults.js';
import type { HostProcess } from './host-process.js';
import type { Strike } from './hosts-plan.js';

export interface Target {
  readonly number: number;
  /** Its way to the database; undefined when there is none. */
  readonly relay: DatabaseRelay | undefined;
  readonly process: HostProcess | undefined;
}

export interface StrikerOptions {
  readonly strikes: readonly Strike[];
  readonly machines: readonly Target[];
  readonly note: (what: string) => void;
}

/** Carries out strikes, one after the other, on whichever machine has a job when one is due. */
export class Striker {
  readonly #strikes: Strike[];
  readonly #machines: readonly Target[];
  readonly #note: (what: string) => void;
  readonly #cuts: Promise<void>[] = [];
  #count = 0;
  #isArmed = false;
  #isOver = false;

  constructor({ strikes, machines, note }: StrikerOptions) {
    this.#strikes = [...strikes];
    this.#machines = machines;
    this.#note = note;
  }

  /** A machine has got a job. */
  holds(number: number): void {
    this.#arm(number);
  }

  /** A machine that has a job has made a request, which the server has yet to carry out. */
  asked(number: number, method: string): void {
    const [next] = this.#strikes;
    if (this.#isOver || !next) return;
    if (next.at === 'answer') {
      this.#arm(number);
      return;
    }
    if (!stepsOf(method).includes(next.at)) return;
    this.#count += 1;
    if (this.#count === next.nth) this.#strike(number, next);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing happens to any of them any more, and each has its way to the database back. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#cuts);
  }

  /** For a strike at an answer of the database: that machine's answers are counted from now on. */
  #arm(number: number): void {
    const [next] = this.#strikes;
    const { relay } = this.#machines[number] ?? {};
    if (this.#isOver || next?.at !== 'answer' || !relay || this.#isArmed) return;
    this.#isArmed = true;
    if (next.what === 'lose') {
      relay.loseAnswerAfter(next.nth);
      this.#done(next);
      return;
    }
    relay.after(next.nth, async () => {
      if (!this.#isOver) this.#strike(number, next);
    });
  }

  #strike(number: number, strike: Strike): void {
    this.#done(strike);
    const { process, relay } = this.#machines[number] ?? {};
    if (strike.what === 'SIGKILL') process?.kill();
    if (strike.what === 'SIGSTOP') process?.stop(strike.ms);
    if (strike.what === 'cut' && relay) {
      this.#cuts.push(cutOff(relay, strike.ms));
    }
  }

  #done({ what }: Strike): void {
    this.#note(what);
    this.#strikes.shift();
    this.#count = 0;
    this.#isArmed = false;
  }
}

async function cutOff(relay: DatabaseRelay, ms: number): Promise<void> {
  await relay.cut();
  await systemClock.sleep(ms);
  await relay.restore();
}
