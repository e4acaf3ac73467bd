import { formatBytes } from '../../base/bytes.js';
import type { DownloadSummary, LeftOut, MissingMessage } from '../../download/events.js';
import type { Output } from '../output.js';
import { count, formatDuration, formatRate } from '../progress/words.js';

export interface SummaryDetails {
  /** Where the files went, for people. */
  readonly place: string;
  readonly seconds: number;
  /** The most bytes that were held for files at once. */
  readonly peakBytes: number;
  /** Whether everything was read and tried; otherwise an error or a signal stopped it. */
  readonly complete: boolean;
}

/** The result of a download: its last lines or, with --json, the last record. */
export function tellDownload(output: Output, summary: DownloadSummary, details: SummaryDetails): void {
  const { messages, files, downloaded, bytes, kept, begun, skipped, linked, copied, failed, elsewhere } =
    summary;
  const { place, seconds, complete } = details;
  const bytesPerSecond = seconds > 0 ? (bytes - kept + begun) / seconds : 0;
  output.record({
    event: 'summary',
    ...summary,
    place,
    seconds,
    bytesPerSecond: Math.round(bytesPerSecond),
    peakHeldBytes: details.peakBytes,
    complete,
  });
  if (files === 0 && complete) {
    output.line(
      messages === 0
        ? 'No message was found, and so no file.'
        : `No file that meets what was asked for was found in ${count(messages, 'message')}.`,
    );
    tellMissing(output, summary.missing);
    tellLeftOut(output, summary.leftOut);
    return;
  }
  output.line(
    `Downloaded ${count(downloaded, 'file')} with ${formatBytes(bytes)} in ${formatDuration(seconds)}: ${formatRate(bytesPerSecond)}, into ${place}.`,
  );
  if (kept > 0)
    output.line(`Of that, ${formatBytes(kept)} ${kept === 1 ? 'was' : 'were'} left by an earlier run.`);
  if (begun > 0) output.line(`Another ${formatBytes(begun)} arrived for files that are not complete yet.`);
  if (linked > 0) output.line(`Linked ${count(linked, 'file')} that came for another message.`);
  if (copied > 0) output.line(`Copied ${count(copied, 'file')} that came for another message.`);
  if (skipped > 0) output.line(skippedWords(skipped, elsewhere));
  if (failed.length > 0) {
    output.line(`Failed ${count(failed.length, 'file')}:`);
    for (const { chatId, messageId, name, error } of failed)
      output.line(`  message ${messageId} of ${chatId}, ${name}: ${error}`);
    output.line('The same command tries these again, and downloads nothing twice.');
  }
  tellMissing(output, summary.missing);
  tellLeftOut(output, summary.leftOut);
  if (!complete) output.line('Stopped before the end: the same command continues, also inside a file.');
}

/** A line for each chat that wasn't read, or not whole. */
export function tellLeftOut(output: Output, leftOut: DownloadSummary['leftOut']): void {
  for (const each of leftOut) output.line(`${leftOutWords(each)}.`);
}

/** A sentence without its dot. */
export function leftOutWords({ chatId, title, why }: LeftOut): string {
  if (title === undefined) return `${chatId} ${why}`;
  return `${chatId === undefined ? title : `"${title}" (${chatId})`} ${why}`;
}

/** A line for each chat of messages that were asked for and aren't there. */
export function tellMissing(output: Output, missing: readonly MissingMessage[]): void {
  const chats = new Map<number, number[]>();
  for (const { chatId, messageId } of missing) chats.set(chatId, [...(chats.get(chatId) ?? []), messageId]);
  for (const [chatId, ids] of chats) {
    const are = ids.length === 1 ? 'is' : 'are';
    output.line(
      `${count(ids.length, 'message')} of ${chatId} that ${ids.length === 1 ? 'was' : 'were'} asked for ${are} not there, deleted or never sent: ${ids.join(', ')}.`,
    );
  }
}

function skippedWords(skipped: number, elsewhere: DownloadSummary['elsewhere']): string {
  const away = elsewhere.map(({ host, files }) => `${files} on ${host}`);
  const where = away.length === 0 ? '' : `, of which ${away.join(' and ')}`;
  return `Skipped ${count(skipped, 'file')} that ${skipped === 1 ? 'has' : 'have'} been downloaded before${where}.`;
}
