import type { Message } from './message.js';
import type { Account } from './model.js';
import { type PeerId, peerKind } from './peer-id.js';

interface Scene {
  messagesWith(viewer: number, peer: PeerId): readonly Message[];
}

/**
 * Whether a message of a group is meant for an account: it names the account, or answers one of its messages
 * (core.telegram.org/api/mentions).
 */
export function mentions(world: Scene, message: Message, { id, username }: Account): boolean {
  if (message.fields?.['mentioned']) return true;
  if (message.action || message.sender === id || peerKind(message.peer) === 'user') return false;
  const isNamed = message.entities.some(({ kind, offset, length, userId }) => {
    if (kind === 'mentionName') return userId === id;
    const name = message.text.slice(offset + 1, offset + length).toLowerCase();
    return kind === 'mention' && username !== undefined && name === username.toLowerCase();
  });
  if (isNamed) return true;
  const { reply } = message;
  if (!reply || reply.elsewhere) return false;
  return world.messagesWith(id, message.peer).some((each) => each.id === reply.toId && each.sender === id);
}
