import type { Clock } from '../../base/clock.js';
import type { TelepiError } from '../../base/errors.js';

/** A time during which the database server was out of reach, or could not be written. */
export interface Outage {
  /** What people call the database, as the beginning of a sentence. */
  readonly name: string;
  /** Why it can't be reached or written: a clause. */
  readonly reason: string;
  /** What is wrong, and what to do where that isn't to start the server: a sentence's rest that begins with the name. */
  readonly trouble: string;
}

/** The outage that an error of the server says. */
export function outageOf({ fields }: TelepiError): Outage {
  const { name = '', reason = '', trouble = `is out of reach, ${reason}` } = fields as Partial<Outage>;
  return { name, reason, trouble };
}

/** Whether to wait for a server that is out of reach, and what is called when that begins and ends. */
export interface Patience {
  readonly clock: Clock;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  onOutage?(outage: Outage): void;
  onBack?(outage: Pick<Outage, 'name'> & { readonly ms: number }): void;
}

/** How long the first pause between two attempts is, and the longest, in milliseconds. */
export const FIRST_MS = 500;
export const LONGEST_MS = 15_000;

/** One outage after another: waits between attempts, each time longer, and reports each outage once. */
export class OutageWatch {
  readonly #patience: Patience | undefined;
  #outage: (Outage & { readonly since: number }) | undefined;
  #pause = FIRST_MS;

  /** Without patience, the first error counts. */
  constructor(patience: Patience | undefined) {
    this.#patience = patience;
  }

  /** Whether it waits at all. */
  get isPatient(): boolean {
    return this.#patience?.signal.aborted === false;
  }

  /** Waits for the next attempt. @throws the error without patience; the signal's reason when it aborts */
  async wait(error: TelepiError): Promise<void> {
    const patience = this.#patience;
    if (!patience || patience.signal.aborted) throw error;
    if (!this.#outage) {
      this.#outage = { ...outageOf(error), since: patience.clock.monotonic() };
      patience.onOutage?.(this.#outage);
    }
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, LONGEST_MS);
    await patience.clock.sleep(pause, patience.signal);
  }

  /** The server has answered. */
  back(): void {
    if (!this.#outage || !this.#patience) return;
    const { name, since } = this.#outage;
    this.#outage = undefined;
    this.#pause = FIRST_MS;
    this.#patience.onBack?.({ name, ms: this.#patience.clock.monotonic() - since });
  }
}
