import type { Point, Venue } from '../document/places.js';
import type { FormattedText } from '../document/text.js';
import type { Reduction, SkipReason } from '../losses.js';

/** What is sent for a message, or why nothing is. */
export type Plan = Skip | Sent;

export interface Skip {
  readonly kind: 'skip';
  readonly reason: SkipReason;
}

/** Something to send, and what it lacks of its original, as far as that is known before it is sent. */
export type Sent = Copy & { readonly losses: readonly Reduction[] };

/** Something to send. Except for cards, the message's own text goes with it, as its text or caption. */
export type Copy =
  /** The text alone, with its link preview. */
  | { readonly kind: 'text' }
  /** The photo or file that the message itself holds. */
  | { readonly kind: 'photo' | 'file' }
  /** The message as it is, forwarded. */
  | { readonly kind: 'forward' }
  | CardPlan
  | PlannedMedia;

/** A text that stands where something stood that can't be created again. */
export interface CardPlan {
  readonly kind: 'card';
  /** The reason under which the message would be counted if no card were written. */
  readonly reason: SkipReason;
  readonly text: FormattedText;
}

/** Media that a request describes without any file. */
export type PlannedMedia = PlacePlan | VenuePlan | ContactPlan;

export interface PlacePlan {
  readonly kind: 'place';
  readonly point: Point;
}

export interface VenuePlan extends Venue {
  readonly kind: 'venue';
  readonly point: Point;
}

export interface ContactPlan {
  readonly kind: 'contact';
  readonly phone: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly vcard: string;
}
