import type { Api } from 'telegram';
import { CHANNEL_MARK } from './chat-ref.js';

/** The marked id of a TL peer: -100… a channel or supergroup, -… a basic group, positive a user. */
export function markedId(peer: Api.TypePeer): number {
  if ('channelId' in peer) return -CHANNEL_MARK - Number(peer.channelId);
  return 'chatId' in peer ? -Number(peer.chatId) : Number(peer.userId);
}
