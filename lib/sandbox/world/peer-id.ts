/**
 * Every chat as one number, as the Bot API and Telethon mark them: a user is its id, a basic group its id negated, a
 * channel (broadcast or supergroup) -1,000,000,000,000 minus its id.
 */
export type PeerId = number;

export type PeerKind = 'user' | 'group' | 'channel';

const CHANNEL_BASE = 1_000_000_000_000;

export function groupPeer(groupId: number): PeerId {
  return -groupId;
}

export function channelPeer(channelId: number): PeerId {
  return -CHANNEL_BASE - channelId;
}

export function peerKind(peer: PeerId): PeerKind {
  if (peer > 0) return 'user';
  return peer < -CHANNEL_BASE ? 'channel' : 'group';
}

/** The id as TL's peerUser, peerChat and peerChannel carry it. */
export function bareId(peer: PeerId): number {
  switch (peerKind(peer)) {
    case 'user':
      return peer;
    case 'group':
      return -peer;
    case 'channel':
      return -peer - CHANNEL_BASE;
  }
}
