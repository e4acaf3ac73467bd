import type { Window } from './budget-state.js';
import type { PaceState } from './message-pace.js';
import type { SharedGate } from './pace-table.js';

/** How far two clocks may be apart before one of them counts as set, in milliseconds: clocks are adjusted a little all the time. */
export const STEP_MS = 1_000;
/** A wait is at most that much longer than Telegram has asked for: the longest back-off and the most jitter; in milliseconds. */
const MOST_ADDED_MS = 10 * 60_000 + 30_000;

/**
 * The seconds that Telegram asks for in `reason` (`FLOOD_WAIT_12`); 0 when it names none.
 */
export function askedSecondsIn(reason: string): number {
  return Number(/_(\d+)$/.exec(reason)?.[1] ?? 0);
}

/**
 * Whether the wait of `gate` lasts longer than its reason explains: it was written before the table's clock, which says `now`,
 * was set back.
 */
export function isUnexplained({ openAt, reason = '' }: SharedGate, now: number): boolean {
  return openAt !== undefined && openAt - now > askedSecondsIn(reason) * 1000 + MOST_ADDED_MS + STEP_MS;
}

/**
 * Knows by how much a table's clock was set back since something was written: what was written later than now shows it. The
 * time that passes after that is not taken for a part of it.
 */
export class SetBack {
  #writtenAt: number | undefined;
  #ms = 0;

  /** Milliseconds by which times that were written at `writtenAt` are too late for a clock that says `now`: 0 or more. */
  since(writtenAt: number | undefined, now: number): number {
    if (writtenAt !== this.#writtenAt) this.#ms = 0;
    this.#writtenAt = writtenAt;
    if (writtenAt !== undefined && writtenAt - this.#ms > now + STEP_MS) this.#ms = writtenAt - now;
    return this.#ms;
  }
}

/** The same, with all times earlier by `ms` milliseconds. */
export function earlier(state: Partial<PaceState>, ms: number): Partial<PaceState> {
  if (ms === 0) return state;
  const { budget, turns, spentUntil, flood } = state;
  const moved = (window: Window | undefined): Window | undefined =>
    window && { ...window, earliest: window.earliest - ms, latest: window.latest - ms };
  return {
    ...state,
    ...(budget && {
      budget: {
        ...budget,
        since: moved(budget.since),
        window: moved(budget.window),
        next: moved(budget.next),
        calmSince: budget.calmSince === undefined ? undefined : budget.calmSince - ms,
      },
    }),
    ...(turns && { turns: turns.map(([at, ...rest]) => [at - ms, ...rest] as const) }),
    spentUntil: spentUntil === undefined ? undefined : spentUntil - ms,
    flood: flood && { endsAt: flood.endsAt - ms, resumesAt: flood.resumesAt - ms },
  };
}
