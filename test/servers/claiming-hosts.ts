// Hosts in one process that share a database, and moments at which they stop.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import type { Deferred } from '../../lib/base/deferred.js';
import { type Log, silentLog } from '../../lib/base/log.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import type { DownloadOptions } from '../../lib/download/options.js';
import type { FilePlace } from '../../lib/download/place.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import { type StoreWriter, storeWriter } from '../../lib/store/store-writer.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { timeText } from '../../lib/store/times.js';
import { asBigInt } from '../../lib/store/values.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openPlace, type TestPlace } from './databases.js';

export const FILES = 60;
export const MACHINES = { alpha: 'a'.repeat(64), beta: 'b'.repeat(64) };

export async function chatOf(t: TestContext, count = FILES, size = 20_000) {
  const scene = await cloneScene({ seed: `claimed ${count}` });
  t.after(() => scene.close());
  const chat = scene.group('claimed');
  for (let nth = 0; nth < count; nth += 1)
    scene.post(chat, { text: '', media: scene.document(size + nth, { seed: `claimed ${nth}` }) });
  return { scene, order: await chatOrder(scene, chat) };
}

/** A host with a data directory and a folder of its own. `wrap`: what becomes of its writer. */
export async function hostOf(
  t: TestContext,
  scene: CloneScene,
  place: TestPlace,
  host: keyof typeof MACHINES,
  wrap: (writer: StoreWriter) => StoreWriter = (writer) => writer,
) {
  const [folder, dataDir] = [temporaryFolder(t), temporaryFolder(t)];
  const here = await downloadScene(t, scene, { folder, dataDir });
  const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
  const writer = wrap(storeWriter(db, { host, clock: systemClock }));
  const marks = { folder: join(dataDir, 'claims'), machine: MACHINES[host] };
  const options: Partial<DownloadOptions> = { host, store: { db, writer }, marks };
  return { folder, marks, db, options, run: here.run };
}

export async function assertOnce(
  db: Awaited<ReturnType<typeof hostOf>>['db'],
  folders: readonly string[],
  count = FILES,
): Promise<void> {
  const copies = await db.selectFrom('file_copies').select(['media_id', 'state', 'path']).execute();
  assert.deepEqual(
    copies.filter(({ state }) => state !== 'there'),
    [],
  );
  assert.equal(copies.length, count);
  assert.equal(new Set(copies.map(({ media_id }) => asBigInt(media_id ?? 0n))).size, count);
  const log = await db.selectFrom('download_log').select(['message_id', 'download_status']).execute();
  assert.equal(log.length, count);
  assert.equal(new Set(log.map(({ message_id }) => String(message_id))).size, count);
  const names = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  assert.deepEqual(names.sort(), copies.map(({ path }) => path).sort());
  assert.deepEqual(
    await db.selectFrom('leases').select('name').where('name', 'like', 'file %').execute(),
    [],
  );
}

/** As if the host had been silent for longer than it may be. */
export async function expire(subject: Pick<Awaited<ReturnType<typeof hostOf>>, 'db'>): Promise<void> {
  await subject.db
    .updateTable('leases')
    .set({ expires_datetime: timeText(0) })
    .execute();
}

/** A clock whose first sleep between two renewals of claims ends when `woken` resolves. */
export function clockWokenBy(woken: Promise<void>): Clock {
  let isFirst = true;
  return {
    ...systemClock,
    sleep(ms, signal) {
      if (ms !== LEASE_TIMES.renewalMs || !isFirst) return systemClock.sleep(ms, signal);
      isFirst = false;
      return Promise.race([woken, systemClock.sleep(ms, signal)]);
    },
  };
}

/** A folder to which a file's third part comes when `meanwhile` is done, which gets the signal that ends the file. */
export function placeThatStops(folder: string, meanwhile: (signal: AbortSignal) => Promise<void>): FilePlace {
  const place = diskPlace(folder);
  return {
    ...place,
    receive(file) {
      const { source } = file;
      const open: typeof source.open = async function* (range, lease, signal) {
        let parts = 0;
        for await (const part of source.open(range, lease, signal)) {
          parts += 1;
          if (parts === 3) await meanwhile(signal);
          yield part;
        }
      };
      return place.receive({ ...file, source: { ...source, open } });
    },
  };
}

/** Resolves `lost` when it says that a claim was lost. */
export function logOfLoss(lost: Deferred<void>): Log {
  return {
    ...silentLog,
    info(event) {
      if (event === 'claim_lost') lost.resolve();
    },
  };
}
