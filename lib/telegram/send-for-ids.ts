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
  | Api.messages.ForwardMessages
  | Api.messages.CreateForumTopic
  | Api.channels.CreateChannel;

export interface SendOnceOptions<T> {
  readonly signal: AbortSignal;
  /** Looks for the messages that the call may have posted; undefined when it has surely posted nothing so far. */
  readonly look: (signal: AbortSignal) => Promise<T | undefined>;
  readonly faults?: FaultOptions | undefined;
}

/**
 * Makes a call that posts one message per random_id, and returns their ids; undefined when Telegram doesn't report
 * them. See sendOnce.
 */
export async function sendForIds(
  client: PatientCaller & Timed,
  request: SendingRequest,
  randomIds: readonly bigint[],
  options: SendOnceOptions<readonly number[]>,
): Promise<readonly number[] | undefined> {
  const ids = await sendOnce(client, request, (updates) => sentIds(updates, randomIds), options);
  return ids?.length === randomIds.length ? ids : undefined;
}

/**
 * Makes a call that posts messages, and returns what `read` makes of its answer; undefined when Telegram says again and
 * again that it was made before. Waits as client.call does. A call that may have succeeded, because it got no answer or
 * RANDOM_ID_DUPLICATE (an earlier attempt is in progress or has succeeded), is looked for before each repeat, since
 * Telegram doesn't say how long it remembers a random_id. It is repeated under the same one, since the first attempt
 * may still be under way.
 */
export async function sendOnce<T>(
  client: PatientCaller & Timed,
  request: SendingRequest,
  read: (updates: Api.TypeUpdates) => T | undefined,
  { signal, look, faults }: SendOnceOptions<T>,
): Promise<T | undefined> {
  const { clock, patience } = client;
  let inDoubt = false;
  const attempt = async (whileTrying: AbortSignal): Promise<T | undefined> => {
    const found = inDoubt ? await look(whileTrying) : undefined;
    if (found !== undefined) return found;
    try {
      return read(await client.callOnce(request, { signal: whileTrying, dcId: undefined }));
    } catch (error) {
      inDoubt ||= classify(error).kind === 'transient' || isRepeat(error);
      throw error;
    }
  };
  for (let repeats = 0; repeats <= REPEATS; repeats += 1) {
    if (repeats > 0) await clock.sleep(PAUSE_MS, signal);
    try {
      return await patience.run(methodName(request), attempt, signal, faults);
    } catch (error) {
      if (!isRepeat(error)) throw error;
    }
  }
  return undefined;
}

function isRepeat(error: unknown): boolean {
  return error instanceof TelegramError && error.errorMessage === 'RANDOM_ID_DUPLICATE';
}
