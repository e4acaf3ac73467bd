/** Keeps the few largest of many things. */
export class Most<T> {
  readonly #kept: T[] = [];
  readonly #most: number;
  readonly #sizeOf: (item: T) => number;

  constructor(most: number, sizeOf: (item: T) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  /** What an item must exceed to be kept. */
  get least(): number {
    const last = this.#kept.at(-1);
    return last === undefined || this.#kept.length < this.#most ? 0 : this.#sizeOf(last);
  }

  add(item: T): void {
    const size = this.#sizeOf(item);
    if (size <= this.least) return;
    const at = this.#kept.findIndex((each) => this.#sizeOf(each) < size);
    this.#kept.splice(at === -1 ? this.#kept.length : at, 0, item);
    if (this.#kept.length > this.#most) this.#kept.pop();
  }

  /** The largest first; of equal ones the one that came first. */
  get all(): readonly T[] {
    return this.#kept;
  }
}
