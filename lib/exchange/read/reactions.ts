import type { PeerReaction, Reaction, ReactionCount, Reactions } from '../../messages/document/reactions.js';
import { isObject, type JsonObject, NO_ID } from './fields.js';
import { peerOf } from './peers.js';
import { emojiId } from './segments.js';

/** The reactions to a message, and whether its keys say more. `dateOf` reads a local time. */
export function reactionsOf(
  values: readonly unknown[],
  dateOf: (text: unknown) => number | undefined,
): { readonly reactions: Reactions; readonly isLossy: boolean } {
  const counts: ReactionCount[] = [];
  const recent: PeerReaction[] = [];
  let isLossy = false;
  for (const value of values) {
    if (!isObject(value)) continue;
    const reaction = reactionOf(value);
    isLossy ||= reaction.kind === 'custom_emoji' && reaction.emoji === NO_ID;
    counts.push({ reaction, count: Number(value['count']) || 0 });
    for (const one of Array.isArray(value['recent']) ? (value['recent'] as unknown[]) : []) {
      if (!isObject(one)) continue;
      const peer = peerOf(one['from_id']);
      const date = dateOf(one['date']);
      if (peer === undefined || date === undefined) isLossy = true;
      else recent.push({ peer, date, reaction });
    }
  }
  return { reactions: { counts, ...(recent.length > 0 && { recent }) }, isLossy };
}

function reactionOf({ type, emoji, document_id }: JsonObject): Reaction {
  if (type === 'emoji' && typeof emoji === 'string') return { kind: 'emoji', emoji };
  if (type === 'custom_emoji') return { kind: 'custom_emoji', emoji: emojiId(document_id) };
  return { kind: type === 'paid' ? 'paid' : 'none' };
}
