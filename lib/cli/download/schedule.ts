import { Cron } from 'croner';
import type { Clock } from '../../base/clock.js';
import { messageOf, UsageError } from '../../base/errors.js';

/** When work is due. */
export interface Schedule {
  /** The zone by whose time it runs, such as Europe/Vienna. */
  readonly zone: string;
  /** The next moment after `after`; undefined when there is none any more. Both in milliseconds since the epoch. */
  next(after: number): number | undefined;
}

/**
 * Reads `--schedule`: a cron expression of five fields, or six with seconds in front, or @hourly and the like, by the time of
 * this machine.
 * @throws UsageError BAD_SCHEDULE, also for one that is never due.
 */
export function readSchedule(text: string, now: number): Schedule {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const refuse = (why: string): UsageError =>
    new UsageError(
      'BAD_SCHEDULE',
      `--schedule must be a cron expression such as '0 3 * * *' (each night at three), not ${JSON.stringify(text)}: ${why}.`,
    );
  let cron: Cron;
  try {
    cron = new Cron(text.trim(), { timezone: zone, paused: true, mode: '5-or-6-parts' });
  } catch (error) {
    throw refuse(
      messageOf(error)
        .replace(/^CronPattern: /, '')
        .replace(/\.$/, ''),
    );
  }
  const next = (after: number): number | undefined => cron.nextRun(new Date(after))?.getTime();
  if (next(now) === undefined) throw refuse('it is never due');
  return { zone, next };
}

/** Timers stand still while a machine sleeps, so a long wait looks at the clock now and then. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Does the work each time that it is due, until `signal` aborts or it is never due again. What becomes due while the work is
 * running is left out. `onWait` gets the next moment, in milliseconds since the epoch.
 */
export async function repeat(
  schedule: Schedule,
  {
    clock,
    signal,
    onWait,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly onWait: (at: number) => void },
  work: () => Promise<void>,
): Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  for (;;) {
    // A clock that was set back doesn't make the same moment due again.
    const at = schedule.next(Math.max(clock.now(), last));
    if (at === undefined) return;
    onWait(at);
    while (clock.now() < at) await clock.sleep(Math.min(at - clock.now(), LONGEST_SLEEP_MS), signal);
    signal.throwIfAborted();
    last = at;
    await work();
  }
}
