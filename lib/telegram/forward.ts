import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { PatientCaller, Timed } from './caller.js';
import { toLong } from './long.js';
import { sendOnce } from './send-for-ids.js';
import { idsByRandomId } from './sent-ids.js';
import { GENERAL_TOPIC } from './topics.js';

/** Most messages of one call (TDLib: forwardMessages). */
export const MOST_FORWARDED = 100;

/** Messages to be forwarded by one call. */
export interface ForwardCall {
  readonly from: Api.TypeInputPeer;
  readonly to: Api.TypeInputPeer;
  /** A forum topic's root; General (1) or undefined: the chat itself. */
  readonly topicId?: number | undefined;
  /** Without a notification. */
  readonly silent: boolean;
  /** At most MOST_FORWARDED, in ascending order of their ids. */
  readonly messages: readonly { readonly id: number; readonly randomId: bigint }[];
}

/** Where the forwards are. */
export interface Forwarded {
  /** The target's ids, by random_id. Messages that aren't named here were not forwarded. */
  readonly ids: ReadonlyMap<bigint, number>;
  /** Telegram's answer has named them; otherwise they were found in the target, and some may be there unfound. */
  readonly isAnswer: boolean;
}

export interface ForwardOptions {
  readonly signal: AbortSignal;
  readonly faults?: FaultOptions | undefined;
  /**
   * Looks for the forwards of a call whose answer was lost, by random_id: empty when there are none. `areThere`: Telegram
   * has said that the call was made before.
   */
  readonly look: (areThere: boolean, signal: AbortSignal) => Promise<ReadonlyMap<bigint, number>>;
}

/**
 * Forwards messages with their author and date (messages.forwardMessages). Telegram leaves out messages that are gone.
 * A call whose answer is lost is looked for before it is repeated. Throws SENT_UNKNOWN when Telegram says that it was
 * made before, and nothing of it is in the target.
 */
export async function forwardMessages(
  client: PatientCaller & Timed,
  { from, to, topicId, silent, messages }: ForwardCall,
  { signal, faults, look }: ForwardOptions,
): Promise<Forwarded> {
  const request = new Api.messages.ForwardMessages({
    fromPeer: from,
    toPeer: to,
    id: messages.map(({ id }) => id),
    randomId: messages.map(({ randomId }) => toLong(randomId)),
    ...(silent && { silent }),
    ...(topicId !== undefined && topicId !== GENERAL_TOPIC && { topMsgId: topicId }),
  });
  const done = await sendOnce<Forwarded>(
    client,
    request,
    (updates) => ({ ids: idsByRandomId(updates), isAnswer: true }),
    {
      signal,
      faults,
      async look(whileSending) {
        const ids = await look(false, whileSending);
        return ids.size > 0 ? { ids, isAnswer: false } : undefined;
      },
    },
  );
  if (done && done.ids.size > 0) return done;
  const ids = await look(true, signal);
  if (ids.size > 0) return { ids, isAnswer: false };
  throw new FailedError(
    'SENT_UNKNOWN',
    'Telegram says that these messages were forwarded before, but they were not found in the target: look there.',
  );
}
