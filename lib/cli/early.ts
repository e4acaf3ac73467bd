import type { Api } from 'telegram/tl/index.js';
import type { Settings } from '../settings/settings.js';
import type { TelepiClient } from '../telegram/client.js';
import { currentUser } from '../telegram/sign-in.js';
import type { CommandContext } from './command.js';
import type { Known } from './known.js';
import { findSides, makesTarget } from './made-sides.js';
import { readingAhead } from './read-ahead.js';
import type { Sides } from './sides.js';

/** The work that a run begins while it connects. */
export interface Early {
  readonly user: Promise<Api.User>;
  readonly sides: Promise<Sides>;
  readonly rooms: Promise<Rooms>;
}

/** Modules that load slowly. */
export interface Rooms {
  readonly openJob: OpenJob;
  readonly examineJob: ExamineJob;
  readonly runClone: RunClone;
}

/** Its calls share the connection's first round trips, and slow modules load meanwhile. */
export function beginEarly(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  known: Known,
): Early {
  const user = currentUser(client, context.signal);
  const onFound = makesTarget(context) ? undefined : readingAhead(context, settings, client);
  const sides = findSides(context, settings, client, { known, ...(onFound && { onFound }) });
  const rooms = loadRooms();
  for (const begun of [user, sides, rooms]) begun.catch(() => {});
  return { user, sides, rooms };
}

async function loadRooms(): Promise<Rooms> {
  const [{ openJob }, { examineJob }, { runClone }] = await Promise.all([
    import('../ledger/open-job.js'),
    import('../ledger/examine-job.js'),
    import('../clone/clone.js'),
  ]);
  return { openJob, examineJob, runClone };
}

export type OpenJob = typeof import('../ledger/open-job.js').openJob;
export type ExamineJob = typeof import('../ledger/examine-job.js').examineJob;
export type RunClone = typeof import('../clone/clone.js').runClone;
