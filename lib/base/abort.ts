import { setMaxListeners } from 'node:events';

/**
 * A controller that aborts when `parent` does. Unlike AbortSignal.any it can be released: `release` removes its
 * listener from the parent, so that a signal that lives for days gathers no listeners. Its signal may have any number of
 * listeners at once: every request under way has one.
 */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  release(): void;
}

export function linkAbort(parent?: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const forward = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) forward();
  else parent?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => parent?.removeEventListener('abort', forward),
  };
}

/**
 * Settles as `promise` does, or rejects with the signal's reason as soon as `signal` aborts. The work behind the
 * promise continues; its later rejection is caught, so that it never counts as unhandled.
 */
export function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
