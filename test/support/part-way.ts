import { PART_SIZE } from '../../lib/base/bytes.js';
import type { ConnectionPolicy } from '../../lib/mtproto/parts/connection-policy.js';

/** How parts go between a client and a DC. Speeds are parts a second. */
export interface WayOptions {
  /** What one connection carries. */
  readonly each: number;
  /** What all carry together; no limit unless given. */
  readonly all?: number;
  /** Milliseconds of a round trip. */
  readonly delayMs: number;
  /** Requests under way at once. */
  readonly slots: number;
  /** Parts that there are to ask for, at a time; no limit unless given. */
  readonly supply?: (now: number) => number;
  /** Milliseconds for which everything stands still, beginning at a time. */
  readonly stalls?: readonly { readonly at: number; readonly ms: number }[];
}

interface Request {
  readonly since: number;
  readonly due: number;
  readonly line: Line;
  readonly begun: number;
}

interface Line {
  readonly from: number;
  freeAt: number;
  outstanding: number;
  answeredAt: number | undefined;
  retiring: boolean;
}

/** A way with a ConnectionPolicy at its end, in time that is only counted: as PartPool does it, but without a server. */
export class PartWay {
  now = 0;
  answers = 0;
  /** The connections wanted, each time that they changed. */
  readonly history: { readonly now: number; readonly wanted: number }[] = [];
  readonly #policy: ConnectionPolicy;
  readonly #options: WayOptions;
  readonly #requests: Request[] = [];
  #lines: Line[] = [];
  #sharedFreeAt = 0;
  #owed = 0;

  constructor(policy: ConnectionPolicy, options: WayOptions) {
    this.#policy = policy;
    this.#options = options;
  }

  get connections(): number {
    return this.#lines.filter(({ retiring }) => !retiring).length;
  }

  /** Lets `seconds` pass. */
  run(seconds: number): void {
    const end = this.now + seconds * 1000;
    while (this.now < end) {
      this.#open();
      this.#ask();
      const next = this.#requests[0];
      const opens = this.#lines.find(({ from }) => from > this.now)?.from ?? end;
      const at = Math.min(next?.due ?? end, opens, this.#options.supply ? this.now + 1 : end);
      this.#owed += ((at - this.now) * (this.#options.supply?.(this.now) ?? 0)) / 1000;
      this.now = at;
      if (next && next.due <= at) this.#answer(next);
    }
  }

  #open(): void {
    const { wanted } = this.#policy;
    if (this.history.at(-1)?.wanted !== wanted) this.history.push({ now: this.now, wanted });
    const staying = this.#lines.filter(({ retiring }) => !retiring);
    for (const line of staying.slice(wanted)) line.retiring = true;
    this.#lines = this.#lines.filter(({ retiring, outstanding }) => !retiring || outstanding > 0);
    if (staying.length >= wanted || staying.some(({ from }) => from > this.now)) return;
    // TCP's round trip and that of a first message.
    const from = this.now + 2 * this.#options.delayMs;
    this.#lines.push({ from, freeAt: 0, outstanding: 0, answeredAt: undefined, retiring: false });
  }

  #ask(): void {
    const { slots, supply, each, all, delayMs } = this.#options;
    for (;;) {
      const open = this.#lines.filter(({ retiring, from }) => !retiring && from <= this.now);
      const [line] = open.sort((one, other) => one.outstanding - other.outstanding);
      if (!line || this.#requests.length >= slots || (supply && this.#owed < 1)) return;
      if (supply) this.#owed -= 1;
      const begun = Math.max(line.freeAt, this.now);
      line.freeAt = this.#stalled(begun + 1000 / each);
      if (all) this.#sharedFreeAt = Math.max(this.#sharedFreeAt, this.now) + 1000 / all;
      const due = this.#stalled(Math.max(line.freeAt, all ? this.#sharedFreeAt : 0) + delayMs);
      line.outstanding += 1;
      this.#requests.push({ since: this.now, due, line, begun });
      this.#requests.sort((one, other) => one.due - other.due);
    }
  }

  #stalled(at: number): number {
    const stall = this.#options.stalls?.find((one) => one.at <= at && at < one.at + one.ms);
    return stall ? stall.at + stall.ms : at;
  }

  #answer({ since, line }: Request): void {
    const outstanding = this.#requests.length;
    this.#requests.shift();
    this.answers += 1;
    const paceMs = this.now - Math.max(since, line.answeredAt ?? since);
    line.outstanding -= 1;
    line.answeredAt = this.now;
    this.#policy.answered({
      now: this.now,
      bytes: PART_SIZE,
      latencyMs: this.now - since,
      paceMs,
      outstanding,
      carrying: this.#lines.filter(({ answeredAt, retiring }) => answeredAt !== undefined && !retiring)
        .length,
    });
  }
}
