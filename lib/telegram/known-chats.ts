import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { together } from '../base/together.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import { type Chat, listedChatOf } from './chat.js';
import type { ChatRef } from './chat-ref.js';
import { type FormerGroup, formerGroupOf } from './former-group.js';
import { fromLong, toLong } from './long.js';

/** How an earlier run of this account referred to a channel or supergroup. */
export interface KnownChat {
  /** Marked: -100… */
  readonly id: number;
  readonly accessHash: bigint;
  /** Whether it was a channel, which has no former group. */
  readonly isChannel: boolean;
}

/** What a later run needs to find this chat without a search; undefined for a chat that is found without it. */
export function knownChatOf({ id, kind, peer }: Chat): KnownChat | undefined {
  if (!(peer instanceof Api.InputPeerChannel)) return undefined;
  return { id, accessHash: fromLong(peer.accessHash), isChannel: kind === 'channel' };
}

/** The chat as a request names it, if that is still right. */
export function knownPeer({ id, accessHash }: KnownChat): Api.InputPeerChannel {
  const channelId = toLong(-id - CHANNEL_MARK);
  return new Api.InputPeerChannel({ channelId, accessHash: toLong(accessHash) });
}

/** A known chat as it is now, and what it was before, which its owner asks for if `former` is 'unasked'. */
export interface Rediscovered {
  readonly entity: Api.TypeChat;
  readonly former: FormerGroup | undefined | 'unasked';
}

/**
 * Asks for a known chat, and at the same time what it was before it became a supergroup. Undefined when the server
 * refuses the hash, and when the chat isn't the wanted one any more: then only a search finds it.
 */
export async function rediscover(
  client: Caller,
  known: KnownChat,
  signal: AbortSignal,
): Promise<Rediscovered | undefined> {
  const { id, isChannel } = known;
  const peer = knownPeer(known);
  const request = new Api.channels.GetChannels({ id: [new Api.InputChannel(peer)] });
  try {
    const [{ chats }, former] = await together(signal, (linked) => [
      client.call(request, { signal: linked }),
      isChannel ? Promise.resolve('unasked' as const) : formerGroupOf(client, peer, linked),
    ]);
    const entity = chats.find((chat) => listedChatOf(chat).id === id);
    return entity && { entity, former };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelegramError) || error instanceof NoAnswerError) throw error;
    return undefined;
  }
}

/** The word under which a chat is remembered. */
export function wordOf(ref: ChatRef): string | undefined {
  if (ref.kind === 'me') return undefined;
  return ref.kind === 'id' ? String(ref.id) : `@${ref.username.toLowerCase()}`;
}
