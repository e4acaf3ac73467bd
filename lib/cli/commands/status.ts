import { existsSync } from 'node:fs';
import { ExitStatus } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import { isRestoreFolder } from '../../ledger/job-file.js';
import { type JobStatus, readStatus, unknownFolders } from '../../ledger/status.js';
import { audit } from '../audit.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { ledgerPlace } from '../ledger-place.js';
import { count, endWords, formatMessageRate, formatTime, roundedRate, waysWords } from '../progress/words.js';
import { type SharedWait, sharedWaits } from '../shared-waits.js';
import { sayWaiting } from '../waiting-rows.js';

/**
 * `telepi status`: shows the progress of each job in the data directory. Needs no connection, and works during a run.
 */
export async function status(context: CommandContext): Promise<number> {
  const { output, clock } = context;
  const settings = settingsOf(context, []);
  if (context.flags['audit'] === true) return audit(context, settings);
  const { dataDir } = settings;
  await sayWaiting(context, dataDir);
  const jobs = await readStatus(ledgerPlace(context, settings), clock);
  const unknown = await unknownFolders(dataDir, jobs);
  const accounts = new Set(jobs.map(({ job }) => job.accountId));
  const waits = await sharedWaits(context, settings, accounts);
  if (jobs.length + unknown.length === 0) {
    output.line(`${dataDir} has no job yet: telepi run begins one.`);
  }
  for (const [index, job] of jobs.entries()) {
    if (index > 0) output.line();
    const waitsOfAccount = waits.get(job.job.accountId) ?? [];
    for (const line of statusLines(job, waitsOfAccount, clock.now())) output.line(line);
    output.record(statusRecord(job, waitsOfAccount));
  }
  for (const { folder, path, checkpoint = 0 } of unknown) {
    output.line(
      `The ledger has no record of the job in ${path}: its next run continues after source message ${shownId(checkpoint)}.`,
    );
    output.record({ folder, path, checkpoint: shownId(checkpoint), known: false });
  }
  return ExitStatus.done;
}

function statusLines(status: JobStatus, waits: readonly SharedWait[], now: number): readonly string[] {
  const { job, waiting, sending, path } = status;
  const doubt = sending > 0 && !status.running ? ` (${sending} of them in doubt until the next run)` : '';
  const counts = [
    `${count(status.done, 'message')} done`,
    reasonWords('skipped', status.skipped),
    reasonWords('failed', status.failed),
    `${waiting ?? 'an unknown number'} waiting${doubt}`,
  ];
  return [
    `${isRestoreFolder(job.folder) ? 'the archive of ' : ''}${chat(job.sourceId, job.sourceTitle, job.sourceTopic)} → ${chat(job.targetId, job.targetTitle, job.targetTopic)}`,
    `  ${counts.join(', ')}`,
    ...copyWords(status),
    `  ${runWords(status, now)}`,
    ...waits.map((wait) => `  ${waitWords(wait, now)}`),
    `  checkpoint ${shownId(job.checkpoint)}, account ${job.accountId}, ${placeWords(path, job.host)}`,
  ];
}

/** A job of a shared database may have been run by other machines alone. */
function placeWords(path: string, host: string): string {
  return existsSync(path) ? `state in ${path}` : `state in the database alone here, last run on ${host}`;
}

function copyWords({ done, copies: { ways, reduced } }: JobStatus): readonly string[] {
  if (done === 0) return [];
  const without = reduced > 0 ? `; ${count(reduced, 'message')} without everything of the original` : '';
  return [`  ways: ${waysWords(ways)}${without}`];
}

function chat(id: number, title: string | undefined, topic: number | undefined): string {
  const name = title === undefined ? String(id) : `${title} (${id})`;
  return topic === undefined ? name : `${name}, topic ${topic}`;
}

function reasonWords(what: string, byReason: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(byReason);
  const total = reasons.reduce((sum, [, value]) => sum + value, 0);
  const each = reasons.map(([reason, value]) => `${reason} ${value}`).join(', ');
  return total === 0 ? `0 ${what}` : `${total} ${what} (${each})`;
}

function runWords(status: JobStatus, now: number): string {
  const { job, running, messagesPerMinute, estimatedEnd, lastSettledAt } = status;
  const rate = messagesPerMinute === undefined ? '' : `, ${formatMessageRate(messagesPerMinute)}`;
  if (running) {
    const end = estimatedEnd === undefined ? '' : `, ${endWords(estimatedEnd, now)}`;
    const process = 'pid' in running ? ` as process ${running.pid}` : '';
    return `running${process} on ${running.host}${rate}${end}`;
  }
  const at = job.runEndedAt ?? lastSettledAt ?? job.runStartedAt;
  if (at === undefined) return 'not run yet';
  const how = job.runEndedAt === undefined ? 'cut off' : 'stopped';
  return `${how} ${formatTime(at, now)} on ${job.host}${rate}`;
}

function waitWords({ gate, until, reason = 'a wait', host }: SharedWait, now: number): string {
  const what = GATE_WORDS[gate] ?? `calls of ${gate}`;
  return `Telegram has asked the account to wait with ${what}: ${reason} on ${host}, ${endWords(until, now)}`;
}

const GATE_WORDS: Readonly<Record<string, string>> = {
  messages: 'messages',
  upload: 'uploads',
  download: 'downloads',
};

function statusRecord(status: JobStatus, waits: readonly SharedWait[]): Record<string, unknown> {
  const { job, messagesPerMinute } = status;
  return {
    folder: job.folder,
    known: true,
    restore: isRestoreFolder(job.folder),
    path: status.path,
    account: job.accountId,
    source: { id: job.sourceId, title: job.sourceTitle ?? null, topic: job.sourceTopic ?? null },
    target: { id: job.targetId, title: job.targetTitle ?? null, topic: job.targetTopic ?? null },
    checkpoint: shownId(job.checkpoint),
    running: status.running ?? null,
    done: status.done,
    ways: status.copies.ways,
    reducedMessages: status.copies.reduced,
    skipped: status.skipped,
    failed: status.failed,
    sending: status.sending,
    waiting: status.waiting ?? null,
    messagesPerMinute: messagesPerMinute === undefined ? null : roundedRate(messagesPerMinute),
    estimatedEnd: isoTime(status.estimatedEnd),
    lastSettled: isoTime(status.lastSettledAt),
    host: job.host,
    waits: waits.map(({ until, reason, ...wait }) => ({
      ...wait,
      until: isoTime(until),
      reason: reason ?? null,
    })),
  };
}

function isoTime(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
