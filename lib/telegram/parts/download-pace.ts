export interface DownloadPaceOptions {
  /** Bytes of one request. */
  readonly requestSize: number;
}

/** Requests in flight: enough for 100 MB/s over 40 ms at first, and 32 MiB at the most. */
const LEAST = 8;
const MOST = 64;
/** How many times what the way holds is asked for, so that a wider way is noticed. */
const GAIN = 2;
/** Milliseconds; a round is as long as an answer takes, and at least this. */
const SHORTEST_ROUND = 100;
/** The speed is the best of so many rounds. */
const ROUNDS = 8;
/** The shortest latency is forgotten after one to two times so many milliseconds. */
const LATENCY_LIFE = 5_000;

/**
 * How many requests one download keeps in flight: what its way holds, bandwidth times delay, as seen from its answers.
 * The bandwidth is that of the fastest lately, the delay that of the quickest, so a queue doesn't feed itself.
 */
export class DownloadPace {
  readonly #requestSize: number;
  #width = LEAST;
  #speeds: number[] = [];
  #roundAt: number | undefined;
  #roundBytes = 0;
  #shortestMs = Number.POSITIVE_INFINITY;
  #formerShortestMs = Number.POSITIVE_INFINITY;
  #shortestSince = 0;

  constructor({ requestSize }: DownloadPaceOptions) {
    this.#requestSize = requestSize;
  }

  /** Requests to keep in flight, from 8 to 64. */
  get width(): number {
    return this.#width;
  }

  /** `bytes` came `latencyMs` after they were asked for, and no other answer is a better measure of now. */
  answered(now: number, bytes: number, latencyMs: number): void {
    this.#noteLatency(now, latencyMs);
    this.#roundAt ??= now - latencyMs;
    this.#roundBytes += bytes;
    const delayMs = Math.min(this.#shortestMs, this.#formerShortestMs);
    const elapsed = now - this.#roundAt;
    if (elapsed < Math.max(SHORTEST_ROUND, delayMs)) return;
    this.#speeds = [...this.#speeds.slice(1 - ROUNDS), this.#roundBytes / elapsed];
    this.#roundAt = now;
    this.#roundBytes = 0;
    const held = (Math.max(...this.#speeds) * delayMs) / this.#requestSize;
    this.#width = Math.min(MOST, Math.max(LEAST, Math.ceil(GAIN * held) + 2));
  }

  #noteLatency(now: number, latencyMs: number): void {
    if (now - this.#shortestSince >= LATENCY_LIFE) {
      this.#formerShortestMs = this.#shortestMs;
      this.#shortestMs = Number.POSITIVE_INFINITY;
      this.#shortestSince = now;
    }
    this.#shortestMs = Math.min(this.#shortestMs, latencyMs);
  }
}
