import type { Api } from 'telegram/tl/index.js';
import type { FaultOptions } from '../base/fault-options.js';
import { classify } from '../refusals/classify.js';
import { methodName, TelegramError } from '../refusals/telegram-error.js';
import type { PatientCaller, Timed } from './caller.js';
import { sentIds } from './sent-ids.js';

/** How often a call that was refused as RANDOM_ID_DUPLICATE is repeated, and after how long. */
const REPEATS = 2;
const PAUSE_MS = 1_000;
/**
 * How long a repeat is trusted to be recognised by its random_id, in milliseconds. Telegram doesn't say how long it
 * remembers one; a call that may have succeeded longer ago is looked for before it is repeated.
 */
const TRUSTED_MS = 10_000;

type SendingRequest =
  | Api.messages.SendMessage
  | Api.messages.SendMedia
  | Api.messages.SendMultiMedia
  | Api.messages.CreateForumTopic;

export interface SendForIdsOptions {
  readonly signal: AbortSignal;
  /** Looks for the messages that the call may have posted: their ids, or undefined. */
  readonly look: (signal: AbortSignal) => Promise<readonly number[] | undefined>;
  readonly faults?: FaultOptions | undefined;
}

/**
 * Makes a call that posts one message per random_id, and returns their ids; undefined when Telegram doesn't report
 * them. Waits as client.call does. A call that may have succeeded, because it got no answer, is repeated under the same
 * random_id; if that was longer than TRUSTED_MS ago, `look` comes first. RANDOM_ID_DUPLICATE says that an earlier
 * attempt at this call is in progress or has succeeded: a repeat then returns the first one's messages as soon as they
 * exist.
 */
export async function sendForIds(
  client: PatientCaller & Timed,
  request: SendingRequest,
  randomIds: readonly bigint[],
  { signal, look, faults }: SendForIdsOptions,
): Promise<readonly number[] | undefined> {
  const { clock, patience } = client;
  let doubtfulSince = Number.POSITIVE_INFINITY;
  const attempt = async (whileTrying: AbortSignal): Promise<readonly number[]> => {
    if (clock.monotonic() - doubtfulSince > TRUSTED_MS) {
      const found = await look(whileTrying);
      if (found) return found;
      doubtfulSince = Number.POSITIVE_INFINITY;
    }
    const began = clock.monotonic();
    try {
      return sentIds(await client.callOnce(request, { signal: whileTrying, dcId: undefined }), randomIds);
    } catch (error) {
      if (classify(error).kind === 'transient') doubtfulSince = Math.min(doubtfulSince, began);
      throw error;
    }
  };
  for (let repeats = 0; repeats <= REPEATS; repeats += 1) {
    if (repeats > 0) await clock.sleep(PAUSE_MS, signal);
    try {
      const ids = await patience.run(methodName(request), attempt, signal, faults);
      return ids.length === randomIds.length ? ids : undefined;
    } catch (error) {
      if (!(error instanceof TelegramError && error.errorMessage === 'RANDOM_ID_DUPLICATE')) throw error;
    }
  }
  return undefined;
}
