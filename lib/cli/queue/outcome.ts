import { ExitStatus, STOP_SIGNALS } from '../../base/errors.js';
import type { Order } from '../../queue/order.js';
import type { Reason } from './last-words.js';

/** How the process of a job has ended, or what was thrown before it began. */
export interface JobEnd extends Reason {
  /** Null: by a signal. */
  readonly status: number | null;
}

/**
 * What becomes of a job: `busy`: somebody else works on the same, and it waits without counting as failed; `rights`: this account
 * may not do it, and another one may; `begun`: the account that it waited for before has begun it; `machine`: this machine can't do any, and another one may; `refused`: it can't be done as it stands; `failed`: it may succeed another time.
 */
export type Outcome =
  | 'done'
  | 'interrupted'
  | 'signed-out'
  | 'busy'
  | 'rights'
  | 'begun'
  | 'machine'
  | 'refused'
  | 'failed';

/** See Outcome. */
export function outcomeOf(
  end: JobEnd,
  { any, flags, waitedFor }: Pick<Order, 'any' | 'flags' | 'waitedFor'>,
): Outcome {
  const { status, code, partial } = end;
  if (status === ExitStatus.done) return 'done';
  if (Object.values(STOP_SIGNALS).some((each) => each === status)) return 'interrupted';
  if (status === ExitStatus.notSignedIn) return 'signed-out';
  // The code is that of a part of it: the others were done.
  if (partial) return 'failed';
  if (BUSY.has(code)) return 'busy';
  if (code === 'OTHER_ACCOUNT' && any && waitedFor !== undefined) return 'begun';
  if (RIGHTS.has(code) && any) return 'rights';
  // On another machine it may be right: that is what its tries are for.
  if (isOfPlace(end) && flags.some((flag) => flag.startsWith('--output='))) return 'failed';
  if (isOfMachine(end, flags)) return 'machine';
  return status === ExitStatus.usage ? 'refused' : 'failed';
}

/** Another process has what this one needs, and will end. */
const BUSY: ReadonlySet<string> = new Set(['JOB_RUNNING', 'JOB_TAKEN_OVER', 'LEDGER_BUSY']);

/** What an account may not see or do, and another one may: our words of it, and Telegram's. */
const RIGHTS: ReadonlySet<string> = new Set([
  'UNKNOWN_CHAT',
  'CHAT_OUT_OF_REACH',
  'TARGET_READ_ONLY',
  'TARGET_NO_TOPIC_RIGHT',
  'CHANNEL_PRIVATE',
  'CHANNEL_INVALID',
  'CHAT_FORBIDDEN',
  'CHAT_ADMIN_REQUIRED',
  'USER_NOT_PARTICIPANT',
  'OTHER_ACCOUNT',
]);

function isOfMachine({ code, message, errno }: JobEnd, flags: Order['flags']): boolean {
  // Of a job there are flags alone: a wrong value of anything else stands in the worker's own settings.
  if (code === 'BAD_SETTING') return !message.startsWith('--');
  if (code === 'BUDGET_TOO_SMALL') return !flags.some((flag) => flag.startsWith('--buffer-mb='));
  return OF_MACHINE.test(code) || OF_SYSTEM.has(errno ?? code);
}

/** What a place that the job itself names by --output may be the cause of. */
function isOfPlace({ code, errno }: JobEnd): boolean {
  return /^(?:OUTPUT_|DISK_|S3_|MISSING_SETTING$)/.test(code) || OF_SYSTEM.has(errno ?? code);
}

/** What is wrong on a machine, its settings, its disk or the database: there is nothing wrong with the job. */
const OF_MACHINE =
  /^(?:DATABASE_|OUTPUT_|DISK_|DATA_DIR|LEDGER_|STORE_|STATE_|S3_|SESSION_|ENV_FILE_|SERVER_KEY_|BAD_SERVER|BAD_SESSION$|MY_JSON$|MISSING_SETTING$|CRYPTO|ORGANISE_RUNS$|LOCK_FAILED$|CLOCK_WRONG$|JOB_NOT_STARTED$)/;

/** What the system has refused: its disk, its rights, its number of open files. */
const OF_SYSTEM: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
]);
