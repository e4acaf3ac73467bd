/** Steps to a doubling: neighbours differ by 4.4 percent. */
const STEPS = 16;

/** How times are spread: medians and the like to within 2.2 percent, in memory that doesn't grow with their number. Whole seconds. */
export class Spread {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(seconds: number): void {
    const step = seconds < 1 ? 0 : 1 + Math.floor(Math.log2(seconds) * STEPS);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#total += 1;
  }

  /** The least time that at least `share` (0 to 1) of the times don't exceed; undefined without any. */
  quantile(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (const [step, count] of [...this.#counts].sort(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) return step === 0 ? 0 : Math.round(2 ** ((step - 0.5) / STEPS));
    }
    return undefined;
  }
}
