import { setMaxListeners } from 'node:events';

export interface ListenerCountingSignal {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Listeners on the signal now. */
  readonly listeners: number;
  /** How many were ever added to it. */
  readonly added: number;
}

/** A signal that counts its listeners, for tests that nothing is left behind. */
export function listenerCountingSignal(): ListenerCountingSignal {
  const controller = new AbortController();
  const { signal } = controller;
  setMaxListeners(0, signal);
  const held = new Set<unknown>();
  let added = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    held.add(args[1]);
    added += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    held.delete(args[1]);
    remove(...args);
  };
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    get listeners() {
      return held.size;
    },
    get added() {
      return added;
    },
  };
}
