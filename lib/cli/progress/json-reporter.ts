import type { Output } from '../output.js';
import type { Reporter } from './reporter.js';

const PERCENT_STEP = 10;

/**
 * One JSON object a line, for machines: `{"event":"sent","sourceIds":[7],"targetIds":[3],"bytes":0}`. A transfer is
 * told each 10 % of its file.
 */
export function jsonReporter(output: Output): Reporter {
  const told = new Map<string, number>();
  return {
    plan: (total, firstId) => output.record({ event: 'plan', total: total ?? null, firstId }),
    transfer({ sourceId, name, size, bytesDown, bytesUp, heldBytes, bytesPerSecond }) {
      const key = `${sourceId} ${name}`;
      const step = size === 0 ? 10 : Math.floor(((bytesUp / size) * 100) / PERCENT_STEP);
      if (step <= (told.get(key) ?? 0)) return;
      told.set(key, step);
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
    transferEnded: ({ sourceId, name }) => void told.delete(`${sourceId} ${name}`),
    sent: (sourceIds, targetIds, bytes) => output.record({ event: 'sent', sourceIds, targetIds, bytes }),
    skipped: (sourceId, reason) => output.record({ event: 'skipped', sourceId, reason }),
    failed: (sourceId, reason, message) => output.record({ event: 'failed', sourceId, reason, message }),
    reduced: (sourceId, kind) => output.record({ event: 'reduced', sourceId, kind }),
    topicCreated: (sourceTopic, targetTopic, title) =>
      output.record({ event: 'topic', sourceTopic, targetTopic, title }),
    wait: ({ method, reason, ms, until }) =>
      output.record({
        event: 'wait',
        method,
        reason,
        seconds: ms / 1000,
        until: new Date(until).toISOString(),
      }),
    close: async () => {},
  };
}
