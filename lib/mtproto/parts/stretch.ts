/** A series of answers, from one of them on. */
export class Stretch {
  readonly #from: number;
  #until: number;
  #answers = 0;
  #bytes = 0;
  #outstanding = 0;

  /** Begins with an answer, at `now` (milliseconds), which doesn't count itself: so a burst isn't split. */
  constructor(now: number) {
    this.#from = now;
    this.#until = now;
  }

  add({
    now,
    bytes,
    outstanding,
  }: {
    readonly now: number;
    readonly bytes: number;
    readonly outstanding: number;
  }): void {
    this.#until = now;
    this.#answers += 1;
    this.#bytes += bytes;
    this.#outstanding += outstanding;
  }

  get bytesPerMs(): number {
    return this.#bytes / (this.#until - this.#from);
  }

  get partsPerMs(): number {
    return this.#answers / (this.#until - this.#from);
  }

  /** The mean number of unanswered requests. */
  get outstanding(): number {
    return this.#outstanding / this.#answers;
  }

  /** Whether it is long enough for its speed to mean something. */
  isEnough(
    { answersEach, ms }: { readonly answersEach: number; readonly ms: number },
    connections: number,
  ): boolean {
    return this.#answers >= answersEach * connections && this.#until - this.#from >= ms;
  }
}
