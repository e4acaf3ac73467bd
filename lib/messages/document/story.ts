import type { File } from './file.js';
import type { Point, Venue } from './places.js';
import type { Reaction, ReactionCount } from './reactions.js';
import type { FormattedText } from './text.js';
import type { Unknown } from './unknown.js';

export interface StoryMedia<Media> {
  readonly kind: 'story';
  readonly peer: number;
  readonly id: number;
  /** The message exists because the story mentions this account. */
  readonly mention?: true;
  /** Absent when Telegram sent the reference alone. */
  readonly story?: Story<Media>;
}

/** Dates are unix seconds, peers marked ids. */
export type Story<Media> = StoredStory<Media> | SkippedStory | { readonly kind: 'deleted' } | Unknown;

/** A story of which only the frame was sent. */
export interface SkippedStory {
  readonly kind: 'skipped';
  readonly date: number;
  readonly expires: number;
  readonly closeFriends?: true;
  readonly live?: true;
}

export interface StoredStory<Media> {
  readonly kind: 'story';
  readonly date: number;
  readonly expires: number;
  readonly from?: number;
  readonly caption: FormattedText;
  readonly media?: Media;
  readonly areas?: readonly StoryArea[];
  readonly forwarded?: StoryOrigin;
  readonly music?: File;
  readonly views?: StoryViews;
  readonly ownReaction?: Reaction;
  readonly albums?: readonly number[];
  /** Who may see it; only its author knows. */
  readonly audience?: readonly StoryAudience[];
  readonly pinned?: true;
  readonly public?: true;
  readonly closeFriends?: true;
  readonly contacts?: true;
  readonly selectedContacts?: true;
  readonly noForwards?: true;
  readonly edited?: true;
  readonly own?: true;
  /** Some of its fields are missing. */
  readonly partial?: true;
}

export interface StoryOrigin {
  readonly from?: number;
  readonly fromName?: string;
  readonly story?: number;
  readonly modified?: true;
}

export interface StoryViews {
  readonly views: number;
  readonly forwards?: number;
  readonly reactions?: readonly ReactionCount[];
  readonly reactionCount?: number;
  readonly recentViewers?: readonly number[];
  readonly viewersKnown?: true;
}

/** A rule of a story's privacy: whom it lets in (`allow`) or keeps out; the last that fits counts. */
export type StoryAudience =
  | {
      readonly kind: 'everybody' | 'contacts' | 'close_friends' | 'premium' | 'bots';
      readonly allow: boolean;
    }
  | { readonly kind: 'users' | 'members'; readonly allow: boolean; readonly ids: readonly number[] }
  | Unknown;

/** A part of a story's picture that can be touched. */
export type StoryArea =
  | (AreaHead & Venue & { readonly kind: 'venue' })
  | (AreaHead & { readonly kind: 'location'; readonly point?: Point; readonly address?: Address })
  | (AreaHead & {
      readonly kind: 'reaction';
      readonly reaction: Reaction;
      readonly dark?: true;
      readonly flipped?: true;
    })
  | (AreaHead & { readonly kind: 'post'; readonly channel: number; readonly message: number })
  | (AreaHead & { readonly kind: 'url'; readonly url: string })
  /** In degrees Celsius; the colour is ARGB. */
  | (AreaHead & {
      readonly kind: 'weather';
      readonly emoji: string;
      readonly temperature: number;
      readonly color: number;
    })
  | (AreaHead & { readonly kind: 'gift'; readonly slug: string })
  | Unknown;

interface AreaHead {
  readonly position: AreaPosition;
}

/** Centre and extent in per cent of the picture, the rotation in degrees. */
export interface AreaPosition {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly radius?: number;
}

export interface Address {
  readonly country: string;
  readonly state?: string;
  readonly city?: string;
  readonly street?: string;
}
