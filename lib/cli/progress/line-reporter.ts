import { formatBytes } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import type { Reporter } from './reporter.js';
import { TallyKeeper } from './tally.js';
import { count, endWords, failureWords, formatRate, reductionWords, topicWords, waitWords } from './words.js';

const PERCENT_STEP = 10;
const MESSAGE_STEP = 10;

/** Plain lines, where there is no terminal: each 10 % of a file, each 10 messages, each wait, skip and failure. */
export function lineReporter(
  output: Output,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: () => number },
): Reporter {
  const tally = new TallyKeeper(clock, intervalMs);
  const toldPercent = new Map<string, number>();
  let toldMessages = 0;

  const tellMessages = (): void => {
    const now = tally.read();
    if (Math.floor(now.done / MESSAGE_STEP) <= Math.floor(toldMessages / MESSAGE_STEP)) return;
    toldMessages = now.done;
    const head =
      now.total === undefined ? count(now.done, 'message') : `${now.done} of ${count(now.total, 'message')}`;
    const rates = `${now.messagesPerMinute.toFixed(1)} msg/min, ${formatRate(now.bytesPerSecond)}`;
    const end = now.endsAt === undefined ? '' : `, ${endWords(now.endsAt, clock.now())}`;
    output.line(`${head}, ${rates}${end}`);
  };

  return {
    plan(total, firstId) {
      tally.plan(total);
      const what = total === undefined ? 'messages' : count(total, 'message');
      output.line(firstId > 1 ? `${what} to clone, from source message ${firstId} on` : `${what} to clone`);
    },
    transfer(file) {
      tally.transfer(file);
      const key = `${file.sourceId} ${file.name}`;
      const percent = file.size === 0 ? 100 : Math.floor((file.bytesUp / file.size) * 100);
      const step = percent - (percent % PERCENT_STEP);
      const told = toldPercent.get(key) ?? 0;
      if (step <= told) return;
      toldPercent.set(key, step);
      const rate = formatRate(file.bytesPerSecond);
      output.line(`message ${file.sourceId}: ${step} % of ${formatBytes(file.size)}, ${rate}, ${file.name}`);
    },
    transferEnded(file) {
      toldPercent.delete(`${file.sourceId} ${file.name}`);
      tally.transferEnded(file);
    },
    sent(sourceIds) {
      tally.sent(sourceIds.length);
      tellMessages();
    },
    skipped(sourceId, reason) {
      tally.skipped();
      output.line(`message ${sourceId} skipped: ${reason}`);
      tellMessages();
    },
    failed(sourceId, reason, message) {
      tally.failed();
      output.line(failureWords(sourceId, reason, message));
      tellMessages();
    },
    reduced: (sourceId, kind) => output.line(reductionWords(sourceId, kind)),
    topicCreated: (_sourceTopic, targetTopic, title) => output.line(topicWords(targetTopic, title)),
    wait(wait) {
      tally.wait(wait);
      const { endsAt } = tally.read();
      const end = endsAt === undefined ? '' : `; the job ${endWords(endsAt, clock.now())}`;
      output.line(`${waitWords(wait, clock.now())}${end}`);
    },
    close: async () => {},
  };
}
