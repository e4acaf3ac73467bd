import type { Api } from 'telegram/tl/index.js';
import type { FaultOptions } from '../base/fault-options.js';
import { classify } from '../refusals/classify.js';
import { methodName, TelegramError } from '../refusals/telegram-error.js';
import type { PatientCaller, Timed } from './caller.js';
import { sentIds } from './sent-ids.js';

/** How often a call that was refused as RANDOM_ID_DUPLICATE is repeated, and after how long. */
const REPEATS = 2;
const PAUSE_MS = 1_000;

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
 * them. Waits as client.call does. A call that may have succeeded, because it got no answer or RANDOM_ID_DUPLICATE (an
 * earlier attempt is in progress or has succeeded), is looked for before each repeat, since Telegram doesn't say how
 * long it remembers a random_id. It is repeated under the same one, since the first attempt may still be under way.
 */
export async function sendForIds(
  client: PatientCaller & Timed,
  request: SendingRequest,
  randomIds: readonly bigint[],
  { signal, look, faults }: SendForIdsOptions,
): Promise<readonly number[] | undefined> {
  const { clock, patience } = client;
  let inDoubt = false;
  const attempt = async (whileTrying: AbortSignal): Promise<readonly number[]> => {
    const found = inDoubt ? await look(whileTrying) : undefined;
    if (found) return found;
    try {
      return sentIds(await client.callOnce(request, { signal: whileTrying, dcId: undefined }), randomIds);
    } catch (error) {
      inDoubt ||= classify(error).kind === 'transient' || isRepeat(error);
      throw error;
    }
  };
  for (let repeats = 0; repeats <= REPEATS; repeats += 1) {
    if (repeats > 0) await clock.sleep(PAUSE_MS, signal);
    try {
      const ids = await patience.run(methodName(request), attempt, signal, faults);
      return ids.length === randomIds.length ? ids : undefined;
    } catch (error) {
      if (!isRepeat(error)) throw error;
    }
  }
  return undefined;
}

function isRepeat(error: unknown): boolean {
  return error instanceof TelegramError && error.errorMessage === 'RANDOM_ID_DUPLICATE';
}
