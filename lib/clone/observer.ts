import type { Reduction, SkipReason } from '../messages/losses.js';
import type { Wait } from '../pace/patience.js';
import type { TransferProgress } from '../transfer/options.js';
import type { CloneSummary } from './summary.js';

/** What a run tells while it goes on. Its calls must not throw and should be quick. */
export interface CloneObserver {
  /** Once, before the first message. `total`: messages to go through, when Telegram tells; `firstId`: the first id that may come. */
  onPlan(plan: { readonly total: number | undefined; readonly firstId: number }): void;
  onTransfer(progress: TransferProgress & { readonly sourceId: number }): void;
  /** The transfer is over, `done` or given up. */
  onTransferEnd(end: {
    readonly sourceId: number;
    readonly name: string;
    readonly size: number;
    readonly done: boolean;
  }): void;
  onSent(sent: {
    readonly sourceIds: readonly number[];
    readonly targetIds: readonly number[];
    readonly bytes: number;
  }): void;
  onSkipped(skipped: { readonly sourceId: number; readonly reason: SkipReason }): void;
  onFailed(failed: { readonly sourceId: number; readonly reason: string; readonly message: string }): void;
  /** A message was sent, but lacks something of its original. */
  onReduced(reduced: { readonly sourceId: number; readonly kind: Reduction }): void;
  onTopicCreated(topic: {
    readonly sourceTopic: number;
    readonly targetTopic: number;
    readonly title: string;
  }): void;
  onWait(wait: Wait): void;
  /** Always the last call, however the run ends. */
  onEnd(summary: CloneSummary): void;
}
