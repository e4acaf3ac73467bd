import type { Box } from './box.js';
import type { Message } from './message.js';
import type { Chat, WorldState } from './model.js';
import type { PeerId } from './peer-id.js';
import type { GivenReaction } from './reactions.js';

/** A copy of a message that somebody sees: a channel's own, or the one in the box of the account `owner`. */
export interface SeenCopy {
  readonly owner: number | undefined;
  readonly message: Message;
}

/** The parts of the world that reactions need. */
interface Scene {
  readonly state: Pick<WorldState, 'accounts'>;
  chat(id: PeerId): Chat | undefined;
}

/** Gives a message these reactions, in every box that has a copy. They move no pts, as in Telegram. */
export function setReactions(
  world: Scene,
  message: Message,
  reactions: readonly GivenReaction[],
): SeenCopy[] {
  const channel = world.chat(message.peer)?.box;
  const boxes: (readonly [number | undefined, Box])[] = channel
    ? [[undefined, channel]]
    : [...world.state.accounts.values()].map(({ id, box }) => [id, box]);
  return boxes.flatMap(([owner, { messages }]) => {
    const index = messages.findIndex(({ uid }) => uid === message.uid);
    const before = messages[index];
    if (!before) return [];
    const { reactions: _, ...rest } = before;
    const after = reactions.length > 0 ? { ...rest, reactions } : rest;
    messages[index] = after;
    return [{ owner, message: after }];
  });
}
