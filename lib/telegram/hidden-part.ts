import { Api } from 'telegram/tl/index.js';
import { isUnknownMethod } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';

/** What of a channel's history Telegram keeps from this account, whether or not it is there. */
export interface HiddenPart {
  /** Every message up to this id; 0: none by its id. */
  readonly upToId: number;
  /** Every message that was sent before this moment, in seconds since the epoch: the account joined then, and earlier history is hidden. */
  readonly before?: number;
}

/** Of a channel or supergroup, by its full description; a chat of another kind hides nothing that anybody could ask for. */
export async function hiddenPartOf(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  signal: AbortSignal,
): Promise<HiddenPart> {
  if (!(peer instanceof Api.InputPeerChannel)) return { upToId: 0 };
  const { channelId, accessHash } = peer;
  const channel = new Api.InputChannel({ channelId, accessHash });
  try {
    const { fullChat, chats } = await client.call(new Api.channels.GetFullChannel({ channel }), { signal });
    if (!(fullChat instanceof Api.ChannelFull)) return { upToId: 0 };
    const own = chats.find((chat) => chat instanceof Api.Channel && chat.id.equals(channelId));
    const joined = own instanceof Api.Channel && fullChat.hiddenPrehistory ? own.date : undefined;
    return { upToId: fullChat.availableMinId ?? 0, ...(joined !== undefined && { before: joined }) };
  } catch (error) {
    if (isUnknownMethod(error)) return { upToId: 0 };
    throw error;
  }
}
