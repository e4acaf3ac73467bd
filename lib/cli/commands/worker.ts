import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { leaseHolder } from '../../ledger/job-lease.js';
import { accountQueue } from '../../queue/order.js';
import type { Taken } from '../../queue/take.js';
import type { Worker } from '../../queue/workers.js';
import { readSettings, type Settings } from '../../settings/settings.js';
import { specOf } from '../../settings/table.js';
import { lockFile } from '../../store/file-lock.js';
import { serverDatabase } from '../../store/server-database.js';
import type { TelepiClient } from '../../telegram/client.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { CONNECTION } from '../connection-settings.js';
import { asFailure } from '../failure.js';
import { rowsLeftWriter, writeRowsLeft } from '../left-rows.js';
import { openLogFile } from '../log-file.js';
import { WORKER_FOLDER } from '../own-files.js';
import { stretchesOf } from '../queue/divide.js';
import { removeOldLogs } from '../queue/job-logs.js';
import { runJob } from '../queue/job-process.js';
import { openQueueOf, requirePostgres } from '../queue/open-queue.js';
import type { JobEnd } from '../queue/outcome.js';
import { requireQueueable } from '../queue/queueable.js';
import { JOBS_OWN_KEYS } from '../queue/queued-job.js';
import { wholeFlag } from '../queue/whole-flag.js';
import { eventRecord, eventWords, type WorkerEvent } from '../queue/worker-events.js';
import { WorkerLoop } from '../queue/worker-loop.js';
import type { JobSignals } from '../queue/worker-loop-options.js';
import { readVersion } from '../version.js';
import { sayOthers } from '../waiting-rows.js';

const MOST_JOBS = 64;

/** `telepi worker`: does queued jobs of its account, each in a process of its own, until it is interrupted. */
export async function worker(context: CommandContext): Promise<number> {
  const { flags, output, log, clock, random, signal } = context;
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  requirePostgres(settings);
  // A wrong one would fail every job here.
  readSettings(context.sources, { uses: [...context.uses, ...JOBS_OWN_KEYS] });
  const jobs = wholeFlag(flags, 'jobs', { least: 1, most: MOST_JOBS }) ?? 1;
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  await prepareDataDir(settings.dataDir);
  const folder = join(settings.dataDir, WORKER_FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = lockFile(join(folder, 'lock.db'));
  if (!lock) throw runningHere(settings);
  context.atEnd(async () => lock.release());
  await log.open(join(folder, 'worker.log'));
  await removeOldLogs(folder, new Set());
  const connectHere = (): Promise<TelepiClient> => connect(context, settings, session);
  const account = await accountOfSession(connectHere, signal);
  const queue = await openQueueOf(context, settings, { works: true });
  let buried = 0;
  try {
    const place = {
      dataDir: settings.dataDir,
      door: serverDatabase(requirePostgres(settings)),
      db: queue.db,
    };
    sayOthers(context, await writeRowsLeft(context, place));
    const writeLeft = rowsLeftWriter(context, place);
    const host = hostname();
    const self: Worker = {
      id: random.bytes(16).toString('hex'),
      holder: await leaseHolder({ dataDir: settings.dataDir, random, host }),
      host,
      account,
      pid: process.pid,
      version: readVersion(),
      jobs,
    };
    await queue.boss.createQueue(accountQueue(account));
    const onEvent = (event: WorkerEvent): void => {
      if (event.kind === 'dead' || event.kind === 'refused') buried += 1;
      const { event: name, ...fields } = eventRecord(event);
      log.info(`job_${String(name)}`, fields);
      output.line(`${new Date(clock.now()).toISOString().slice(11, 19)} ${eventWords(event)}`);
      output.record({ event: name, ...fields });
    };
    const running = new Set<string>();
    const loop = new WorkerLoop({
      queue,
      worker: self,
      untilEmpty: flags['until-empty'] === true,
      async plan(job, ends) {
        requireQueueable(job.order);
        return stretchesOf(job, connectHere, ends);
      },
      async work(job, ends) {
        const end = await doJob(context, { settings, folder, running, job, ends });
        await writeLeft();
        return end;
      },
      endOf(error) {
        const { exitStatus, code, message } = asFailure(error, signal);
        return { status: exitStatus, code, message: context.redactor.text(message) };
      },
      onEvent,
      onReady() {
        output.line(
          `Worker of account ${account} on ${host}: takes ${jobs === 1 ? 'one job' : `${jobs} jobs`} at a time.`,
        );
        output.record({ event: 'worker', worker: self.id, account, host, pid: self.pid, jobs });
      },
      clock,
      signal,
    });
    await loop.run();
  } finally {
    await queue.close();
  }
  signal.throwIfAborted();
  if (buried === 0) return ExitStatus.done;
  output.line(
    `${buried === 1 ? '1 job became a dead letter' : `${buried} jobs became dead letters`}: telepi workers shows why.`,
  );
  return ExitStatus.failed;
}

/** In a process of its own, with a log of its own in the folder. */
async function doJob(
  { sources, log, redactor }: CommandContext,
  {
    settings,
    folder,
    running,
    job: { id, order },
    ends,
  }: {
    readonly settings: Settings;
    readonly folder: string;
    /** The ids of the jobs that run. */
    readonly running: Set<string>;
    readonly job: Taken;
    readonly ends: JobSignals;
  },
): Promise<JobEnd> {
  const logPath = join(folder, `${id}.log`);
  running.add(id);
  const file = openLogFile(logPath, {
    level: 'info',
    onFault: (error) => log.warn('job_log_not_written', { path: logPath, error }),
  });
  try {
    return await runJob({
      ...{ id, order, log: file, logPath, ...ends },
      redact: (text) => redactor.text(text),
      ownFlags: ownFlags(sources.flags, settings),
      environment: sources.environment,
      workingDirectory: sources.workingDirectory,
    });
  } finally {
    await file.close();
    running.delete(id);
    await removeOldLogs(folder, running).catch((error: unknown) =>
      log.warn('job_logs_not_removed', { path: folder, error }),
    );
  }
}

/** What the worker was given of its connection, for the processes of its jobs. */
function ownFlags(flags: Readonly<Record<string, unknown>>, { dataDir }: Settings): readonly string[] {
  const names = [...CONNECTION.flatMap((key) => specOf(key).flag ?? []), 'settings'];
  const given = names.filter((name) => name !== 'data-dir' && flags[name] !== undefined);
  return [
    `--data-dir=${dataDir}`,
    ...given.map((name) => `--${name}=${flags[name] === true ? 'yes' : String(flags[name])}`),
  ];
}

async function accountOfSession(
  connectHere: () => Promise<TelepiClient>,
  signal: AbortSignal,
): Promise<number> {
  const client = await connectHere();
  try {
    return Number((await currentUser(client, signal)).id);
  } finally {
    await client.close();
  }
}

function runningHere({ dataDir }: Settings): UsageError {
  return new UsageError(
    'WORKER_RUNS',
    `A worker runs already with the data directory ${dataDir}: give it more jobs at a time by --jobs, or start this one with another DATA_DIR and a login of its own.`,
    { fields: { dataDir } },
  );
}
