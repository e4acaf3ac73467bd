import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { bareId, type PeerId, peerKind } from '../../lib/sandbox/world/peer-id.js';
import type { World } from '../../lib/sandbox/world/world.js';

/** The InputPeer under which the account `viewer` knows a peer of the sandbox. */
export function inputPeer(world: World, viewer: number, peer: PeerId): Api.TypeInputPeer {
  const id = toLong(bareId(peer));
  const accessHash = toLong(world.accessHash(viewer, peer));
  switch (peerKind(peer)) {
    case 'user':
      return new Api.InputPeerUser({ userId: id, accessHash });
    case 'group':
      return new Api.InputPeerChat({ chatId: id });
    case 'channel':
      return new Api.InputPeerChannel({ channelId: id, accessHash });
  }
}
