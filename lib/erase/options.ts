import type { Clock } from '../base/clock.js';
import type { JobLease } from '../ledger/job-term.js';
import type { OpenStore } from '../store/open-store.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import type { EraseCounts, EraseStep } from './events.js';
import type { ErasePlan } from './plan-file.js';
import type { Prover } from './prove.js';

export interface EraseOptions {
  readonly client: Caller;
  /** The plan's chat, as Telegram shows it now. */
  readonly chat: Chat;
  readonly accountId: number;
  readonly plan: ErasePlan;
  /** Nothing is deleted while it is out of reach. */
  readonly store: OpenStore;
  /** This machine. */
  readonly host: string;
  readonly prover: Prover;
  /** The sole right to delete in this chat, against other machines; undefined for a database that is a file. */
  readonly lease?: JobLease | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStep: (step: EraseStep, counts: EraseCounts) => void;
}
