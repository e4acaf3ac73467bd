import type { Reduction, SkipReason } from '../messages/losses.js';
import type { TransferProgress } from '../transfer/options.js';
import type { CloneSummary, ProfilePart } from './summary.js';

/** What a run reports while it runs, in order: `plan` first, once it has begun; `end` last, however it ends. */
export type CloneEvent =
  | {
      readonly kind: 'plan';
      /** How many messages to go through, when Telegram says so. */
      readonly total: number | undefined;
      /** The first id that may occur. */
      readonly firstId: number;
    }
  | (TransferProgress & { readonly kind: 'transfer'; readonly sourceId: number })
  /** A file's transfer is over, finished or given up. */
  | {
      readonly kind: 'transferEnd';
      readonly sourceId: number;
      readonly name: string;
      readonly size: number;
      readonly done: boolean;
    }
  | {
      readonly kind: 'sent';
      readonly sourceIds: readonly number[];
      readonly targetIds: readonly number[];
      /** Size of their files. */
      readonly bytes: number;
    }
  | { readonly kind: 'skipped'; readonly sourceId: number; readonly reason: SkipReason }
  /** `reason` is a stable name, `message` a sentence. */
  | {
      readonly kind: 'failed';
      readonly sourceId: number;
      readonly reason: string;
      readonly message: string;
    }
  /** A message was sent, but lacks something of its original. */
  | { readonly kind: 'reduced'; readonly sourceId: number; readonly lost: Reduction }
  /** A copy that was found to be wrong has been edited. */
  | { readonly kind: 'repaired'; readonly sourceId: number; readonly targetId: number }
  /** A copy was pinned, since its original is. */
  | { readonly kind: 'pinned'; readonly sourceId: number; readonly targetId: number }
  /** The target got a part of the source's profile, or that was refused. */
  | { readonly kind: 'profile'; readonly part: ProfilePart; readonly refusal?: string }
  /** A topic was created in the target. */
  | {
      readonly kind: 'topic';
      readonly sourceTopic: number;
      readonly targetTopic: number;
      readonly title: string;
    }
  | { readonly kind: 'end'; readonly summary: CloneSummary };
