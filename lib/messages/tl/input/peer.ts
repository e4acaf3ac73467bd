import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../../../base/marked-id.js';
import { toLong } from '../long.js';

/**
 * Somebody whom a message names, by the message in which this account has seen them (core.telegram.org/api/min): such a
 * reference needs no access hash. `chat` is where the message `msgId` stands.
 */
export function peerSeenIn(markedId: number, chat: Api.TypeInputPeer, msgId: number): Api.TypeInputPeer {
  if (isNamed(markedId, chat)) return chat;
  if (markedId > 0) {
    return new Api.InputPeerUserFromMessage({ peer: chat, msgId, userId: toLong(markedId) });
  }
  if (markedId > -CHANNEL_MARK) return new Api.InputPeerChat({ chatId: toLong(-markedId) });
  const channelId = toLong(-markedId - CHANNEL_MARK);
  return new Api.InputPeerChannelFromMessage({ peer: chat, msgId, channelId });
}

/** Whether a request names the channel of this id already. */
function isNamed(markedId: number, chat: Api.TypeInputPeer): boolean {
  return chat instanceof Api.InputPeerChannel && Number(chat.channelId) + CHANNEL_MARK === -markedId;
}
