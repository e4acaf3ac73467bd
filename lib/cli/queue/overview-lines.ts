import { accountOf } from '../../queue/order.js';
import type { DeadJob, Overview, RunningJob, WaitingJob, WorkerState } from '../../queue/overview.js';
import { formatDuration, formatTime } from '../progress/words.js';
import { renderTable } from '../table.js';
import { jobWords } from './worker-events.js';

/** How many waiting jobs are listed one by one. */
const LISTED = 50;

/** What `telepi workers` shows to people. */
export function overviewLines(overview: Overview): readonly string[] {
  const { now, workers, waiting, divided, scheduled, dead } = overview;
  const lines: string[] = [];
  const part = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push(...(lines.length > 0 ? [''] : []), title, ...rows);
  };
  if (workers.length === 0) lines.push('No worker runs: telepi worker starts one.');
  else {
    const rows = workers.flatMap((each) => workerRows(each, now));
    lines.push(...renderTable(HEAD, rows));
  }
  part(
    'Divided:',
    divided.map(({ id, title, stretches, done, running, dead: lost }) => {
      const failed = lost > 0 ? `, ${lost} in the dead letters` : '';
      return `  ${title}: ${done} of ${stretches} stretches done, ${running} running${failed} (${id})`;
    }),
  );
  const listed = waiting.slice(0, LISTED).map((job) => waitingLine(job, now));
  const more = waiting.length - listed.length;
  part(`Waiting (${waiting.length}):`, [...listed, ...(more > 0 ? [`  and ${more} more`] : [])]);
  part(
    'Scheduled:',
    scheduled.map(({ name, cron, zone, order }) => `  ${name}: ${cron} (${zone}), ${jobWords({ order })}`),
  );
  part(
    `Dead letters (${dead.length}):`,
    dead.flatMap((job) => deadLines(job, now)),
  );
  return lines;
}

const HEAD = ['HOST', 'ACCOUNT', 'STATE', 'SEEN', 'JOB', 'SINCE', ''];

function workerRows(worker: WorkerState, now: number): readonly (readonly string[])[] {
  const { host, account, pid, state, seenAt, jobs } = worker;
  const own = [`${host} (${pid})`, String(account)];
  const seen = `${formatDuration(Math.max(0, now - seenAt) / 1000)} ago`;
  if (jobs.length === 0) return [[...own, state === 'working' ? 'idle' : state, seen, '', '', '']];
  return jobs.map((job) => [
    ...own,
    state,
    seen,
    job.order ? jobWords({ order: job.order }) : job.id,
    formatTime(job.since, now),
    stuckWords(job, state, now),
  ]);
}

function stuckWords({ stuck, progressAt }: RunningJob, state: WorkerState['state'], now: number): string {
  if (!stuck) return '';
  if (state === 'dead') return 'STUCK: its worker is dead, and another one will take it';
  return `STUCK: nothing for ${formatDuration((now - progressAt) / 1000)}`;
}

function waitingLine(job: WaitingJob, now: number): string {
  const { id, order, queue, priority, failures, retryLimit, startAt, lastError, stuck } = job;
  const account = accountOf(queue);
  const parts = [
    `  ${jobWords({ order })} (${id})`,
    account === undefined ? 'any account' : `account ${account}`,
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(startAt > now ? [`not before ${formatTime(startAt, now)}`] : []),
    ...(failures > 0 ? [`try ${failures + 1} of ${retryLimit + 1}`] : []),
    ...(stuck ? ['STUCK: no worker of this account'] : []),
    ...(lastError ? [`${lastError.message} [${lastError.host}]`] : []),
  ];
  return parts.join(', ');
}

function deadLines({ id, order, ending, tries, at }: DeadJob, now: number): readonly string[] {
  return [
    `  ${jobWords({ order })} (${id}), ${formatTime(at, now)} on ${ending.host}, ${tries === 1 ? 'tried once' : `tried ${tries} times`}`,
    `    ${ending.message}`,
  ];
}
