import type { FaultOptions } from '../base/fault-options.js';
import { GIVE_UP_AFTER_MS, givenUp } from '../pace/patience.js';
import { isServerFault } from '../refusals/classify.js';
import { ruleFor } from '../refusals/table.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import { LoneFault } from './lone-fault.js';
import { type Probe, servesOthers } from './probe.js';
import type { Run } from './run.js';

/**
 * How long a call has met nothing but faults when it is looked into, and looked into again, in milliseconds. The last is
 * when every call is given up.
 */
const LOOKS_AT_MS = [60_000, 180_000, GIVE_UP_AFTER_MS] as const;
/** A call that concerns some messages alone. */
export interface OwnCall<T> {
  readonly sourceIds: readonly number[];
  /** For the user: `messages.sendMedia`. The one that is in trouble, where it makes several. */
  readonly method: string;
  /** What is asked for something else, to see whether only these messages have trouble. */
  readonly probe: Probe;
  /** Whether the probe goes the very same way, so that it proves that the server does what is asked here. */
  readonly isExact: boolean;
  readonly make: (options: FaultOptions) => Promise<T>;
  /** Whether a file that it names may have been used up, or run out: by a call whose end isn't known, or since it. */
  readonly isDoubtful: () => boolean;
  /**
   * Names its files by other handles from now on; false where these are as fresh as they can be. `isUsed`: not only has
   * the server had trouble with them, but it may have used them up.
   */
  readonly replace: (isUsed: boolean) => Promise<boolean>;
  /** What an attempt has done that got no answer, or a 500. */
  readonly find?: () => Promise<T | undefined>;
}

export type FaultRun = Pick<Run, 'client' | 'target' | 'clock' | 'random' | 'signal' | 'lone' | 'log'>;

/**
 * Makes a call for some messages, and distinguishes trouble with them from trouble of the server.
 *
 * A file that may have been used up or run out is replaced as soon as it is refused. A call that is answered with
 * nothing but 500s is looked into after a minute, three, and ten: when a probe, a call of the same kind for something
 * else, is answered well, its files are replaced; when there are none to replace and the very next attempt is answered
 * with a 500 again, it fails with a LoneFault. Where the probe is not exactly the same (nothing that posts nothing is)
 * that takes the ten minutes, and at most three messages in a row fail so. Where the probe fails too, it is the server's
 * trouble, which the call waits out for ten minutes, and which then ends the run as usual.
 */
export async function throughFaults<T>(run: FaultRun, call: OwnCall<T>): Promise<T> {
  for (;;) {
    const end = await attempts(run, call);
    if (end !== 'replaced') return end.value;
  }
}

type End<T> = 'replaced' | { readonly value: T };

/** Until the call has succeeded, or its files have been replaced. */
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
    log.info('fault_looked_into', { method: call.method, sourceIds: call.sourceIds, isFault, serves });
    if (serves && (await call.replace(isDoubtful || met.lost))) return 'replaced';
    if (!isFault) throw error;
    atOnce = false;
    spentMs += met.forMs;
    // It came early, behind an attempt without an answer.
    if (spentMs < lookAtMs) continue;
    looks += 1;
    const isLastLook = looks >= LOOKS_AT_MS.length;
    if (serves && mayBeAlone(run, call, isLastLook)) return { value: await lastAttempt(call, met, signal) };
    if (isLastLook) throw givenUp(call.method, error, 1, 1);
  }
}

/** What a call has met. */
interface Met {
  /** An attempt that got no answer. */
  lost: boolean;
  any: boolean;
  /** How long its last attempts met nothing but faults. */
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

/** Right after another call was answered well. */
async function lastAttempt<T>(call: OwnCall<T>, met: Met, signal: AbortSignal): Promise<T> {
  const tried = await attempt(call, 0, met, signal);
  if ('value' in tried) return tried.value;
  if (!isServerFault(tried.error)) throw tried.error;
  const found = await call.find?.();
  if (found !== undefined) return found;
  throw new LoneFault(call, tried.error);
}

/** What a server says of an upload or a file that it doesn't know any more. */
function isAboutMedia(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  const { on, action } = ruleFor(error.errorMessage, error.rpcCode);
  return on === 'media' && action === 'message';
}

/** Where the probe is not quite the same as the call, it takes longer, and not many may fail so. */
function mayBeAlone({ lone }: FaultRun, { probe, isExact }: OwnCall<unknown>, isLastLook: boolean): boolean {
  return isExact || (isLastLook && lone.take(probe === 'text' ? 'text' : 'file'));
}
