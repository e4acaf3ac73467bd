import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import { type Numbering, OLDER_START } from '../base/source-ids.js';
import type { LeaseTimes } from '../store/lease-term.js';
import type { FormerIds, JobSelection } from './job-file.js';
import type { JobLease } from './job-term.js';
import type { Ledger, LedgerPlace } from './ledger.js';

/** A job that was begun with the former ids continues with the present ones. */
export interface JobOptions extends JobSelection, FormerIds, LedgerPlace {
  /** The user id of the account that is signed in. */
  readonly accountId: number;
  /** Whether the source's history from before its upgrade can be read, and comes first. */
  readonly olderHistory?: boolean;
  /** How the settings name the chats, if not by id: `@name` or `me` may lead elsewhere another day. */
  readonly sourceName?: string | undefined;
  readonly targetName?: string | undefined;
  /** Shown by `telepi status`. */
  readonly sourceTitle?: string;
  readonly targetTitle?: string;
  /** Where the older Python script has left its files, for a job that hasn't begun. Absent: nowhere. */
  readonly legacyDir?: string | undefined;
  /**
   * A directory that may hold such files: a job that hasn't begun is refused until the user says what to do with them.
   */
  readonly strayDir?: string | undefined;
  /**
   * Starts over: a new job id, no checkpoint, no topics. The old files stay next to the new ones as *.before-restart.
   */
  readonly restart?: boolean;
  /** The name of this machine. Default: the system's. */
  readonly host?: string;
  /** The session that uploads: see sessionMark. Absent: uploads of whichever session are continued. */
  readonly session?: string | undefined;
  /** How long the sole right to a job on a server lasts. Default: LEASE_TIMES. */
  readonly leaseTimes?: LeaseTimes;
  /**
   * Takes secrets out of a text before it is recorded, because a server's message may repeat one. Default: leaves the
   * text alone.
   */
  readonly withoutSecrets?: (text: string) => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A finding from opening a job that the user should know: logged as its event, shown as its sentence. */
export interface JobNote {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

/** What the steps of opening a job share. The job's lock is held. */
export interface JobScene extends JobOptions {
  /** The path of the folder. */
  readonly path: string;
  /** The folder's name in the data directory. */
  readonly folder: string;
  readonly host: string;
  readonly ledger: Ledger;
  /** The sole right to the job; absent for a ledger that is a file. */
  readonly lease?: JobLease | undefined;
  /** By what this data directory on this machine is known on a server; absent for a ledger that is a file. */
  readonly holder?: string | undefined;
  note(note: JobNote): void;
}

/** How the job's source ids are written in checkpoint.txt. */
export function numberingOf({
  olderHistory = false,
  formerSourceId,
}: Pick<JobOptions, 'olderHistory' | 'formerSourceId'>): Numbering {
  return {
    start: olderHistory ? OLDER_START : 0,
    hasOlder: formerSourceId !== undefined,
    beforeUpgrade: false,
  };
}
