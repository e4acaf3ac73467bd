import { formatBytes } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { FileSteps } from './file-steps.js';
import type { Reporter, RunEvent } from './reporter.js';
import { TallyKeeper } from './tally.js';
import { WaitLines } from './wait-lines.js';
import { count, doneWords, endWords, eventWords, formatMessageRate, formatRate } from './words.js';

const MESSAGE_STEP = 10;
/** Thousands of messages are compared in a minute. */
const CHECKED_STEP_MS = 10_000;

/**
 * Plain lines, used without a terminal: each 10 % of a file, each 10 messages, each wait, skip and failure. While messages
 * are compared there is a line every ten seconds at most.
 */
export function lineReporter(
  output: Output,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: () => number },
): Reporter {
  const tally = new TallyKeeper(clock, intervalMs);
  const steps = new FileSteps();
  const waits = new WaitLines();
  let toldMessages = 0;
  let toldAt = clock.monotonic();

  const lineOf = (event: RunEvent): string | undefined => {
    switch (event.kind) {
      case 'plan':
        return planWords(event.total, event.firstId);
      case 'verify':
        return event.total === undefined
          ? 'messages to compare'
          : `${count(event.total, 'message')} to compare`;
      case 'transfer': {
        const percent = steps.next(event);
        const { sourceId, size, bytesPerSecond, name } = event;
        return percent === undefined
          ? undefined
          : `message ${sourceId}: ${percent} % of ${formatBytes(size)}, ${formatRate(bytesPerSecond)}, ${name}`;
      }
      case 'wait': {
        const line = waits.next(event, clock.now());
        const { endsAt } = tally.read();
        return line === undefined || endsAt === undefined
          ? line
          : `${line}; the job ${endWords(endsAt, clock.now())}`;
      }
      default:
        return eventWords(event);
    }
  };
  const tellMessages = (kind: RunEvent['kind']): void => {
    if (kind === 'checked' && clock.monotonic() - toldAt < CHECKED_STEP_MS) return;
    const now = tally.read();
    if (Math.floor(now.done / MESSAGE_STEP) <= Math.floor(toldMessages / MESSAGE_STEP)) return;
    toldMessages = now.done;
    toldAt = clock.monotonic();
    const rates = `${formatMessageRate(now.messagesPerMinute)}, ${formatRate(now.bytesPerSecond)}`;
    const end = now.endsAt === undefined ? '' : `, ${endWords(now.endsAt, clock.now())}`;
    output.line(`${doneWords(now)}, ${rates}${end}`);
  };

  return {
    show(event) {
      tally.take(event);
      const line = lineOf(event);
      if (line !== undefined) output.line(line);
      if (event.kind === 'transferEnd') steps.ended(event);
      if (ENDS.has(event.kind)) tellMessages(event.kind);
    },
    close: async () => {},
  };
}

/** Events after which a message is done. */
const ENDS: ReadonlySet<RunEvent['kind']> = new Set(['sent', 'skipped', 'failed', 'checked']);

function planWords(total: number | undefined, firstId: number): string {
  const what = total === undefined ? 'messages' : count(total, 'message');
  return Math.abs(firstId) > 1 ? `${what} to clone, from source message ${firstId} on` : `${what} to clone`;
}
