import { ExitStatus, InterruptedError } from '../base/errors.js';

/** Turns the user's signals into an AbortSignal. */
export interface Interrupt {
  /** Aborts with an InterruptedError at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Takes the listeners off the process. */
  release(): void;
}

/**
 * The first signal asks the work to end cleanly and calls `onFirst`; the second ends the process at once, with the
 * status of that signal.
 */
export function watchInterrupts(onFirst: (error: InterruptedError) => void): Interrupt {
  const controller = new AbortController();
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (controller.signal.aborted) {
      process.exit(signal === 'SIGINT' ? ExitStatus.interrupted : ExitStatus.terminated);
    }
    const error = new InterruptedError(signal);
    controller.abort(error);
    onFirst(error);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
