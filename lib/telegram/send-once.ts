import type { Api } from 'telegram';
import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import { RequestState } from 'telegram/network/RequestState.js';
import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { methodName, timedOut } from '../refusals/telegram-error.js';
import { MeasuredSocket } from './socket.js';

/** A connection lent for one request. */
export interface Line {
  readonly sender: MTProtoSender;
  /** Closes the connection: what else is under way on it fails as CONNECTION_LOST. */
  drop(): void;
  release(): void;
}

export interface SendLimits {
  /** A connection over which no byte moves for so long while an answer is due is dead. Milliseconds. */
  readonly stallMs: number;
  /** An answer that takes longer than this is not coming. Milliseconds. */
  readonly totalMs: number;
}

export interface SendOnceOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly limits: SendLimits;
}

/**
 * Sends one request over one connection and waits for its answer. Rejects as the library does, with TIMEOUT after the
 * limits, or with the signal's reason at once; then the library forgets the request too, and an answer that comes
 * nonetheless is dropped unread.
 */
export async function sendOnce<R extends Api.AnyRequest>(
  line: Line,
  request: R,
  { signal, clock, limits }: SendOnceOptions,
): Promise<R['__response']> {
  const state = new RequestState(request);
  const watch = linkAbort(signal);
  const answer = state.promise as Promise<R['__response']>;
  line.sender.addStateToQueue(state);
  try {
    const overdue = watchStall(line, clock, limits, watch.signal).then(() => {
      line.drop();
      throw timedOut(methodName(request));
    });
    overdue.catch(() => {});
    return await Promise.race([orAborted(answer, watch.signal), overdue]);
  } finally {
    watch.abort();
    watch.release();
    state.finished.resolve(undefined);
    forget(line.sender, state);
    line.release();
  }
}

/** Resolves when the answer is overdue; rejects when `signal` aborts. */
async function watchStall(line: Line, clock: Clock, limits: SendLimits, signal: AbortSignal): Promise<void> {
  const start = clock.monotonic();
  for (;;) {
    const before = bytesMoved(line.sender);
    const left = limits.totalMs - (clock.monotonic() - start);
    await clock.sleep(Math.min(limits.stallMs, left), signal);
    const done = clock.monotonic() - start >= limits.totalMs;
    if (done || bytesMoved(line.sender) === before) return;
  }
}

function bytesMoved(sender: MTProtoSender): number {
  const socket = sender._connection?.socket;
  return socket instanceof MeasuredSocket ? socket.bytesMoved : 0;
}

/** Takes the request off the sender's queue and off its list of answers due. */
function forget(sender: MTProtoSender, state: RequestState): void {
  const queue: unknown = Reflect.get(sender, '_queued');
  if (Array.isArray(queue)) {
    const index = queue.indexOf(state);
    if (index >= 0) queue.splice(index, 1);
  }
  if (state.msgId && sender._pendingState.get(state.msgId) === state)
    sender._pendingState.delete(state.msgId);
}
