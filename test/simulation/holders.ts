import { systemClock } from '../../lib/base/clock.js';
import type { AuthKey } from '../../lib/sandbox/rpc.js';

/** Requests that change a chat: the machine that has the job may make them, and no other. */
const CHANGES =
  /^(?:messages\.(?:Send(?:Message|Media|MultiMedia)|ForwardMessages|EditMessage|DeleteMessages|UpdatePinnedMessage)|(?:messages|channels)\.(?:Create|Edit)ForumTopic)$/;

/** How long a machine's own word may be under way, in milliseconds: its requests go another way. */
const WORD_MS = 300;

/** Who has which job, by the machines' own word, and whether anybody else has changed something. */
export class Holders {
  readonly #keys: readonly Buffer[];
  readonly #holders = new Map<number, number>();
  readonly #checks: Promise<void>[] = [];
  readonly #intruders: string[] = [];
  readonly #note: (what: string) => void;

  constructor(keys: readonly Buffer[], note: (what: string) => void) {
    this.#keys = keys;
    this.#note = note;
  }

  /** By the key that made a request; undefined for one of another DC. */
  machineOf({ key }: AuthKey): number | undefined {
    const found = this.#keys.findIndex((each) => each.equals(key));
    return found < 0 ? undefined : found;
  }

  holds(machine: number, job: number): void {
    const before = this.#holders.get(job);
    if (before !== undefined && before !== machine) this.#note('taken over');
    this.#holders.set(job, machine);
  }

  ended(machine: number): void {
    for (const [job, holder] of this.#holders) if (holder === machine) this.#holders.delete(job);
  }

  /** A machine has made a request. */
  asked(machine: number, method: string): void {
    if (!CHANGES.test(method) || this.#isHolder(machine)) return;
    const at = new Date().toISOString();
    this.#checks.push(
      systemClock.sleep(WORD_MS).then(() => {
        if (!this.#isHolder(machine)) this.#intruders.push(`${at} host-${machine} ${method}`);
      }),
    );
  }

  /** Throws if a machine that had no job, or had lost it, has changed something. */
  async assertAlone(): Promise<void> {
    await Promise.all(this.#checks);
    if (this.#intruders.length === 0) return;
    throw new Error(`A machine went on without its job: ${this.#intruders.join(', ')}.`);
  }

  #isHolder(machine: number): boolean {
    return [...this.#holders.values()].includes(machine);
  }
}
