import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { Via } from '../base/ways.js';
import type { Job } from '../ledger/job.js';
import type { Selection } from '../messages/selection/selection.js';
import type { ByteBudget } from '../pace/byte-budget.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import type { TextOptions } from './compose/text-options.js';
import type { CloneEvent } from './events.js';
import type { Rehearsal } from './rehearsal.js';

export interface CloneOptions {
  readonly client: TelepiClient;
  readonly source: Chat;
  readonly target: Chat;
  /** Clones only this topic (or, in a group that isn't a forum, this thread). */
  readonly sourceTopic?: number | undefined;
  /** Puts every message into this topic of the target. */
  readonly targetTopic?: number | undefined;
  /** Creates each source topic in the target and puts its messages there. */
  readonly autoCreateTopics: boolean;
  /** Creates a topic again that was deleted in the target; otherwise the run stops there. Default: false. */
  readonly recreateTopics?: boolean;
  /** Lets messages of a topic that is not in the target fail where none may be created; otherwise they go into General. Default: false. */
  readonly failInLostTopics?: boolean;
  /** Lets messages fail whose topic is closed for this account; otherwise the run stops there. Default: false. */
  readonly failInClosedTopics?: boolean;
  /** Which messages are cloned. Default: all. */
  readonly selection?: Selection | undefined;
  /** Continues even if the owner has restricted saving content (noforwards). */
  readonly allowProtected: boolean;
  /** Tries the messages that failed in earlier runs again, before the others. */
  readonly retryFailed?: boolean;
  /** Sends older messages that were left out and are selected now; otherwise they are only counted. */
  readonly appendMissed?: boolean;
  /** Stops at the first message that can't be cloned, instead of continuing after it. */
  readonly stopOnError?: boolean;
  /** Writes a card for what can't be created again, instead of skipping it. Default: true. */
  readonly cards?: boolean;
  /** Writes service messages as cards, instead of skipping them. Default: false. */
  readonly serviceCards?: boolean;
  /** Gives the target the source's title, description and photo. Default: false. */
  readonly withProfile?: boolean;
  /** Called when the target has been given all of it that it may have. */
  readonly onProfile?: () => Promise<void>;
  /** How messages are sent. Default: stream. */
  readonly via?: Via;
  /** What becomes of the messages' texts. Default for each part: DEFAULT_TEXT. */
  readonly text?: Partial<TextOptions> | undefined;
  /** Compares the bytes read of each file with Telegram's SHA-256 of them, before they are sent. */
  readonly verifySource?: boolean;
  /**
   * Whether this message of the source itself stands in the target, under its id: what is restored into its own chat may answer
   * messages that are still there. Absent: none does.
   */
  readonly isInTarget?: ((sourceId: number) => Promise<boolean>) | undefined;
  readonly job: Job;
  /** A dry run: see Rehearsal. */
  readonly rehearsal?: Rehearsal;
  readonly budget: ByteBudget;
  /** How many parts are sent at once, of all files together. */
  readonly slots: number;
  /** How many connections the parts are spread over. */
  readonly connections: number;
  /** Milliseconds between two messages; an album counts as its items. */
  readonly minIntervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called with each event as it happens. Must not throw, and should be quick. */
  readonly onEvent: (event: CloneEvent) => void;
  /** The run fails, and is about to write down how far it got: nothing is waited for any more. */
  readonly onFailing?: (() => void) | undefined;
  readonly signal: AbortSignal;
}
