import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { Selection } from '../messages/selection/selection.js';
import type { ByteBudget } from '../pace/byte-budget.js';
import type { OpenDatabase } from '../store/open-database.js';
import type { StoreWriter } from '../store/store-writer.js';
import type { StoreTables } from '../store/tables/schema.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import type { MarksFolder } from './claims/process-mark.js';
import type { DownloadEvent, LeftOut } from './events.js';
import type { PathTemplate } from './path-template.js';
import type { FilePlace } from './place.js';

/** Something to read: a chat, one topic (or thread) of it, or some of its messages. */
export type ReadOrder =
  | {
      readonly kind: 'chat';
      /** As resolveChat returns it: with the group that it used to be, which is read first. */
      readonly chat: Chat;
      readonly topic?: number | undefined;
      /** Of a channel: reads the comments below its posts, too. Other chats have none. */
      readonly withComments: boolean;
      /** The group of those comments, as far as it is known: see prepareReads. */
      readonly discussion?: Chat;
    }
  /**
   * `ids`: source ids (base/source-ids.ts). The selection narrows them as it does a chat, unless `everything` is set: then all
   * that these messages hold is wanted.
   */
  | {
      readonly kind: 'messages';
      readonly chat: Chat;
      readonly ids: readonly number[];
      readonly everything?: boolean;
    };

/** What becomes of a file that lies somewhere already. */
export const DEDUPE_WAYS = ['skip', 'link', 'copy'] as const;
export type Dedupe = (typeof DEDUPE_WAYS)[number];

export interface DownloadOptions {
  readonly client: TelepiClient;
  readonly accountId: number;
  readonly reads: readonly ReadOrder[];
  /** Chats that were asked for and can't be read; they are reported with what the others hold. */
  readonly unread: readonly LeftOut[];
  /** Leaves a protected chat out where there are others, instead of refusing all of them. */
  readonly leaveOutProtected: boolean;
  readonly selection: Selection;
  readonly place: FilePlace;
  readonly template: PathTemplate;
  readonly store: { readonly db: OpenDatabase<StoreTables>['db']; readonly writer: StoreWriter };
  /** This machine, as rows name it. */
  readonly host: string;
  /** For a database that several hosts may share: what one of them is fetching, no other fetches. Absent: it is this host's alone. */
  readonly marks?: MarksFolder | undefined;
  /** How many files are downloaded at once; at least 1. */
  readonly parallel: number;
  readonly dedupe: Dedupe;
  /** Compares the bytes read with Telegram's SHA-256 of them. */
  readonly verifySource: boolean;
  /** Continues even if the owner has restricted saving content (noforwards). */
  readonly allowProtected: boolean;
  /** For the log of actions. */
  readonly action: {
    /** Of the operating system. */
    readonly userName: string;
    /** The command's, without secrets. */
    readonly arguments: Readonly<Record<string, unknown>>;
  };
  readonly budget: ByteBudget;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with each event as it happens. Must not throw, and should be quick. */
  readonly onEvent: (event: DownloadEvent) => void;
}
