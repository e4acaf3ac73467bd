import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { FileSteps } from './file-steps.js';
import type { Reporter } from './reporter.js';
import { TallyKeeper } from './tally.js';

/**
 * One JSON object a line, for machines: `{"event":"sent","sourceIds":[7],"targetIds":[3],"bytes":0}`. A transfer is
 * told each 10 % of its file.
 */
export function jsonReporter(
  output: Output,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: () => number },
): Reporter {
  const tally = new TallyKeeper(clock, intervalMs);
  const steps = new FileSteps();
  return {
    plan(total, firstId) {
      tally.plan(total);
      output.record({ event: 'plan', total: total ?? null, firstId });
    },
    transfer(file) {
      if (steps.next(file) === undefined) return;
      const { sourceId, name, size, bytesDown, bytesUp, heldBytes, bytesPerSecond } = file;
      const rate = Math.round(bytesPerSecond);
      output.record({
        event: 'transfer',
        sourceId,
        name,
        size,
        bytesDown,
        bytesUp,
        heldBytes,
        bytesPerSecond: rate,
      });
    },
    transferEnded: (file) => steps.ended(file),
    sent(sourceIds, targetIds, bytes) {
      tally.sent(sourceIds.length);
      output.record({ event: 'sent', sourceIds, targetIds, bytes });
    },
    sentBefore(sourceId) {
      tally.sentBefore();
      output.record({ event: 'skipped', sourceId, reason: 'sent_before' });
    },
    skipped(sourceId, reason) {
      tally.skipped();
      output.record({ event: 'skipped', sourceId, reason });
    },
    failed(sourceId, reason, message) {
      tally.failed();
      output.record({ event: 'failed', sourceId, reason, message });
    },
    reduced: (sourceId, kind) => output.record({ event: 'reduced', sourceId, kind }),
    topicCreated: (sourceTopic, targetTopic, title) =>
      output.record({ event: 'topic', sourceTopic, targetTopic, title }),
    wait(wait) {
      tally.wait(wait);
      const { method, reason, ms, until } = wait;
      const { endsAt } = tally.read();
      output.record({
        event: 'wait',
        method,
        reason,
        seconds: ms / 1000,
        until: new Date(until).toISOString(),
        endsAt: endsAt === undefined ? null : new Date(endsAt).toISOString(),
      });
    },
    close: async () => {},
  };
}
