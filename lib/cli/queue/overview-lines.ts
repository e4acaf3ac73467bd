import { accountOf, type Ending } from '../../queue/order.js';
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
    divided.map(({ id, title, stretches, left, running, dead: lost }) => {
      const failed = lost > 0 ? `, ${lost} in the dead letters` : '';
      return `  ${title}: ${left} of ${stretches} stretches left, ${running} running${failed} (${id})`;
    }),
  );
  const listed = waiting.slice(0, LISTED).flatMap((job) => waitingLines(job, now));
  const more = waiting.length - Math.min(waiting.length, LISTED);
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

function waitingLines(job: WaitingJob, now: number): readonly string[] {
  const { id, order, queue, priority, failures, retryLimit, startAt, lastError, putOff, stuck } = job;
  const account = accountOf(queue);
  const parts = [
    `  ${jobWords({ order })} (${id})`,
    account === undefined ? 'any account' : `account ${account}`,
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(startAt > now ? [`${putOff ? 'put off until' : 'not before'} ${formatTime(startAt, now)}`] : []),
    ...(failures > 0 ? [`try ${failures + 1} of ${retryLimit + 1}`] : []),
    ...(stuck ? ['STUCK: no worker of this account'] : []),
  ];
  const refusals = order.refusals ?? [];
  return [
    parts.join(', '),
    ...(putOff ? [`    put off: ${endingWords(putOff)}`] : []),
    ...(lastError ? [`    failed: ${endingWords(lastError)}`] : []),
    ...refusals.map((refusal) => `    account ${refusal.account} may not: ${endingWords(refusal)}`),
  ];
}

function deadLines({ id, job = id, order, ending, tries, at }: DeadJob, now: number): readonly string[] {
  return [
    `  ${jobWords({ order })} (${job}), ${formatTime(at, now)}, ${tries === 1 ? 'tried once' : `tried ${tries} times`}`,
    `    ${endingWords(ending)}`,
  ];
}

function endingWords({ code, message, host }: Ending): string {
  return `${code} on ${host}: ${message}`;
}
