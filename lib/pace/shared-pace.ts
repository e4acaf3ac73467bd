import { linkAbort, orAborted } from '../base/abort.js';
import { messageOf } from '../base/errors.js';
import { OneByOne } from '../base/one-by-one.js';
import { gateOf } from './gates.js';
import type { SharedGate } from './pace-table.js';
import { askedSecondsIn, isUnexplained } from './set-back.js';
import type { OtherWait, PaceMember, SharedPaceOptions } from './shared-pace-options.js';
import type { Wait } from './wait.js';

/** How long the first calls wait for the first look at what others have met, in milliseconds. */
const FIRST_LOOK_MS = 2_000;
/** How often news are written, and after how many of these beats those of others are read. */
const BEAT_MS = 1_000;
const BEATS = 5;
/** How often a change is tried while others change the same. */
const MOST_TRIES = 50;
const PAUSE_MS = 20;
/** How long the end of a command waits until its last news are written, in milliseconds. */
const LAST_NEWS_MS = 2_000;

/**
 * What the processes of an account let one another know, on whichever hosts they are: until when Telegram wants which calls to
 * wait, and who sends when. Nothing of it may fail a call: while the table is out of reach, each process goes by what it
 * knows. Whoever has made it closes it.
 */
export class SharedPace {
  readonly #options: SharedPaceOptions;
  readonly #gates = new Map<string, SharedGate>();
  /** Waits that this process has met, by their gates: when they end, on the monotonic clock; until they are written. */
  readonly #met = new Map<string, { readonly until: number; readonly reason: string }>();
  /** The ends of waits that this process has written. */
  readonly #written = new Map<string, number | undefined>();
  /** The ends of waits of other processes that were reported. */
  readonly #reported = new Map<string, number | undefined>();
  readonly #held = new Map<string, number>();
  /** Gates whose waits don't hold any more, although the table still has them. */
  readonly #outdated = new Set<string>();
  readonly #members: PaceMember[] = [];
  readonly #lane = new OneByOne();
  readonly #stop = linkAbort();
  #accountId: number | undefined;
  #aheadMs: number | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #isInTrouble = false;
  #first: Promise<void> | undefined;
  #isReady = true;
  #isSoon = false;
  #hasMet = false;
  #beating: Promise<void> | undefined;

  constructor(options: SharedPaceOptions) {
    this.#options = options;
    if (options.accountId !== undefined) this.account(options.accountId);
  }

  /** How far the table's clock is ahead of this process's monotonic one, in milliseconds; 0 while it isn't known. */
  get aheadMs(): number {
    return this.#aheadMs ?? 0;
  }

  /** Whether turns can be claimed. */
  get isThere(): boolean {
    return this.#accountId !== undefined && !this.#isInTrouble && !this.#stop.signal.aborted;
  }

