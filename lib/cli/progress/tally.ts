import type { Clock } from '../../base/clock.js';
import { gateOf } from '../../pace/gates.js';
import type { RunEvent } from './reporter.js';

/** A file in transfer. Bytes are counted from its start. */
export interface FileTally {
  readonly sourceId: number;
  readonly name: string;
  readonly size: number;
  /** Bytes of parts that an earlier run has sent: included in bytesUp from the start, but not in the speed. */
  readonly bytesBefore: number;
  readonly bytesDown: number;
  readonly bytesUp: number;
  readonly heldBytes: number;
  readonly bytesPerSecond: number;
}

/** A wait that Telegram asks for, or that a fault on the way to it makes necessary. */
export interface WaitTally {
  readonly method: string;
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
  /** See ReportedWait. */
  readonly metOn?: string;
}

export interface RunTally {
  /** How many messages are ahead of this run; undefined when the server doesn't say. */
  readonly total: number | undefined;
  readonly sent: number;
  readonly skipped: number;
  readonly failed: number;
  readonly done: number;
  /** In the order in which they began. */
  readonly files: readonly FileTally[];
  readonly messagesPerMinute: number;
  /** Bytes uploaded per second, or read by a verification. */
  readonly bytesPerSecond: number;
  readonly heldBytes: number;
  /** Of the present waits, the one that ends last. */
  readonly wait: WaitTally | undefined;
  /** Milliseconds since the epoch; undefined while nothing is known. */
  readonly endsAt: number | undefined;
}

interface Sample {
  readonly at: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Rates are averages over this time, or over the whole run while that is shorter. */
const RATE_WINDOW_MS = 60_000;
const SAMPLE_EVERY_MS = 1000;

/** Counts what a run has done and how fast: fed with events, read by whoever draws. Times come from `clock`. */
export class TallyKeeper {
  readonly #clock: Clock;
  readonly #intervalMs: () => number;
  readonly #files = new Map<string, FileTally>();
  readonly #samples: Sample[];
  #waits: WaitTally[] = [];
  /** When sends were held back, on the monotonic clock: in order, without overlap. */
  #held: { readonly from: number; readonly to: number }[] = [];
  #total: number | undefined;
  #sent = 0;
  #sentBefore = 0;
  #skipped = 0;
  #failed = 0;
  #checked = 0;
  #bytesUp = 0;

  /** `intervalMs`: the shortest time from one message to the next at present. */
  constructor(clock: Clock, intervalMs: () => number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#samples = [{ at: clock.monotonic(), messages: 0, bytes: 0 }];
  }

  take(event: RunEvent): void {
    switch (event.kind) {
      case 'plan':
      case 'verify':
        this.#total = event.total;
        return;
      case 'transfer':
        this.#transfer(event);
        break;
      case 'transferEnd':
        this.#files.delete(keyOf(event));
        return;
      case 'sent':
        this.#sent += event.sourceIds.length;
        break;
      case 'skipped':
        if (event.reason === 'sent_before') this.#sentBefore += 1;
        else this.#skipped += 1;
        break;
      case 'failed':
        this.#failed += 1;
        break;
      case 'checked':
        this.#checked += event.messages;
        this.#bytesUp += event.bytes;
        break;
      case 'wait':
        this.#wait(event);
        return;
      default:
        return;
    }
    this.#sample();
  }

  read(): RunTally {
    const now = this.#clock.now();
    this.#waits = this.#waits.filter((wait) => wait.until > now);
    const wait = this.#waits.reduce<WaitTally | undefined>(
      (last, next) => (last && last.until >= next.until ? last : next),
      undefined,
    );
    const done = this.#done;
    const { messagesPerMinute, bytesPerSecond, msPerMessage } = this.#rates();
    const files = [...this.#files.values()];
    return {
      total: this.#total,
      sent: this.#sent,
      skipped: this.#skipped,
      failed: this.#failed,
      done,
      files,
      messagesPerMinute,
      bytesPerSecond,
      heldBytes: files.reduce((sum, file) => sum + file.heldBytes, 0),
      wait,
      endsAt: this.#endOf(done, msPerMessage, Math.max(now, wait?.until ?? now)),
    };
  }

  #transfer(file: FileTally): void {
    const before = this.#files.get(keyOf(file))?.bytesUp ?? file.bytesBefore;
    // A transfer that begins again counts from zero.
    this.#bytesUp += Math.max(0, file.bytesUp - before);
    this.#files.set(keyOf(file), file);
  }

  #wait({ method, reason, until, metOn }: WaitTally): void {
    this.#waits.push({ method, reason, until, ...(metOn !== undefined && { metOn }) });
    if (gateOf(method) !== 'messages') return;
    const now = this.#clock.monotonic();
    const from = Math.max(now, this.#held.at(-1)?.to ?? now);
    const to = now + until - this.#clock.now();
    if (to > from) this.#held.push({ from, to });
  }

  get #done(): number {
    return this.#sent + this.#sentBefore + this.#skipped + this.#failed + this.#checked;
  }

  #sample(): void {
    const at = this.#clock.monotonic();
    const last = this.#samples.at(-1);
    if (last && at - last.at < SAMPLE_EVERY_MS) return;
    this.#samples.push({ at, messages: this.#done, bytes: this.#bytesUp });
    // One sample older than the window is kept as the base of the rates.
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - RATE_WINDOW_MS)
      this.#samples.shift();
    this.#held = this.#held.filter(({ to }) => to > (this.#samples[0]?.at ?? at));
  }

  #rates(): { messagesPerMinute: number; bytesPerSecond: number; msPerMessage: number | undefined } {
    const base = this.#samples[0];
    const now = this.#clock.monotonic();
    const ms = base ? now - base.at : 0;
    if (!base || ms <= 0) return { messagesPerMinute: 0, bytesPerSecond: 0, msPerMessage: undefined };
    const heldMs = this.#held.reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(to, now) - Math.max(from, base.at)),
      0,
    );
    const messages = this.#done - base.messages;
    return {
      messagesPerMinute: (messages * 60_000) / ms,
      bytesPerSecond: ((this.#bytesUp - base.bytes) * 1000) / ms,
      msPerMessage: messages > 0 ? (ms - heldMs) / messages : undefined,
    };
  }

  /**
   * Assumes the recent speed while sends weren't held back, but no more than the interval allows for the messages
   * ahead: a flood lengthens the interval, which the messages sent so far don't show yet.
   */
  #endOf(done: number, msPerMessage: number | undefined, from: number): number | undefined {
    if (this.#total === undefined || msPerMessage === undefined) return undefined;
    const leastMs = (this.#intervalMs() * this.#sent) / done;
    return from + Math.max(0, this.#total - done) * Math.max(msPerMessage, leastMs);
  }
}

export function keyOf(file: Pick<FileTally, 'sourceId' | 'name'>): string {
  return `${file.sourceId} ${file.name}`;
}
