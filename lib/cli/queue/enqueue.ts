import { hostname } from 'node:os';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { readStatus } from '../../ledger/status.js';
import { isSpan, readMoment } from '../../messages/selection/moments.js';
import type { Order } from '../../queue/order.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { readSchedule, type Schedule } from '../download/schedule.js';
import { ledgerPlace } from '../ledger-place.js';
import { formatTime } from '../progress/words.js';
import { ENQUEUE_FLAGS, SCHEDULE_FLAG, STRETCH_FLAG } from '../queue-flags.js';
import { openQueueOf, requirePostgres } from './open-queue.js';
import type { OrderWords } from './order-of.js';
import { wholeFlag } from './whole-flag.js';

/** Whether a command is to be queued. @throws UsageError CONTRADICTION for flags of the queue without --enqueue */
export function isEnqueued({ flags }: Pick<CommandContext, 'flags'>, command: Order['command']): boolean {
  if (flags['enqueue'] === true) return true;
  const others = [...ENQUEUE_FLAGS, STRETCH_FLAG, ...(command === 'run' ? [SCHEDULE_FLAG] : [])];
  const idle = others.find(({ name }) => flags[name] !== undefined && flags[name] !== false);
  if (!idle) return false;
  throw new UsageError(
    'CONTRADICTION',
    `--${idle.name} says how a job is queued, and nothing is queued without --enqueue: add that, or leave out --${idle.name}.`,
  );
}

/** When and how a job is queued, as the flags say. */
export interface QueueRequest {
  readonly priority: number;
  readonly retryLimit: number;
  readonly startAt: number | undefined;
  readonly schedule: (Schedule & { readonly cron: string }) | undefined;
}

const INT32 = 2 ** 31 - 1;
const RETRIES = 5;

/** Reads them before any work. @throws UsageError QUEUE_NEEDS_POSTGRES, BAD_SETTING, BAD_SCHEDULE, CONTRADICTION */
export function readQueueRequest(
  { flags, clock }: Pick<CommandContext, 'flags' | 'clock'>,
  settings: Pick<Settings, 'database'>,
): QueueRequest {
  requirePostgres(settings);
  const now = clock.now();
  const cron = flags['schedule'] as string | undefined;
  const at = flags['at'] as string | undefined;
  if (cron !== undefined && at !== undefined)
    throw new UsageError('CONTRADICTION', '--at is one time, and --schedule many: leave one of them out.');
  if (cron !== undefined && cron.trim().split(/\s+/).length > 5) {
    throw new UsageError(
      'BAD_SCHEDULE',
      '--schedule with --enqueue is kept by the minute: write five fields, without seconds.',
    );
  }
  return {
    priority: wholeFlag(flags, 'priority', { least: -INT32, most: INT32 }) ?? 0,
    retryLimit: wholeFlag(flags, 'retries', { least: 0, most: 1000 }) ?? RETRIES,
    startAt: at === undefined ? undefined : readAt(at, now),
    schedule: cron === undefined ? undefined : { ...readSchedule(cron, now), cron: cron.trim() },
  };
}

/** Milliseconds since the epoch. */
function readAt(text: string, now: number): number {
  const given = { text, origin: '--at' };
  // What counts back from now elsewhere, counts forward from it here.
  if (isSpan(text)) return 2 * now - readMoment(given, 'start', now).at * 1000;
  try {
    return readMoment(given, 'start', now).at * 1000;
  } catch (cause) {
    const hint = /^\d+m$/i.test(text.trim()) ? ' An m could be minutes or months: write min or mo.' : '';
    throw new UsageError(
      'BAD_SETTING',
      `--at must be a date such as 2030-03-05 or 2030-03-05T18:30+01:00 (UTC unless it names its zone), or so far from now: 30min, 12h, 7d, 2w, 6mo or 1y, not ${JSON.stringify(text)}.${hint}`,
      { cause },
    );
  }
}

