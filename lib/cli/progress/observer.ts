import type { CloneObserver } from '../../clone/observer.js';
import type { CloneSummary } from '../../clone/summary.js';
import type { Wait } from '../../pace/patience.js';
import type { Reporter } from './reporter.js';

/** What a run's command and its observer share. */
export interface RunEvents {
  /** The run has passed its checks and begun. */
  planned: boolean;
  /** Where waits of the connection go: to the run's reporter while there is one. */
  onWait: (wait: Wait) => void;
}

/** What the clone tells, as a reporter takes it. The connection's waits come the same way. */
export function cloneObserver(
  reporter: Reporter,
  events: RunEvents,
  onEnd: (summary: CloneSummary) => void,
): CloneObserver {
  events.onWait = (wait) => reporter.wait(wait);
  return {
    onPlan({ total, firstId }) {
      events.planned = true;
      reporter.plan(total, firstId);
    },
    onTransfer: (progress) => reporter.transfer(progress),
    onTransferEnd: (end) => reporter.transferEnded(end),
    onSent: ({ sourceIds, targetIds, bytes }) => reporter.sent(sourceIds, targetIds, bytes),
    onSkipped({ sourceId, reason }) {
      if (reason === 'sent_before') reporter.sentBefore(sourceId);
      else reporter.skipped(sourceId, reason);
    },
    onFailed: ({ sourceId, reason, message }) => reporter.failed(sourceId, reason, message),
    onReduced: ({ sourceId, kind }) => reporter.reduced(sourceId, kind),
    onTopicCreated: ({ sourceTopic, targetTopic, title }) =>
      reporter.topicCreated(sourceTopic, targetTopic, title),
    onWait: (wait) => reporter.wait(wait),
    onEnd,
  };
}
