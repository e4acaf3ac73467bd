import type { Reaction, ReactionCount, Reactions } from '../../messages/document/reactions.js';
import type { Json, JsonObject } from './json.js';
import { type DesktopScene, nameOf, peerId } from './scene.js';

/** The reactions to a message, in Telegram's order. */
export function reactionList(
  { counts, recent = [] }: Reactions,
  scene: DesktopScene,
): readonly JsonObject[] | undefined {
  if (counts.length === 0) return undefined;
  return counts.map(({ reaction, count }) => {
    const people = recent.filter((each) => isSame(each.reaction, reaction));
    const list: readonly Json[] = people.map(({ peer, date }) => ({
      from: nameOf(scene, peer),
      from_id: peerId(peer),
      date: scene.time.iso(date),
    }));
    return { ...reactionFields(reaction, count), recent: list.length === 0 ? undefined : list };
  });
}

function reactionFields(reaction: Reaction, count: ReactionCount['count']): JsonObject {
  switch (reaction.kind) {
    case 'emoji':
      return { type: 'emoji', count, emoji: reaction.emoji };
    case 'custom_emoji':
      return { type: 'custom_emoji', count, document_id: reaction.emoji };
    case 'paid':
      return { type: 'paid', count };
    case 'none':
    case 'unknown':
      return { type: 'empty', count };
  }
}

function isSame(one: Reaction, other: Reaction): boolean {
  if (one.kind !== other.kind) return false;
  return !('emoji' in one) || !('emoji' in other) || one.emoji === other.emoji;
}
