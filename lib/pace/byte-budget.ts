import { orAborted } from '../base/abort.js';
import { FailedError, UsageError } from '../base/errors.js';

/** One transfer's share of a ByteBudget. Whoever takes a lease closes it. */
export interface ByteLease {
  /** Bytes held through this lease. */
  readonly heldBytes: number;
  /**
   * Resolves when `bytes` more are held. Waiters over all leases are served first come, first served. Rejects with the
   * signal's reason, holding nothing, when `signal` aborts first; with a UsageError when `bytes` is more than the whole
   * budget, because no wait would change that; with a FailedError when the lease is or gets closed.
   */
  acquire(bytes: number, signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when at most `bytes` are held through this lease. Rejects with the signal's reason when `signal` aborts
   * first; with a FailedError when the lease is or gets closed.
   */
  heldAtMost(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Gives `bytes` back. Does nothing after `close`, which gave everything back. */
  release(bytes: number): void;
  /** Gives everything back and rejects this lease's waiters. May be called more than once. */
  close(): void;
}

/**
 * Every byte that the process holds for files: requested, arrived, queued, being sent. One budget covers all transfers
 * at once and is never exceeded.
 */
export class ByteBudget {
  readonly limitBytes: number;
  #heldBytes = 0;
  #peakBytes = 0;
  readonly #waiters = new Set<Waiter>();

  /** `limitBytes`: a whole number of bytes, at least 1. */
  constructor(limitBytes: number) {
    if (!Number.isSafeInteger(limitBytes) || limitBytes < 1) {
      throw new RangeError(`A byte budget needs a whole number of bytes above 0, not ${limitBytes}.`);
    }
    this.limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** The most that was ever held at once. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** How many acquires are waiting. */
  get waiting(): number {
    return this.#waiters.size;
  }

  lease(): ByteLease {
    return new Lease({
      take: (bytes, signal) => this.#take(bytes, signal),
      giveBack: (bytes) => this.#giveBack(bytes),
    });
  }

  /** Undefined when the bytes were free at once. */
  #take(bytes: number, signal: AbortSignal | undefined): PendingTake | undefined {
    if (bytes > this.limitBytes) throw tooSmall(this.limitBytes, bytes);
    if (this.#waiters.size === 0 && this.#heldBytes + bytes <= this.limitBytes) {
      this.#hold(bytes);
      return undefined;
    }
    let refuse: (reason: unknown) => void = () => {};
    const granted = new Promise<void>((resolve, reject) => {
      const onAbort = (): void => refuse(signal?.reason);
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        bytes,
        grant: () => {
          leave();
          resolve();
        },
      };
      refuse = (reason) => {
        if (!this.#waiters.delete(waiter)) return;
        leave();
        reject(reason);
        this.#serve();
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    return { granted, refuse };
  }

  #giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#serve();
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#heldBytes);
  }

  /** Serves waiters in order, and stops at the first that must wait: small ones never starve a big one. */
  #serve(): void {
    for (const waiter of this.#waiters) {
      if (this.#heldBytes + waiter.bytes > this.limitBytes) return;
      this.#waiters.delete(waiter);
      this.#hold(waiter.bytes);
      waiter.grant();
    }
  }
}

interface Waiter {
  readonly bytes: number;
  grant(): void;
}

interface PendingTake {
  readonly granted: Promise<void>;
  /** Does nothing once granted. */
  refuse(reason: unknown): void;
}

interface BudgetDoor {
  take(bytes: number, signal: AbortSignal | undefined): PendingTake | undefined;
  giveBack(bytes: number): void;
}

class Lease implements ByteLease {
  readonly #budget: BudgetDoor;
  readonly #pending = new Set<PendingTake>();
  readonly #onRelease = new Set<() => void>();
  #heldBytes = 0;
  #closed = false;

  constructor(budget: BudgetDoor) {
    this.#budget = budget;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  async acquire(bytes: number, signal?: AbortSignal): Promise<void> {
    requireByteCount(bytes);
    signal?.throwIfAborted();
    if (this.#closed) throw leaseClosed();
    const pending = this.#budget.take(bytes, signal);
    if (pending) {
      this.#pending.add(pending);
      try {
        await pending.granted;
      } finally {
        this.#pending.delete(pending);
      }
      this.#requireStillWanted(bytes, signal);
    }
    this.#heldBytes += bytes;
  }

  async heldAtMost(bytes: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#closed) throw leaseClosed();
      if (this.#heldBytes <= bytes) return;
      const released = new Promise<void>((resolve) => this.#onRelease.add(resolve));
      await orAborted(released, signal);
    }
  }

  release(bytes: number): void {
    requireByteCount(bytes);
    if (this.#closed) return;
    if (bytes > this.#heldBytes) {
      throw new RangeError(`A lease that holds ${this.#heldBytes} bytes can't give ${bytes} back.`);
    }
    this.#heldBytes -= bytes;
    this.#budget.giveBack(bytes);
    this.#wake();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending) pending.refuse(leaseClosed());
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    this.#budget.giveBack(bytes);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#onRelease) wake();
    this.#onRelease.clear();
  }

  /** Between the grant and the waiter's next step, the lease may have been closed or the signal have aborted. */
  #requireStillWanted(bytes: number, signal: AbortSignal | undefined): void {
    if (!this.#closed && !signal?.aborted) return;
    this.#budget.giveBack(bytes);
    signal?.throwIfAborted();
    throw leaseClosed();
  }
}

function requireByteCount(bytes: number): void {
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new RangeError(`A lease needs a whole number of bytes, 0 or more, not ${bytes}.`);
  }
}

function tooSmall(limitBytes: number, bytes: number): UsageError {
  return new UsageError(
    'BUDGET_TOO_SMALL',
    `The byte budget of ${limitBytes} bytes is too small for one part of ${bytes} bytes: raise BUFFER_MB.`,
    { fields: { limitBytes, bytes } },
  );
}

function leaseClosed(): FailedError {
  return new FailedError('LEASE_CLOSED', 'The transfer has ended, and accepts no more bytes.');
}