  /** Whether what others have met is known, as far as it can be. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Called when the account is known: from then on calls wait for a first look at what others have met. */
  account(accountId: number): void {
    if (this.#accountId !== undefined || this.#stop.signal.aborted) return;
    this.#accountId = accountId;
    this.#isReady = false;
    const { clock } = this.#options;
    const looked = linkAbort();
    const late = clock.sleep(FIRST_LOOK_MS, looked.signal).catch(() => undefined);
    this.#first = Promise.race([this.#look(), late]).then(() => {
      looked.abort();
      this.#isReady = true;
    });
    this.#beating = this.#beat();
  }

  /** Resolves when calls may begin: see isReady. */
  async ready(signal: AbortSignal): Promise<void> {
    if (!this.#isReady && this.#first) await orAborted(this.#first, signal);
  }

  join(member: PaceMember): void {
    this.#members.push(member);
  }

  /** The wait that a call of `gate` has to spend because another process has met it; undefined when there is none. */
  waitOf(gate: string): OtherWait | undefined {
    const { openAt, reason = '', host } = this.#gates.get(gate) ?? { host: '' };
    if (openAt === undefined || this.#aheadMs === undefined || openAt === this.#written.get(gate))
      return undefined;
    const ms = openAt - this.#aheadMs - this.#options.clock.monotonic();
    return ms > 0 ? { ms, reason, host } : undefined;
  }

  /** Calls `onWait` for the wait of `method` that another process has met, once for each. */
  report(method: string, onWait: ((wait: Wait) => void) | undefined): void {
    const gate = gateOf(method);
    const other = this.waitOf(gate);
    const openAt = this.#gates.get(gate)?.openAt;
    if (!onWait || !other || this.#reported.get(gate) === openAt) return;
    this.#reported.set(gate, openAt);
    const { ms, reason, host } = other;
    onWait({
      method,
      reason,
      kind: reason.startsWith('FLOOD_PREMIUM') ? 'premium' : 'flood',
      askedSeconds: askedSecondsIn(reason),
      ms,
      until: this.#options.clock.now() + ms,
      attempt: 0,
      metOn: host,
    });
  }

  /** Until when a call of `gate` that this process repeats is held for other processes' calls, on the monotonic clock. */
  heldUntil(gate: string): number {
    return this.#held.get(gate) ?? Number.NEGATIVE_INFINITY;
  }

  hold(gate: string, until: number): void {
    this.#held.set(gate, until);
  }

  /** Notes a wait that this process has met; the others get to know of the ones that belong to the account. */
  met({ method, kind, reason, ms, metOn }: Wait): void {
    if (metOn !== undefined || (kind !== 'flood' && kind !== 'premium')) return;
    this.#met.set(gateOf(method), { until: this.#options.clock.monotonic() + ms, reason });
    this.shareSoon();
  }

  /** What is known of the turns of `gate`. */
  learnt(gate: string): string | undefined {
    return this.#gates.get(gate)?.learnt;
  }

  /** Reads what others have written, unless that was done less than `ms` milliseconds ago. Never fails. */
  async refresh(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#options.clock.monotonic() - this.#readAt < ms) return;
    await orAborted(this.#look(), signal);
  }

  /**
   * Changes a gate, and returns whether it did: false when nothing can be shared at present. `change` gets what is there
   * and the table's time; it is called again if somebody else was faster, and undefined changes nothing.
   */
  async change(
    gate: string,
    change: (row: SharedGate, now: number) => SharedGate | undefined,
    signal: AbortSignal = this.#stop.signal,
  ): Promise<boolean> {
    const accountId = this.#accountId;
    if (accountId === undefined) return false;
    const { table, clock, random, host } = this.#options;
    return this.#lane.run(async () => {
      try {
        await orAborted(table.prepare(), signal);
        for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
          await orAborted(this.#read(accountId), signal);
          const before = this.#gates.get(gate) ?? { gate, revision: 0, host };
          const after = change(before, clock.monotonic() + this.aheadMs);
          if (!after) return true;
          if (await orAborted(table.write(accountId, after), signal)) {
            this.#gates.set(gate, { ...after, revision: before.revision + 1 });
            return true;
          }
          await clock.sleep(random.float() * PAUSE_MS, signal);
        }
        return false;
      } catch (error) {
        signal.throwIfAborted();
        this.#trouble(error);
        return false;
      }
    }, signal);
  }

  /** Has news written now, and not with the next beat. */
  shareSoon(): void {
    if (this.#isSoon || this.#accountId === undefined || this.#stop.signal.aborted) return;
    this.#isSoon = true;
    queueMicrotask(() => {
      this.#isSoon = false;
      void this.#shareNews();
    });
  }

  /** Writes the last news, for at most two seconds. May be called more than once. */
  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const written = linkAbort();
    const late = this.#options.clock.sleep(LAST_NEWS_MS, written.signal).catch(() => undefined);
    await Promise.race([this.#shareNews(), late]);
    written.abort();
    this.#stop.abort(new Error('The command has ended.'));
    await this.#beating;
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stop;
    for (let beat = 1; !signal.aborted; beat += 1) {
      await this.#options.clock.sleep(BEAT_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const isHeard = beat % BEATS === 0 && this.#options.clock.monotonic() - this.#readAt >= BEAT_MS;
      // Where the table was out of reach, this finds out whether it still is.
      if (isHeard) await orAborted(this.#look(), signal).catch(() => undefined);
      if (!this.#isInTrouble) await this.#shareNews();
    }
  }

  async #shareNews(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (const member of this.#members) if (member.hasNews()) await member.share();
      for (const [gate, { until, reason }] of [...this.#met]) await this.#writeWait(gate, until, reason);
      for (const gate of [...this.#outdated]) {
        // Reading has taken the wait away. Left in the table, it would come back before its time is over.
        if (await this.change(gate, (row) => row)) this.#outdated.delete(gate);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #writeWait(gate: string, until: number, reason: string): Promise<void> {
    const { host, onWait } = this.#options;
    if (!this.#hasMet && this.#accountId !== undefined) {
      this.#hasMet = true;
      await onWait?.(this.#accountId);
    }
    const isShared = await this.change(gate, (row, now) => {
      // Whole milliseconds, as the table has them: it is recognised by them.
      const openAt = Math.ceil(until + this.aheadMs);
      if (openAt <= now || openAt <= (row.openAt ?? 0)) return undefined;
      this.#written.set(gate, openAt);
      return { ...row, openAt, reason, host };
    });
    if (isShared && this.#met.get(gate)?.until === until) this.#met.delete(gate);
  }

  /** Reads what others have written; what stands against it is only noted. */
  async #look(): Promise<void> {
    const accountId = this.#accountId;
    if (accountId === undefined) return;
    try {
      await this.#read(accountId);
    } catch (error) {
      this.#trouble(error);
    }
  }

  async #read(accountId: number): Promise<void> {
    const { table, clock } = this.#options;
    const heard = await table.read(accountId);
    this.#well();
    this.#readAt = clock.monotonic();
    if (!heard) return;
    // The table's time is at least as late by now: a wait never ends too soon.
    this.#aheadMs = heard.now - this.#readAt;
    for (const row of heard.rows) {
      const { openAt, reason, ...rest } = row;
      const isOutdated = isUnexplained(row, heard.now);
      this.#gates.set(row.gate, isOutdated ? rest : row);
      if (isOutdated) this.#outdated.add(row.gate);
    }
    for (const { onRead } of this.#members) onRead();
  }

  #trouble(error: unknown): void {
    if (!this.#isInTrouble && !this.#stop.signal.aborted) {
      this.#options.log.warn('pace_not_shared', { error: messageOf(error) });
    }
    this.#isInTrouble = true;
  }

  #well(): void {
    if (this.#isInTrouble) this.#options.log.info('pace_shared_again', {});
    this.#isInTrouble = false;
  }
}
