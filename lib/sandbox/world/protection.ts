import type { Message } from './message.js';
import type { Account, Chat } from './model.js';
import type { PeerId } from './peer-id.js';

/** The parts of the world that protection needs. */
interface Scene {
  account(id: number): Account | undefined;
  chat(id: PeerId): Chat | undefined;
}

/**
 * Whether nothing of a chat may be forwarded or copied (core.telegram.org/api/content-protection): by its owner's wish,
 * or in a private chat by that of either side.
 */
export function isProtected(world: Scene, viewer: Account, peer: PeerId): boolean {
  const chat = world.chat(peer);
  if (chat) return chat.noforwards;
  return protects(viewer, peer) || protects(world.account(peer), viewer.id);
}

/** Whether an account protects what is written between it and a user. */
export function protects(account: Account | undefined, user: PeerId): boolean {
  return account?.protects?.has(user) ?? false;
}

/** Whether this message may not be forwarded or copied, by its own flag or because of its chat. */
export function isKeptIn(world: Scene, viewer: Account, { peer, noforwards }: Message): boolean {
  return noforwards || isProtected(world, viewer, peer);
}
