import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { PaceTable } from './pace-table.js';

/** Somebody who has news of a gate for the others. */
export interface PaceMember {
  readonly gate: string;
  /** Called when what the others have written was read. */
  readonly onRead: () => void;
  readonly hasNews: () => boolean;
  readonly share: () => Promise<void>;
}

/** A wait that another process has met. */
export interface OtherWait {
  /** Milliseconds from now. */
  readonly ms: number;
  readonly reason: string;
  readonly host: string;
}

export interface SharedPaceOptions {
  readonly table: PaceTable;
  /** The name of this machine. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The account of the session, if that is known before Telegram has said it. */
  readonly accountId?: number | undefined;
  /** Called once, before the first wait of an account is written. */
  readonly onWait?: ((accountId: number) => Promise<void>) | undefined;
}
