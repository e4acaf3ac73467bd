import type { Mishap, StepKind } from './plan.js';

/** Counts a process's steps, and says when its mishaps are due. */
export class Steps {
  readonly #counts = new Map<StepKind, number>();
  readonly #mishaps: Mishap[];
  readonly #strike: (mishap: Mishap) => void;
  #over = false;

  constructor(mishaps: readonly Mishap[], strike: (mishap: Mishap) => void) {
    this.#mishaps = [...mishaps];
    this.#strike = strike;
  }

  /** Nothing happens to it any more. */
  end(): void {
    this.#over = true;
  }

  /** The process takes a step of these kinds; `strike` is called for each mishap that is due at it. */
  take(...kinds: readonly Exclude<StepKind, 'any'>[]): Mishap[] {
    if (this.#over) return [];
    const due = (['any', ...kinds] as const).flatMap((kind) => {
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      return this.#mishaps.filter(({ at, nth }) => at === kind && nth === count);
    });
    for (const mishap of due) this.#strike(mishap);
    return due;
  }
}
