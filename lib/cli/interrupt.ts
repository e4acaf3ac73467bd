import { InterruptedError, STOP_SIGNALS, type StopSignal } from '../base/errors.js';

/** Turns the user's signals into an AbortSignal. */
export interface Interrupt {
  /** Aborts with an InterruptedError at the first SIGHUP, SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Removes the listeners from the process. */
  release(): void;
}

/**
 * The first signal asks the work to end cleanly and calls `onFirst`; the second ends the process at once, with the
 * status of that signal.
 */
export function watchInterrupts(onFirst: (signal: StopSignal) => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: StopSignal): void => {
    if (controller.signal.aborted) process.exit(STOP_SIGNALS[signal]);
    controller.abort(new InterruptedError(signal));
    onFirst(signal);
  };
  const signals = Object.keys(STOP_SIGNALS) as readonly StopSignal[];
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
