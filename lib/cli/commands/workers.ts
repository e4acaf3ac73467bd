import { ExitStatus, UsageError } from '../../base/errors.js';
import type { Overview } from '../../queue/overview.js';
import type { Queue } from '../../queue/queue.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { openPresentQueueOf, openQueueOf, requirePostgres } from '../queue/open-queue.js';
import { overviewLines } from '../queue/overview-lines.js';
import { jobWords } from '../queue/worker-events.js';

/** `telepi workers`: who does what, what waits, what is stuck and what has failed for good; and changes of these. */
export async function workers(context: CommandContext): Promise<number> {
  const { flags, output } = context;
  const settings = settingsOf(context, []);
  const changes = CHANGES.filter(({ name }) => flags[name] !== undefined);
  const [change, another] = changes;
  if (change && another) {
    throw new UsageError(
      'CONTRADICTION',
      `--${change.name} and --${another.name} are two changes: make them one after the other.`,
    );
  }
  requirePostgres(settings);
  if (!change) return look(context, settings);
  const queue = await openQueueOf(context, settings, { works: false });
  try {
    const id = String(flags[change.name]);
    output.line(await change.make(queue, id));
    output.record({ event: change.name, id });
    return ExitStatus.done;
  } finally {
    await queue.close();
  }
}

async function look(context: CommandContext, settings: Settings): Promise<number> {
  const { output } = context;
  const queue = await openPresentQueueOf(context, settings);
  if (!queue) {
    output.line('There is no queue in this database yet: telepi worker makes it, and so does --enqueue.');
    output.record({ event: 'no_queue' });
    return ExitStatus.done;
  }
  try {
    const { overview } = await import('../../queue/overview.js');
    const found = await overview(queue);
    for (const line of overviewLines(found)) output.line(line);
    for (const record of recordsOf(found)) output.record(record);
    return ExitStatus.done;
  } finally {
    await queue.close();
  }
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const CHANGES = [
  {
    name: 'retry',
    async make(queue: Queue, id: string) {
      const { retryDead } = await import('../../queue/dead-letters.js');
      const jobs = UUID.test(id) ? await retryDead(queue, id) : [];
      if (jobs.length === 0) throw unknown(`No dead letter has the id ${id}`);
      return jobs.length === 1
        ? `Queued once more as job ${jobs[0]}.`
        : `Queued ${jobs.length} stretches once more.`;
    },
  },
  {
    name: 'drop',
    async make(queue: Queue, id: string) {
      const { drop } = await import('../../queue/dead-letters.js');
      const count = UUID.test(id) ? await drop(queue, id) : 0;
      if (count > 0) return count === 1 ? `Removed ${id}.` : `Removed ${count} stretches of ${id}.`;
      throw unknown(`No dead letter and no job that waits has the id ${id}`);
    },
  },
  {
    name: 'unschedule',
    async make(queue: Queue, name: string) {
      const { unschedule } = await import('../../queue/schedules.js');
      if (await unschedule(queue, name)) return `Ended the schedule ${name}.`;
      throw unknown(`There is no schedule ${name}`);
    },
  },
];

function unknown(fault: string): UsageError {
  return new UsageError('UNKNOWN_JOB', `${fault}: telepi workers shows what there is.`);
}

function* recordsOf(overview: Overview): Generator<Record<string, unknown>> {
  for (const { jobs, startedAt, seenAt, ...worker } of overview.workers) {
    yield {
      event: 'worker',
      ...worker,
      started: iso(startedAt),
      seen: iso(seenAt),
      jobs: jobs.map(({ id, order, since, progressAt, stuck }) => ({
        ...{ id, title: order ? jobWords({ order }) : null, stuck },
        ...{ since: iso(since), progress: iso(progressAt) },
      })),
    };
  }
  for (const divided of overview.divided) yield { event: 'divided', ...divided };
  for (const { order, since, startAt, lastError, putOff, ...job } of overview.waiting) {
    yield {
      event: 'waiting',
      ...job,
      title: jobWords({ order }),
      since: iso(since),
      notBefore: iso(startAt),
      lastError: lastError ?? null,
      putOff: putOff ?? null,
      refusals: order.refusals ?? [],
    };
  }
  for (const { order, ...schedule } of overview.scheduled)
    yield { event: 'schedule', ...schedule, title: jobWords({ order }) };
  for (const { order, at, ...dead } of overview.dead) {
    const { refusals = [] } = order;
    yield { event: 'dead', ...dead, title: jobWords({ order }), at: iso(at), refusals };
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
