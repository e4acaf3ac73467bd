import type { BudgetState } from './budget-state.js';
import { MessageBudget } from './message-budget.js';

/** A flood that a send met, and that send. Times in milliseconds of the clock of the MessagePace. */
export interface PaceFlood {
  /** The turn of the refused send, and its messages. */
  readonly sentAt: number;
  readonly items: number;
  /** When the refusal came. */
  readonly at: number;
  /** When Telegram will accept messages again, according to its answer. */
  readonly endsAt: number;
  /** When the refused send is repeated, at the earliest. */
  readonly resumesAt: number;
}

/** Everything that a MessagePace knows, as plain data. */
export interface PaceState {
  readonly budget: BudgetState;
  /** The latest turns, the newest last: when, how many messages, and the floor of the job whose turn it is. */
  readonly turns: readonly (readonly [at: number, items: number, floorMs: number])[];
  /** Until when intervals have been used up. */
  readonly spentUntil?: number | undefined;
  /** The latest flood. */
  readonly flood?: { readonly endsAt: number; readonly resumesAt: number } | undefined;
  /** How many floods there were: turns that were given before the latest are void. */
  readonly floods: number;
}

/** How many intervals may be made up for after a send that came late. */
const CATCH_UP = 50;
/** How many turns are remembered: more than are given while a send waits for its answer. */
const MOST_TURNS = 16;
/** Two floods are the same if their ends differ by no more: Telegram counts in whole seconds. */
const ROUNDING_MS = 1_500;

/**
 * An account's turns to send, and what floods have taught of how many there are. It knows no clock and waits for nothing:
 * times are passed in, so it can be that of a process, or one that several processes hand to one another.
 */
export class MessagePace {
  readonly #budget: MessageBudget;
  #turns: PaceState['turns'];
  #spentUntil: number;
  #flood: PaceState['flood'];
  #floods: number;

  constructor(known: Partial<PaceState> = {}) {
    this.#budget = new MessageBudget(known.budget);
    this.#turns = known.turns ?? [];
    this.#spentUntil = known.spentUntil ?? Number.NEGATIVE_INFINITY;
    this.#flood = known.flood;
    this.#floods = known.floods ?? 0;
  }

  get state(): PaceState {
    return {
      budget: this.#budget.state,
      turns: this.#turns,
      spentUntil: Number.isFinite(this.#spentUntil) ? this.#spentUntil : undefined,
      flood: this.#flood,
      floods: this.#floods,
    };
  }

  /** See PaceState. */
  get floods(): number {
    return this.#floods;
  }

  /** Milliseconds from one message to the next in the long run, at least `floorMs`. */
  intervalMs(now: number, floorMs: number): number {
    return Math.max(floorMs, this.#budget.intervalMs(now));
  }

  /**
   * When a send of `items` messages may go: `from` or later. Between turns of jobs with different floors the lower one is kept,
   * so that a slow job neither holds the others nor is held by them; its own floor, from its own last turn, is its own affair.
   */
  nextAt(from: number, items: number, floorMs: number): number {
    let at = Math.max(from, this.#openAt(floorMs));
    for (let room = this.#budget.roomAt(at, items); room > at; room = this.#budget.roomAt(at, items))
      at = room;
    return at;
  }

  /** Gives the turn at `at`, which may lie ahead, to a send of `items` messages. */
  take(at: number, items: number, floorMs: number): void {
    const last = this.#turns.at(-1);
    if (last && at - last[0] > this.#budget.longestGapMs) this.#budget.forgetCounts();
    const paceMs = this.#budget.paceMs(at);
    // What the floor holds back isn't late, and isn't made up for.
    const madeUpMs = floorMs > paceMs ? 0 : CATCH_UP * paceMs;
    this.#spentUntil = Math.max(this.#spentUntil, at - madeUpMs) + items * paceMs;
    this.#remember(at, items, floorMs);
    this.#budget.sent(at, items);
  }

  /** Notes a turn that was taken without a claim. What went before the latest flood was over is counted by that flood. */
  note(at: number, items: number, floorMs: number): void {
    if (!this.#flood || at >= this.#flood.resumesAt) this.take(at, items, floorMs);
  }

  /** Notes a flood; returns when the refused send is to be repeated. */
  flooded({ sentAt, items, at, endsAt, resumesAt }: PaceFlood, floorMs: number): number {
    if (this.#flood && sentAt < this.#flood.resumesAt) {
      return this.#metAgain({ items, endsAt, resumesAt }, this.#flood, floorMs);
    }
    const refused = this.#turns.reduce((sum, [turn, messages]) => (turn < sentAt ? sum : sum + messages), 0);
    this.#budget.flooded({ at, endsAt, resumesAt, items, refused: Math.max(items, refused) });
    this.#flood = { endsAt, resumesAt };
    this.#floods += 1;
    this.#turns = [];
    this.#remember(resumesAt, items, floorMs);
    this.#spentUntil = resumesAt + items * this.#budget.paceMs(resumesAt);
    return resumesAt;
  }

  /** Notes that the send of the turn at `sentAt` will be repeated later, and not because of a flood. */
  postponed(sentAt: number, to: number, floorMs: number): void {
    const last = this.#turns.at(-1);
    // Others have sent since: then their turns count.
    if (last?.[0] !== sentAt) return;
    const [, items] = last;
    this.#budget.postponed(to);
    this.#turns = this.#turns.slice(0, -1);
    this.#remember(to, items, floorMs);
    this.#spentUntil = to + items * this.#budget.paceMs(to);
  }

  /** The same for a wait that holds this send, and no other one. */
  delayed(sentAt: number, to: number): void {
    if (this.#turns.at(-1)?.[0] === sentAt) this.#budget.postponed(to);
  }

  /** See MessageBudget. */
  calmFrom(at: number): void {
    this.#budget.calmFrom(at);
  }

  /** A send that was under way when another one met the flood. It teaches nothing, and is repeated after that one. */
  #metAgain(
    { items, endsAt, resumesAt }: Pick<PaceFlood, 'items' | 'endsAt' | 'resumesAt'>,
    flood: NonNullable<PaceState['flood']>,
    floorMs: number,
  ): number {
    const isLonger = endsAt > flood.endsAt + ROUNDING_MS;
    const at = Math.max(resumesAt, this.#openAt(floorMs));
    this.#flood = { endsAt: Math.max(endsAt, flood.endsAt), resumesAt: isLonger ? at : flood.resumesAt };
    if (isLonger) this.#floods += 1;
    this.take(at, items, floorMs);
    return at;
  }

  #remember(at: number, items: number, floorMs: number): void {
    this.#turns = [...this.#turns, [at, items, floorMs] as const].slice(-MOST_TURNS);
  }

  /** When the intervals after the turns that were given are over. */
  #openAt(floorMs: number): number {
    return this.#turns.reduce(
      (openAt, [at, items, floor]) => Math.max(openAt, at + items * Math.min(floor, floorMs)),
      this.#spentUntil,
    );
  }
}
