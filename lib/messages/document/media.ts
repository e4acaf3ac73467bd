import type { ChecklistMedia } from './checklist.js';
import type { GameMedia, GiveawayMedia, GiveawayResultsMedia, InvoiceMedia, PaidMedia } from './commerce.js';
import type { File, FileKind, Photo } from './file.js';
import type { GeoMedia, LiveLocationMedia, VenueMedia } from './places.js';
import type { PollMedia } from './poll.js';
import type { GroupCall } from './service-calls.js';
import type { StoryMedia } from './story.js';
import type { Unknown } from './unknown.js';
import type { WebPageMedia } from './web-page.js';

/** Everything that a message may hold besides its text. */
export type Media =
  | PhotoMedia
  | FileMedia
  | GeoMedia
  | LiveLocationMedia
  | VenueMedia
  | ContactMedia
  | DiceMedia
  | GameMedia
  | InvoiceMedia<Media>
  | GiveawayMedia
  | GiveawayResultsMedia
  | PaidMedia<Media>
  | PollMedia<Media>
  | ChecklistMedia
  | StoryMedia<Media>
  | WebPageMedia<Media>
  | VideoStreamMedia
  | Unknown;

export interface PhotoMedia {
  readonly kind: 'photo';
  /** Absent when it destroyed itself. */
  readonly photo?: Photo;
  /** The clip of a live photo. */
  readonly clip?: File;
  readonly live?: true;
  readonly spoiler?: true;
  /** How many seconds it may be looked at; 2,147,483,647 for once. */
  readonly selfDestructs?: number;
}

/** A file of whatever kind. */
export interface FileMedia {
  readonly kind: FileKind;
  /** Absent when it destroyed itself. */
  readonly file?: File;
  /** Other qualities of a video, which the server made. */
  readonly alternatives?: readonly File[];
  readonly cover?: Photo;
  /** Where a video starts, in seconds. */
  readonly startsAt?: number;
  readonly spoiler?: true;
  /** A sticker whose Premium effect is not played. */
  readonly noPremium?: true;
  /** How many seconds it may be looked at; 2,147,483,647 for once. */
  readonly selfDestructs?: number;
}

export interface ContactMedia {
  readonly kind: 'contact';
  readonly phone: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly vcard: string;
  /** 0 when the number belongs to no account that this one may see. */
  readonly user: number;
}

export interface DiceMedia {
  readonly kind: 'dice';
  readonly emoji: string;
  readonly value: number;
  /** Amounts of a game for Toncoin, in nanotons; the seed in base64. */
  readonly game?: { readonly seed: string; readonly stake: string; readonly won: string };
}

export interface VideoStreamMedia {
  readonly kind: 'video_stream';
  readonly call: GroupCall;
  readonly rtmp?: true;
}
