/**
 * A budget for each account and window of time. A window opens with the first thing that is counted, and ends after its
 * time, whatever happens in it. Anything beyond the budget is refused with the seconds to the end of the window,
 * rounded up; a refused thing isn't counted, so asking again neither lengthens nor shortens the wait. A single thing
 * that is larger than the whole budget passes when nothing else is in the window.
 */
export class WindowBudget {
  readonly #windows = new Map<number, { end: number; used: number }>();

  /** Counts `amount`, or returns the seconds to wait. `now` in milliseconds. */
  take(
    account: number,
    amount: number,
    budget: number,
    windowSeconds: number,
    now: number,
  ): number | undefined {
    let window = this.#windows.get(account);
    if (!window || now >= window.end) {
      window = { end: now + windowSeconds * 1000, used: 0 };
      this.#windows.set(account, window);
    }
    if (window.used > 0 && window.used + amount > budget) {
      return Math.max(1, Math.ceil((window.end - now) / 1000));
    }
    window.used += amount;
    return undefined;
  }
}
