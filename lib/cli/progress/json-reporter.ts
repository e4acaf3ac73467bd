import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { FileSteps } from './file-steps.js';
import type { Reporter, RunEvent } from './reporter.js';
import { TallyKeeper } from './tally.js';

/**
 * One JSON object per line, for machines: `{"event":"sent","sourceIds":[7],"targetIds":[3],"bytes":0}`. A transfer is
 * reported at each 10 % of its file, and each minute while its bytes grow.
 */
export function jsonReporter(
  output: Output,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: () => number },
): Reporter {
  const tally = new TallyKeeper(clock, intervalMs);
  const steps = new FileSteps(undefined, clock);
  return {
    show(event) {
      tally.take(event);
      if (event.kind === 'transferEnd') steps.ended(event);
      if (event.kind === 'transfer' && steps.next(event) === undefined) return;
      const record = recordOf(event, tally);
      if (record) output.record(record);
    },
    close: async () => {},
  };
}

function recordOf(event: RunEvent, tally: TallyKeeper): Record<string, unknown> | undefined {
  switch (event.kind) {
    case 'plan':
      return { event: 'plan', total: event.total ?? null, firstId: event.firstId };
    case 'transfer': {
      const { sourceId, name, size, bytesDown, bytesUp, heldBytes } = event;
      const bytesPerSecond = Math.round(event.bytesPerSecond);
      return { event: 'transfer', sourceId, name, size, bytesDown, bytesUp, heldBytes, bytesPerSecond };
    }
    case 'reduced':
      return { event: 'reduced', sourceId: event.sourceId, kind: event.lost };
    case 'wait': {
      const { method, reason, ms, until, metOn } = event;
      const { endsAt } = tally.read();
      return {
        event: 'wait',
        method,
        reason,
        seconds: ms / 1000,
        until: new Date(until).toISOString(),
        ...(metOn !== undefined && { metOn }),
        endsAt: endsAt === undefined ? null : new Date(endsAt).toISOString(),
      };
    }
    case 'sent':
    case 'skipped':
    case 'failed':
    case 'repaired':
    case 'pinned':
    case 'profile':
    case 'topic': {
      const { kind, ...fields } = event;
      return { event: kind, ...fields };
    }
    default:
      return undefined;
  }
}
