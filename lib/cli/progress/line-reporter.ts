import { formatBytes } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { FileSteps } from './file-steps.js';
import type { Reporter } from './reporter.js';
import { TallyKeeper } from './tally.js';
import { WaitLines } from './wait-lines.js';
import {
  count,
  doneWords,
  endWords,
  failureWords,
  formatMessageRate,
  formatRate,
  reductionWords,
  skipWords,
  topicWords,
} from './words.js';

const MESSAGE_STEP = 10;

/** Plain lines, where there is no terminal: each 10 % of a file, each 10 messages, each wait, skip and failure. */
export function lineReporter(
  output: Output,
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: () => number },
): Reporter {
  const tally = new TallyKeeper(clock, intervalMs);
  const steps = new FileSteps();
  const waits = new WaitLines();
  let toldMessages = 0;

  const tellMessages = (): void => {
    const now = tally.read();
    if (Math.floor(now.done / MESSAGE_STEP) <= Math.floor(toldMessages / MESSAGE_STEP)) return;
    toldMessages = now.done;
    const rates = `${formatMessageRate(now.messagesPerMinute)}, ${formatRate(now.bytesPerSecond)}`;
    const end = now.endsAt === undefined ? '' : `, ${endWords(now.endsAt, clock.now())}`;
    output.line(`${doneWords(now)}, ${rates}${end}`);
  };

  return {
    plan(total, firstId) {
      tally.plan(total);
      const what = total === undefined ? 'messages' : count(total, 'message');
      output.line(
        Math.abs(firstId) > 1 ? `${what} to clone, from source message ${firstId} on` : `${what} to clone`,
      );
    },
    transfer(file) {
      tally.transfer(file);
      const percent = steps.next(file);
      if (percent === undefined) return;
      const rate = formatRate(file.bytesPerSecond);
      output.line(
        `message ${file.sourceId}: ${percent} % of ${formatBytes(file.size)}, ${rate}, ${file.name}`,
      );
    },
    transferEnded(file) {
      steps.ended(file);
      tally.transferEnded(file);
    },
    sent(sourceIds) {
      tally.sent(sourceIds.length);
      tellMessages();
    },
    sentBefore() {
      tally.sentBefore();
      tellMessages();
    },
    skipped(sourceId, reason) {
      tally.skipped();
      output.line(skipWords(sourceId, reason));
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
      const line = waits.next(wait, clock.now());
      if (line === undefined) return;
      const { endsAt } = tally.read();
      output.line(`${line}${endsAt === undefined ? '' : `; the job ${endWords(endsAt, clock.now())}`}`);
    },
    close: async () => {},
  };
}
