import type { Api } from 'telegram';
import type { TelepiClient } from './client.js';
import type { CallOptions } from './client-options.js';
import { sentIds } from './sent-ids.js';
import { TelegramError } from './telegram-error.js';

/** How often a call that was refused as RANDOM_ID_DUPLICATE is repeated, and after how long. */
const REPEATS = 2;
const PAUSE_MS = 1_000;

type SendingRequest =
  | Api.messages.SendMessage
  | Api.messages.SendMedia
  | Api.messages.SendMultiMedia
  | Api.messages.CreateForumTopic;

/**
 * Makes a call that posts one message per random_id, and answers their ids; undefined when Telegram doesn't tell them.
 * RANDOM_ID_DUPLICATE says that an earlier attempt at this call is being done, or has been: a repeat of it answers with
 * the first one's messages as soon as that is through.
 */
export async function sendForIds(
  client: TelepiClient,
  request: SendingRequest,
  randomIds: readonly bigint[],
  options: CallOptions,
): Promise<number[] | undefined> {
  for (let repeats = 0; repeats <= REPEATS; repeats += 1) {
    if (repeats > 0) await client.clock.sleep(PAUSE_MS, options.signal);
    try {
      const ids = sentIds(await client.call(request, options), randomIds);
      return ids.length === randomIds.length ? ids : undefined;
    } catch (error) {
      if (!(error instanceof TelegramError && error.errorMessage === 'RANDOM_ID_DUPLICATE')) throw error;
    }
  }
  return undefined;
}
