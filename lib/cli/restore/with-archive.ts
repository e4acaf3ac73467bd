import { hostname } from 'node:os';
import { join } from 'node:path';
import { DiskBlobs } from '../../blobs/disk/disk-blobs.js';
import type { Wait } from '../../pace/wait.js';
import { ImportedIds, importRangesOf } from '../../store/tables/import-ranges.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { Buckets } from '../export/buckets.js';
import { keepGoodConnections, readGoodConnections } from '../good-connections.js';
import { BLOBS_FOLDER } from '../kept-on-disk.js';
import { openArchive } from '../open-archive.js';
import { chatOfRequest } from './chosen.js';
import { findKept } from './find-kept.js';
import { type RestoreRequest, refuseOtherAccount } from './request.js';
import type { Restoring } from './restoring.js';
import { restoreSides } from './sides.js';

export interface ArchiveEvents {
  /** The command only looks: see ConnectEvents. */
  readonly looks: boolean;
  readonly onWait: (wait: Wait) => void;
}

/** Opens the store, connects, finds both chats of a request, lets `work` use them, and closes everything, however it ends. */
export async function withArchive<T>(
  context: CommandContext,
  request: RestoreRequest,
  { looks, onWait }: ArchiveEvents,
  work: (restoring: Omit<Restoring, 'events'>) => Promise<T>,
): Promise<T> {
  const { settings } = request;
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  const store = await openArchive(context, settings);
  const buckets = new Buckets(settings.s3, context.clock);
  try {
    const client = await connect(context, settings, session, { looks, onWait });
    try {
      const accountId = Number((await currentUser(client, context.signal)).id);
      refuseOtherAccount(request.plan, accountId);
      client.parts.begin(await readGoodConnections(settings.dataDir, accountId, context.log));
      const choosing = { db: store.db, request, accountId, signal: context.signal };
      const chatId = await chatOfRequest(choosing);
      const sides = await restoreSides({ context, client, request, choosing, chatId });
      const blobs = [new DiskBlobs(join(settings.dataDir, BLOBS_FOLDER))];
      const kept = findKept({ db: store.db, accountId, host: hostname(), blobs, buckets });
      const targetId = sides.target.id;
      const imported = new ImportedIds(await importRangesOf(store.db, { accountId, targetId }));
      try {
        return await work({ context, request, store, client, accountId, sides, kept, imported });
      } finally {
        await keepGoodConnections(settings.dataDir, accountId, client.parts.good, context.log);
      }
    } finally {
      await client.close();
    }
  } finally {
    buckets.close();
    await store.close();
  }
}
