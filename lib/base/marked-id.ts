/** Channel ids are marked by this much: channel 123 is -1000000000123. */
export const CHANNEL_MARK = 1_000_000_000_000;

/** A TL peer, by its shape. */
export type PeerShape =
  | { readonly channelId: IdLike }
  | { readonly chatId: IdLike }
  | { readonly userId: IdLike };

/** A TL long. */
interface IdLike {
  toString(): string;
}

/** The marked id of a TL peer: -100… for a channel or supergroup, -… for a basic group, positive for a user. */
export function markedId(peer: PeerShape): number {
  if ('channelId' in peer) return -CHANNEL_MARK - Number(peer.channelId);
  return 'chatId' in peer ? -Number(peer.chatId) : Number(peer.userId);
}
