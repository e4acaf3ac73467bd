import type { Account } from './model.js';
import { type PeerId, peerKind } from './peer-id.js';

/** Whether Telegram marks a /command in what `from` writes to `peer`: everywhere but between two people (TDLib). */
export function hasCommands(
  world: { account(id: number): Account | undefined },
  from: number,
  peer: PeerId,
): boolean {
  return peerKind(peer) !== 'user' || [from, peer].some((id) => world.account(id)?.kind === 'bot');
}
