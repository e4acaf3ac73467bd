import type { FaultOptions } from '../base/fault-options.js';
import { GIVE_UP_AFTER_MS, givenUp } from '../pace/patience.js';
import { isServerFault } from '../refusals/classify.js';
import { NoAnswerError } from '../refusals/telegram-error.js';
import { isAboutMedia } from './concessions.js';
import { LoneFault } from './lone-fault.js';
import { type Probe, servesOthers } from './probe.js';
import type { Run } from './run.js';

/**
 * How long a call may meet nothing but faults before each look into the cause, in milliseconds. At the last one every
 * call is given up.
 */
const LOOKS_AT_MS = [60_000, 180_000, GIVE_UP_AFTER_MS] as const;
/** A call that concerns only some messages. */
export interface OwnCall<T> {
  readonly sourceIds: readonly number[];
  /** Shown to the user: `messages.sendMedia`. When the call consists of several, the one that is in trouble. */
  readonly method: string;
  /** The call for something else that shows whether only these messages have trouble. */
  readonly probe: Probe;
  /** Whether the probe takes exactly the same way, so that it proves that the server can do what this call asks. */
  readonly isExact: boolean;
  readonly make: (options: FaultOptions) => Promise<T>;
  /**
   * Whether a file that it refers to may have been used up by a call whose outcome isn't known, or may have expired.
   */
  readonly isDoubtful: () => boolean;
  /**
   * Switches to other handles for its files; false when the current ones are as fresh as they can be. `isUsed`: the
   * server not only had trouble with them but may have used them up.
   */
  readonly replace: (isUsed: boolean) => Promise<boolean>;
  /** Looks for the effect of an attempt that got no answer, or a 500. */
  readonly find?: () => Promise<T | undefined>;
}

export type FaultRun = Pick<Run, 'client' | 'target' | 'clock' | 'random' | 'signal' | 'lone' | 'log'>;

/**
 * Makes a call for some messages, and distinguishes trouble with them from trouble of the server.
 *
 * A file that may have been used up or may have expired is replaced as soon as it is refused. When a call has met
 * nothing but 500s for a minute, and again after three and ten, a probe is made: a call of the same kind for something
 * else. If the probe is answered well, the call's files are replaced; if there are none to replace and the very next
 * attempt gets a 500 again, the call fails with a LoneFault. When the probe is not exactly the same (a call that
 * posts nothing can't be), this takes the full ten minutes, and at most three messages in a row may fail this way. If the
 * probe fails too, the trouble is the server's: the call waits for ten minutes, and the trouble then ends the run as
 * usual.
 */
export async function throughFaults<T>(run: FaultRun, call: OwnCall<T>): Promise<T> {
  for (;;) {
    const end = await attempts(run, call);
    if (end !== 'replaced') return end.value;
  }
}

type End<T> = 'replaced' | { readonly value: T };

/** Repeats the call until it succeeds or its files have been replaced. */
async function attempts<T>(run: FaultRun, call: OwnCall<T>): Promise<End<T>> {
  const { signal, log } = run;
  const isDoubtful = call.isDoubtful();
  const met: Met = { lost: false, any: isDoubtful, forMs: 0 };
  let atOnce = isDoubtful;
  let spentMs = 0;
  for (let looks = 0; ; ) {
    const lookAtMs = LOOKS_AT_MS[looks] ?? GIVE_UP_AFTER_MS;
    const tried = await attempt(call, atOnce ? 0 : lookAtMs - spentMs, met, signal);
    if ('value' in tried) return tried;
    const { error } = tried;
    const isFault = isServerFault(error);
    if (!isFault && !(met.any && isAboutMedia(error))) throw error;
    const found = await call.find?.();
    if (found !== undefined) return { value: found };
    const serves = !isFault || (await servesOthers(run, call.probe));
    log.info('fault_examined', { method: call.method, sourceIds: call.sourceIds, isFault, serves });
    if (serves && (await call.replace(isDoubtful || met.lost))) return 'replaced';
    if (!isFault) throw error;
    atOnce = false;
    spentMs += met.forMs;
    // The fault came early, after an attempt that got no answer.
    if (spentMs < lookAtMs) continue;
    looks += 1;
    const isLastLook = looks >= LOOKS_AT_MS.length;
    if (serves && mayBeAlone(run, call, isLastLook)) return { value: await lastAttempt(call, met, signal) };
    if (isLastLook) throw givenUp(call.method, error, 1, 1);
  }
}

/** The faults that a call has met. */
interface Met {
  /** An attempt got no answer. */
  lost: boolean;
  any: boolean;
  /** For how long the latest attempts have met nothing but faults. */
  forMs: number;
}

async function attempt<T>(
  call: OwnCall<T>,
  answersMs: number,
  met: Met,
  signal: AbortSignal,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  const onFault = (error: unknown, forMs: number): void => {
    met.any = true;
    met.forMs = forMs;
    met.lost ||= error instanceof NoAnswerError;
  };
  try {
    return { value: await call.make({ answersMs, onFault }) };
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}

/** Runs right after another call was answered well. */
async function lastAttempt<T>(call: OwnCall<T>, met: Met, signal: AbortSignal): Promise<T> {
  const tried = await attempt(call, 0, met, signal);
  if ('value' in tried) return tried.value;
  if (!isServerFault(tried.error)) throw tried.error;
  const found = await call.find?.();
  if (found !== undefined) return found;
  throw new LoneFault(call, tried.error);
}

/** When the probe is not quite the same as the call, this takes longer, and only a few messages may fail this way. */
function mayBeAlone({ lone }: FaultRun, { probe, isExact }: OwnCall<unknown>, isLastLook: boolean): boolean {
  return isExact || (isLastLook && lone.take(probe === 'text' ? 'text' : 'file'));
}