/** What is queued, and whose it is. */
export interface QueuedWork extends OrderWords {
  readonly command: Order['command'];
  readonly account: number;
  readonly title: string;
  readonly input?: string | undefined;
  readonly stretch?: number | undefined;
  /** The chats of a run, which belongs to the account that has begun it. */
  readonly pair?: { readonly sourceId: number; readonly targetId: number } | undefined;
}

/** Queues it, and says its id. Returns the exit status. */
export async function enqueueWork(
  context: CommandContext,
  settings: Settings,
  request: QueueRequest,
  work: QueuedWork,
): Promise<number> {
  const { flags, random, output, clock } = context;
  const { pair, ...rest } = work;
  const isAnyones = flags['any-account'] === true;
  const owner = isAnyones && pair ? await ownerOf(context, settings, pair) : undefined;
  const order: Order = {
    version: 1,
    command: rest.command,
    flags: rest.flags,
    words: rest.words,
    account: owner ?? rest.account,
    title: rest.title,
    host: hostname(),
    serial: random.bytes(16).toString('hex'),
    ...(request.schedule === undefined && { asOf: request.startAt ?? clock.now() }),
    ...(rest.input !== undefined && { input: rest.input }),
    ...(rest.stretch !== undefined && rest.stretch > 0 && { stretch: rest.stretch }),
    ...(isAnyones && owner === undefined && { any: true }),
  };
  if (owner !== undefined)
    output.note(`Account ${owner} has begun this run, so only its workers can continue it.`);
  const { priority, retryLimit, startAt, schedule: plan } = request;
  const terms = { priority, retryLimit, ...(startAt !== undefined && { startAt }) };
  const queue = await openQueueOf(context, settings, { works: false });
  try {
    if (plan) {
      const { schedule } = await import('../../queue/schedules.js');
      const name = await schedule(queue, plan, { order, terms }).catch((error: unknown) => {
        if (!isOfExpression(error)) throw error;
        throw new UsageError(
          'BAD_SCHEDULE',
          `--schedule with --enqueue: the queue can't keep ${JSON.stringify(plan.cron)}: write five fields, such as '0 3 * * *' (each night at three).`,
          { cause: error },
        );
      });
      output.line(
        `Scheduled as ${name}: ${order.command} ${order.title}, by ${plan.cron} (${plan.zone}). "telepi workers --unschedule ${name}" ends it.`,
      );
      output.record({ event: 'scheduled', name, cron: plan.cron, zone: plan.zone, title: order.title });
      return ExitStatus.done;
    }
    const { enqueue } = await import('../../queue/enqueue.js');
    const { id, outcome, startAt: due } = await enqueue(queue, order, terms);
    output.record({ event: outcome, job: id, title: order.title, priority, startAt: isoOf(startAt) });
    if (outcome === 'already') {
      const when =
        due !== undefined && due > clock.now() ? `, not before ${formatTime(due, clock.now())}` : '';
      output.line(`The same request waits or runs already as job ${id}${when}: nothing was queued.`);
    } else {
      const when = startAt === undefined ? '' : `, not before ${formatTime(startAt, clock.now())}`;
      output.line(`Queued as job ${id}: ${order.command} ${order.title}${when}.`);
    }
    return ExitStatus.done;
  } finally {
    await queue.close();
  }
}

/** The reader of the queue has plain errors; those of the database have codes. */
function isOfExpression(error: unknown): boolean {
  return error instanceof Error && error.constructor === Error && !('code' in error);
}

function isoOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** The account whose ledger has a job for these chats. */
async function ownerOf(
  context: CommandContext,
  settings: Settings,
  { sourceId, targetId }: NonNullable<QueuedWork['pair']>,
): Promise<number | undefined> {
  const jobs = await readStatus(ledgerPlace(context, settings), context.clock);
  return jobs.find(({ job }) => job.sourceId === sourceId && job.targetId === targetId)?.job.accountId;
}
