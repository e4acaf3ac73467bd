import type { PeerId } from './peer-id.js';

/** An emoji, or the id of a custom emoji. */
export type Reaction = string | bigint;

/** Somebody's reaction to a message. */
export interface GivenReaction {
  /** The account that gave it. */
  readonly user: number;
  /** The peer that it appears to be from. */
  readonly from: PeerId;
  readonly reaction: Reaction;
  readonly big: boolean;
  /** Unix time in seconds. */
  readonly at: number;
}

/** Which reactions a chat allows: none, any, any emoji (`emoji`), or those of a list. */
export type AllowedReactions = 'none' | 'all' | 'emoji' | readonly Reaction[];

/** The different reactions of a message with how often each was given, the most frequent first, then the oldest. */
export function countReactions(reactions: readonly GivenReaction[]): (readonly [Reaction, number])[] {
  const counts = new Map<Reaction, number>();
  for (const { reaction } of reactions) counts.set(reaction, (counts.get(reaction) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
