import type { Clock } from '../../lib/base/clock.js';
import type { PaceTable, SharedGate } from '../../lib/pace/pace-table.js';

/** A PaceTable whose reads and writes take some time, which several may do at once, and which may be out of reach. */
export class PaceInMemory implements PaceTable {
  /** Set: every call fails with it. */
  fault: Error | undefined;
  writes = 0;
  readonly #clock: Clock;
  readonly #wayMs: number;
  readonly #rows = new Map<string, SharedGate>();
  #isPrepared = false;

  /** `wayMs`: how long a call takes to the table, and back. */
  constructor(clock: Clock, wayMs = 0) {
    this.#clock = clock;
    this.#wayMs = wayMs;
  }

  async prepare(): Promise<void> {
    await this.#way();
    this.#isPrepared = true;
  }

  async read(accountId: number): ReturnType<PaceTable['read']> {
    await this.#way();
    const rows = [...this.#rows].filter(([key]) => key.startsWith(`${accountId} `)).map(([, row]) => row);
    const answer = this.#isPrepared ? { now: this.#clock.now(), rows } : undefined;
    await this.#way();
    return answer;
  }

  async write(accountId: number, row: SharedGate): Promise<boolean> {
    await this.#way();
    const key = `${accountId} ${row.gate}`;
    const isSame = (this.#rows.get(key)?.revision ?? 0) === row.revision;
    if (isSame) {
      this.writes += 1;
      this.#rows.set(key, { ...row, revision: row.revision + 1 });
    }
    await this.#way();
    return isSame;
  }

  async #way(): Promise<void> {
    if (this.fault) throw this.fault;
    if (this.#wayMs > 0) await this.#clock.sleep(this.#wayMs);
  }
}
