import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import type { MTProtoState } from 'telegram/network/MTProtoState.js';
import { type Long, toLong } from './long.js';

/** The library makes ids of whole milliseconds, with room for a million others between two of them. */
const IDS_IN_A_MILLISECOND = 1_000_000;

/**
 * Gives each message of a connection an id of its own. The library makes ids of the time alone, and forgets the last
 * one when the server corrects its clock (bad_msg_notification): an id of the same millisecond can come again then,
 * and the server repeats what it answered to it before. A counter below the millisecond tells them apart.
 */
export function keepMessageIdsApart(sender: MTProtoSender): void {
  const state = Reflect.get(sender, '_state') as MTProtoState;
  const next = state._getNewMsgId.bind(state);
  let count = 0;
  state._getNewMsgId = (): Long => {
    const last = Reflect.get(state, '_lastMsgId') as Long;
    const made = next();
    count = (count + 1) % IDS_IN_A_MILLISECOND;
    // One more than the last is no id of this millisecond: the clock stands still or is behind.
    const id = made.equals(last.add(toLong(4))) ? made : made.add(toLong(4 * count));
    Reflect.set(state, '_lastMsgId', id);
    return id;
  };
}
