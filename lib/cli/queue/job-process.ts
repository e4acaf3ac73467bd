import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ExitStatus, messageOf } from '../../base/errors.js';
import { packageFolder } from '../../base/package-folder.js';
import type { Order } from '../../queue/order.js';
import type { LogFile } from '../log-file.js';
import { datedFlags } from './dated-flags.js';
import { LastWords } from './last-words.js';
import type { JobEnd } from './outcome.js';
import { requireQueueable } from './queueable.js';
import { QUEUED_JOB } from './queued-job.js';

export interface JobProcess {
  readonly id: string;
  readonly order: Order;
  /** The worker's own flags, of its connection and data directory. */
  readonly ownFlags: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Receives what it prints. */
  readonly log: LogFile;
  /** Where that is, for people. */
  readonly logPath: string;
  /** Hides the secrets that the worker knows of. */
  readonly redact: (text: string) => string;
  /** Called with each line that it says. */
  readonly onLine: (line: string) => void;
  /** Asks it to end cleanly. */
  readonly signal: AbortSignal;
  /** Ends it at once. */
  readonly kill: AbortSignal;
}

/**
 * Does a job in a process of its own: its memory is its own, and it can be ended. A channel leads to it, whose end shows it that
 * the worker has died. Resolves when it has ended. @throws UsageError ONLY_HERE, before anything is started
 */
export async function runJob(job: JobProcess): Promise<JobEnd> {
  const { id, order, ownFlags, environment, workingDirectory, log, logPath, redact, signal, kill } = job;
  requireQueueable(order);
  const launcher = join(packageFolder(import.meta.url), 'bin', 'telepi');
  // The last one of a flag counts.
  const words = [launcher, order.command, ...datedFlags(order), ...ownFlags, '--json', '--', ...order.words];
  const child = spawn(process.execPath, words, {
    cwd: workingDirectory,
    env: { ...environment, [QUEUED_JOB]: id },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in a terminal reaches a whole group: the worker passes it on, and a second signal would end the job at once.
    detached: true,
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(order.input ?? '');
  const onStop = (): void => void child.kill('SIGTERM');
  const onKill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', onStop, { once: true });
  kill.addEventListener('abort', onKill, { once: true });
  if (signal.aborted) onStop();
  if (kill.aborted) onKill();
  const lastWords = new LastWords();
  const reading = [
    eachLine(child.stdout, (line) => {
      log.write('info', line);
      lastWords.record(line);
      job.onLine(line);
    }),
    eachLine(child.stderr, (line) => {
      log.write('info', line);
      lastWords.note(line);
      job.onLine(line);
    }),
  ];
  try {
    const { status, by } = await endOf(child);
    await Promise.all(reading);
    const ended = `telepi ${order.command} ended ${by === null ? `with exit status ${status}` : `by ${by}`}`;
    const reason =
      by === null ? lastWords.why(ended, logPath) : lastWords.killed('JOB_KILLED', ended, logPath);
    return { ...reason, message: redact(reason.message), status: by === null ? status : null };
  } catch (error) {
    await Promise.allSettled(reading);
    if (child.pid !== undefined) throw error;
    return notStarted(error);
  } finally {
    signal.removeEventListener('abort', onStop);
    kill.removeEventListener('abort', onKill);
  }
}

/** Nothing of the job has begun: the machine lacks what every process needs. */
function notStarted(error: unknown): JobEnd {
  return {
    status: ExitStatus.failed,
    code: 'JOB_NOT_STARTED',
    message: `The process of the job could not be started: ${messageOf(error)}.`,
  };
}

function endOf(child: ChildProcess): Promise<{ status: number | null; by: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, by) => resolve({ status, by }));
  });
}

/** The longest line that is looked at; a longer one is cut. */
const LONGEST = 1_000_000;

async function eachLine(from: Readable | null, take: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of (from?.setEncoding('utf8') ?? []) as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST);
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
}
