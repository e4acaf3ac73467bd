import { formatBytes } from '../base/bytes.js';
import type { CloneSummary } from '../clone/summary.js';
import type { Output } from './output.js';
import {
  count,
  formatDuration,
  formatMessageRate,
  formatRate,
  roundedRate,
  waysWords,
} from './progress/words.js';

export interface SummaryDetails {
  /** The most bytes that were held for files at once. */
  readonly peakBytes: number;
  /** Whether the run reached the end; otherwise an error or a signal stopped it. */
  readonly complete: boolean;
}

/** The result of a run: its last lines or, with --json, the last record. */
export function tellSummary(output: Output, summary: CloneSummary, details: SummaryDetails): void {
  const { sent, bytes, seconds, lastId, failed } = summary;
  const { sent_before: sentBefore = 0, ...leftOut } = summary.skipped;
  const skipped = entriesOf(leftOut);
  const reduced = entriesOf(summary.reduced);
  const messagesPerMinute = seconds > 0 ? (sent * 60) / seconds : 0;
  const bytesPerSecond = seconds > 0 ? bytes / seconds : 0;
  output.record({
    event: 'summary',
    ...summary,
    messagesPerMinute: roundedRate(messagesPerMinute),
    bytesPerSecond: Math.round(bytesPerSecond),
    peakHeldBytes: details.peakBytes,
    complete: details.complete,
  });
  const rates = `${formatMessageRate(messagesPerMinute)}, ${formatRate(bytesPerSecond)}`;
  output.line(
    `Sent ${count(sent, 'message')} with ${formatBytes(bytes)} of files in ${formatDuration(seconds)}: ${rates}.`,
  );
  if (sent > 0) output.line(`Ways: ${waysWords(summary.ways)}.`);
  if (sentBefore > 0) {
    output.line(`${count(sentBefore, 'message')} ${sentBefore === 1 ? 'was' : 'were'} sent before.`);
  }
  if (summary.topics > 0) output.line(`Created ${count(summary.topics, 'topic')}.`);
  if (summary.profile.length > 0) output.line(`Set the target's ${profileWords(summary.profile)}.`);
  if (summary.pinned > 0) output.line(`Pinned ${count(summary.pinned, 'message')}.`);
  if (skipped.length > 0) output.line(`Skipped ${countsOf(skipped)}.`);
  for (const line of unreadLines(summary)) output.line(line);
  const [ofMessages, ofTopics] = [false, true].map((isTopic) =>
    reduced.filter(([loss]) => loss.startsWith('topic_') === isTopic),
  );
  if (ofMessages?.length) {
    const messages = count(summary.reducedMessages, 'message');
    output.line(`Sent without everything of the original: ${messages} (${reasonsIn(ofMessages)}).`);
  }
  if (ofTopics?.length) output.line(`Topics without everything of the original: ${reasonsIn(ofTopics)}.`);
  if (failed.length > 0) output.line(`Failed ${count(failed.length, 'message')}:`);
  for (const { sourceId, reason } of failed) output.line(`  message ${sourceId}: ${reason}`);
  if (failed.length > 0) output.line('With --retry-failed the next run tries them again.');
  for (const line of missedLines(summary)) output.line(line);
  if (summary.limited) output.line('Stopped at the limit: the next run continues.');
  output.line(stopWords(lastId, details.complete));
}

/** What a run leaves out without reading it, and how it is known. */
export function unreadLines({ unread = {} }: CloneSummary): readonly string[] {
  const total = entriesOf(unread).reduce((sum, [, value]) => sum + value, 0);
  if (total === 0) return [];
  return [
    `${count(total, 'message')} of these ${total === 1 ? 'was' : 'were'} not read: the server has counted what lies outside the bounds of the selection.`,
  ];
}

/** What an earlier run left out and this one would send. */
export function missedLines({ missed = 0 }: CloneSummary): readonly string[] {
  if (missed === 0) return [];
  return [
    `${count(missed, 'older message')} that earlier runs left out would be sent now, at the end of the target: --append-missed does that.`,
  ];
}

export function entriesOf(counts: Readonly<Partial<Record<string, number>>>): readonly [string, number][] {
  return Object.entries(counts).flatMap(([reason, value]) => (value ? [[reason, value]] : []));
}

/** `5 messages (dice 3, poll 2)`: each has one reason. */
export function countsOf(entries: readonly [string, number][]): string {
  const total = entries.reduce((sum, [, value]) => sum + value, 0);
  return `${count(total, 'message')} (${reasonsIn(entries)})`;
}

function reasonsIn(entries: readonly (readonly [string, number])[]): string {
  return entries.map(([reason, value]) => `${reason} ${value}`).join(', ');
}

function stopWords(lastId: number, complete: boolean): string {
  const where = lastId !== 0 ? `after source message ${lastId}` : 'before the first message';
  return complete
    ? `Done up to source message ${lastId}.`
    : `Stopped ${where}: the same command continues from there.`;
}

/** `title, description and photo` */
export function profileWords(parts: CloneSummary['profile']): string {
  const words = parts.map((part) => (part === 'about' ? 'description' : part));
  return words.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
