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

/** Something to send. Except for a written text, the message's own text goes with it, as its text or caption. */
export type Copy =
  /** The text alone, with its link preview. */
  | { readonly kind: 'text' }
  /** The photo that the message itself holds; with a clip, it moves. */
  | { readonly kind: 'photo'; readonly moves?: true }
  /** The file that the message itself holds. */
  | { readonly kind: 'file' }
  /** The message as it is, forwarded. */
  | { readonly kind: 'forward' }
  | RichPlan
  | ItemsPlan
  | WrittenPlan
  | PlannedMedia;

/** Several photos and videos of the message as an album, or one alone. */
export interface ItemsPlan {
  readonly kind: 'items';
  readonly first: Spot;
  readonly more: readonly Spot[];
  /** The caption, if it isn't the message's own text. */
  readonly caption?: FormattedText;
}

/** The rich message that the message itself holds. */
export interface RichPlan {
  readonly kind: 'rich';
  /** Where its photos and files are. */
  readonly spots: readonly Spot[];
}

/** A text in place of a message: a card for something that can't be created again, or something written as text. */
export interface WrittenPlan {
  readonly kind: 'written';
  readonly text: FormattedText;
  /** Of a card: why the message itself can't be created again. */
  readonly reason?: SkipReason;
}

/** Media that a request describes, apart from the files in it. */
export type PlannedMedia = PlacePlan | VenuePlan | ContactPlan | PollPlan | ChecklistPlan | StoryPlan;

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
  /** Telegram knows the account of the original's number. */
  readonly hasAccount?: true;
}

export interface PollPlan {
  readonly kind: 'poll';
  readonly question: FormattedText;
  readonly answers: readonly PlannedAnswer[];
  readonly flags: Readonly<Partial<Record<PollFlag, true>>>;
  readonly countries?: readonly string[];
  /** For how many seconds it is open. */
  readonly period?: number;
  /** When it closes, in unix seconds. */
  readonly closesAt?: number;
  readonly attached?: Attachment;
  /** Of a quiz: the right answers, by their places from 0, and what is shown after a vote. */
  readonly quiz?: {
    readonly right: readonly number[];
    readonly solution?: FormattedText;
    readonly attached?: Attachment;
  };
  /** A sentence in front of the message's text. */
  readonly note?: string;
  /** It is closed once it is there: only bots may send a closed poll (td_api, inputMessagePoll). */
  readonly closes?: true;
}

export type PollFlag =
  | 'multiple'
  | 'publicVoters'
  | 'openAnswers'
  | 'noRevoting'
  | 'shuffled'
  | 'resultsHiddenUntilClosed'
  | 'subscribersOnly';

export interface PlannedAnswer extends FormattedText {
  readonly attached?: Attachment;
}

/** Media of a poll, an answer or an explanation: described, or a file of the message. */
export type Attachment = PlacePlan | VenuePlan | { readonly kind: 'file'; readonly spot: Spot };

/**
 * Where in a message a file is, besides its own photo or file: the moving part of a live photo, media of a poll, of its
 * explanation (`solution`) or of an answer, an item of paid media, a photo or file of a rich message; places count from 0.
 */
export type Spot =
  | 'clip'
  | 'poll'
  | 'solution'
  | `answer-${number}`
  | `item-${number}`
  | `photo-${number}`
  | `file-${number}`;

export interface ChecklistPlan {
  readonly kind: 'checklist';
  readonly title: FormattedText;
  readonly tasks: readonly (FormattedText & { readonly id: number })[];
  readonly othersMayAdd: boolean;
  readonly othersMayComplete: boolean;
  /** The ids of the tasks that are marked once it is there. */
  readonly completes: readonly number[];
}

export interface StoryPlan {
  readonly kind: 'story';
  /** A marked id. */
  readonly peer: number;
  readonly id: number;
}
