import { Api } from 'telegram/tl/index.js';
import type { Caller, CallOptions } from './caller.js';
import type { Chat } from './chat.js';
import { toInputChannel } from './history.js';

/** The most messages that one call deletes. */
export const DELETE_AT_ONCE = 100;

export interface DeleteOptions extends Pick<CallOptions, 'signal' | 'faults'> {
  readonly forEveryone: boolean;
}

/**
 * Deletes messages of a chat, at most DELETE_AT_ONCE, in one call (channels.deleteMessages, messages.deleteMessages), and returns how
 * many messages Telegram has counted. In channels and supergroups they go for everybody. In other chats the call names no chat: the
 * ids must be known to be the chat's own, because those of all such chats of an account are numbered together. `forEveryone`:
 * for both sides there, otherwise for this account alone.
 */
export async function deleteMessages(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  ids: readonly number[],
  { forEveryone, ...call }: DeleteOptions,
): Promise<number> {
  if (ids.length > DELETE_AT_ONCE) throw new RangeError(`${ids.length} messages in one call`);
  const id = [...ids];
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.DeleteMessages({ channel: toInputChannel(peer), id })
      : new Api.messages.DeleteMessages({ id, revoke: forEveryone });
  return (await client.call(request, call)).ptsCount;
}
