import { hostname } from 'node:os';
import { join } from 'node:path';
import { DiskBlobs } from '../../blobs/disk/disk-blobs.js';
import { describeSettings } from '../../settings/settings.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { RunEvents } from '../clone-into.js';
import type { CommandContext } from '../command.js';
import { connect, notedWaits, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { Buckets } from '../export/buckets.js';
import { keepGoodConnections, readGoodConnections } from '../good-connections.js';
import { openArchive } from '../open-archive.js';
import { chatOfRequest } from '../restore/chosen.js';
import { findKept } from '../restore/find-kept.js';
import { readRestore, refuseOtherAccount } from '../restore/request.js';
import { restoreInto } from '../restore/restore-into.js';
import { restoreSides } from '../restore/sides.js';

/** Where blobs rest below the data directory. */
const BLOBS_FOLDER = 'blobs';

/** `telepi restore`: posts messages that the store has kept back into a chat. */
export async function restore(context: CommandContext): Promise<number> {
  const request = await readRestore(context);
  const { settings } = request;
  context.log.info('settings_read', describeSettings(settings));
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  const store = await openArchive(context, settings);
  const buckets = new Buckets(settings.s3, context.clock);
  const events: RunEvents = { planned: false, onWait: notedWaits(context) };
  try {
    const client = await connect(context, settings, session, {
      looks: request.isDryRun,
      onWait: (wait) => events.onWait(wait),
    });
    try {
      const accountId = Number((await currentUser(client, context.signal)).id);
      refuseOtherAccount(request.plan, accountId);
      client.parts.begin(await readGoodConnections(settings.dataDir, accountId, context.log));
      const choosing = { db: store.db, request, accountId, signal: context.signal };
      const chatId = await chatOfRequest(choosing);
      const sides = await restoreSides({ context, client, request, choosing, chatId });
      const blobs = [new DiskBlobs(join(settings.dataDir, BLOBS_FOLDER))];
      const kept = findKept({ db: store.db, accountId, host: hostname(), blobs, buckets });
      try {
        return await restoreInto({ context, request, store, client, accountId, sides, kept, events });
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
