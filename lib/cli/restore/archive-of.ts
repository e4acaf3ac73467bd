import {
  type ArchivedSource,
  archivedSource,
  type SourceOptions,
} from '../../erase/restore/archived-source.js';
import { hiddenHistory } from '../../erase/restore/hidden-history.js';
import type { JobOptions } from '../../ledger/job-scene.js';
import { jobOptions } from '../job-options.js';
import type { CommandPlace } from '../ledger-place.js';
import type { LeftOut } from './left-out.js';
import type { Restoring } from './restoring.js';

/** What identifies the job of a restore, and how it is opened. */
export type Opening = Omit<JobOptions, 'withoutSecrets' | 'clock' | 'random' | 'log'>;

type Opened = Omit<Restoring, 'events'>;

/**
 * The chat on Telegram, where it is asked what is still there. What goes into another chat without a plan is posted whether or not it
 * is still in its own.
 */
export function askedChat({ request, sides }: Pick<Opened, 'request' | 'sides'>): SourceOptions['asked'] {
  return sides.isOwn || request.plan ? sides.onTelegram : undefined;
}

/** The archive of a request's chat as the source of a clone. `rows`: what the ledger knows of its messages, once that is open. */
export function archiveOf(
  { context, client, store, accountId, request, sides, kept, imported }: Opened,
  left: LeftOut,
  rows: SourceOptions['job'],
  more: Pick<SourceOptions, 'copiesIn' | 'onPage'> = {},
): ArchivedSource {
  const { chat, own, older } = sides;
  const asked = askedChat({ request, sides });
  return archivedSource({
    ...{ client, db: store.db, accountId, chat, own, older },
    asked,
    findHidden: hiddenHistory({ client, db: store.db, accountId, asked, planHash: request.plan?.hash }),
    ...{ findKept: kept, imported, signal: context.signal, ...more },
    job: rows,
    onLeft: (id, reason) => left.note(id, reason),
    onRebuilt: (id) => left.noteRebuilt(id),
  });
}

/** The job of a restore: one for each pair of chats, whichever plans there are. */
export function restoreJob(
  { context, request, client, accountId, sides: { target } }: Opened,
  { source }: ArchivedSource,
  place: CommandPlace,
): Opening {
  const { sessionMark: session } = client;
  const pair = { accountId, source, target, sourceName: undefined, targetName: undefined };
  const options = jobOptions(context, request.settings, pair, place);
  return { ...options, strayDir: undefined, isRestore: true, session };
}
