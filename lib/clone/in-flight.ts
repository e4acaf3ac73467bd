import type { Clock } from '../base/clock.js';

/** How long a stopped run waits for a send that is under way. */
export const IN_FLIGHT_MS = 3_000;

interface InFlightOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether the call isn't in flight but waiting, for example for the end of a flood. */
  readonly client: { readonly isWaiting: boolean };
}

/**
 * Runs a call that shouldn't be left in doubt: when the run's signal aborts, the call has IN_FLIGHT_MS to finish. A
 * call that hasn't finished by then, or that only waits, is given up and rejects with the signal's reason; its
 * random_id makes a repeat harmless.
 */
export async function finishInFlight<T>(
  { signal, clock, client }: InFlightOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const given = new AbortController();
  const ended = new AbortController();
  const onAbort = (): void => {
    clock.sleep(client.isWaiting ? 0 : IN_FLIGHT_MS, ended.signal).then(
      () => given.abort(signal.reason),
      () => {},
    );
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await call(given.signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended.abort();
  }
}
