import type { Unknown } from './unknown.js';

export type Reaction =
  | { readonly kind: 'emoji'; readonly emoji: string }
  /** `emoji`: the id of the emoji's file. */
  | { readonly kind: 'custom_emoji'; readonly emoji: string }
  /** Stars. */
  | { readonly kind: 'paid' }
  | { readonly kind: 'none' }
  | Unknown;

export interface ReactionCount {
  readonly reaction: Reaction;
  readonly count: number;
  /** The place among this account's own reactions, from 0; absent if it isn't one of them. */
  readonly chosen?: number;
}

export interface PeerReaction {
  readonly peer: number;
  /** Unix seconds. */
  readonly date: number;
  readonly reaction: Reaction;
  readonly big?: true;
  readonly unread?: true;
  readonly own?: true;
}

/** Somebody who gave many Stars. */
export interface PaidReactor {
  /** Absent for anonymous ones. */
  readonly peer?: number;
  readonly count: number;
  readonly top?: true;
  readonly own?: true;
  readonly anonymous?: true;
}

export interface Reactions {
  readonly counts: readonly ReactionCount[];
  /** The latest ones with their authors, as far as Telegram names them. */
  readonly recent?: readonly PeerReaction[];
  readonly topReactors?: readonly PaidReactor[];
  /** This account's own reactions are missing. */
  readonly partial?: true;
  readonly canSeeList?: true;
  /** Tags of Saved Messages. */
  readonly tags?: true;
}
