// Hosts in one process that share a database, at the moments at which one of them loses a file to another.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { type Deferred, deferred } from '../../lib/base/deferred.js';
import { type Log, silentLog } from '../../lib/base/log.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import type { DownloadEvent } from '../../lib/download/events.js';
import type { DownloadOptions } from '../../lib/download/options.js';
import type { FilePlace } from '../../lib/download/place.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import { type StoreWriter, storeWriter } from '../../lib/store/store-writer.js';
import { claimName, takeClaims } from '../../lib/store/tables/file-claims.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { timeText } from '../../lib/store/times.js';
import { asBigInt } from '../../lib/store/values.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, openPlace, type ServerSubject, type TestPlace } from './databases.js';

const FILES = 60;
const MACHINES = { alpha: 'a'.repeat(64), beta: 'b'.repeat(64) };

async function chatOf(t: TestContext, count = FILES, size = 20_000) {
  const scene = await cloneScene({ seed: `claimed ${count}` });
  t.after(() => scene.close());
  const chat = scene.group('claimed');
  for (let nth = 0; nth < count; nth += 1)
    scene.post(chat, { text: '', media: scene.document(size + nth, { seed: `claimed ${nth}` }) });
  return { scene, order: await chatOrder(scene, chat) };
}

/** A host with a data directory and a folder of its own. `wrap`: what becomes of its writer. */
async function hostOf(
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

async function assertOnce(
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
async function expire(subject: Pick<Awaited<ReturnType<typeof hostOf>>, 'db'>): Promise<void> {
  await subject.db
    .updateTable('leases')
    .set({ expires_datetime: timeText(0) })
    .execute();
}

/** A clock whose first sleep between two renewals of claims ends when `woken` resolves. */
function clockWokenBy(woken: Promise<void>): Clock {
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
function placeThatStops(folder: string, meanwhile: (signal: AbortSignal) => Promise<void>): FilePlace {
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
function logOfLoss(lost: Deferred<void>): Log {
  return {
    ...silentLog,
    info(event) {
      if (event === 'claim_lost') lost.resolve();
    },
  };
}

const place = (t: TestContext, subject: ServerSubject) => subject.place(t);

onServers('a file that a host has claimed', (subject) => {
  it('is fetched by no other host, which continues with later ones', async (t) => {
    const { scene, order } = await chatOf(t);
    const shared = await place(t, subject());
    const [alpha, beta] = [await hostOf(t, scene, shared, 'alpha'), await hostOf(t, scene, shared, 'beta')];
    const runs = await Promise.all([alpha, beta].map(({ run, options }) => run([order], options)));
    for (const { error } of runs) assert.equal(error, undefined);
    const sum = (of: (run: (typeof runs)[number]) => number | undefined): number =>
      runs.reduce((all, run) => all + (of(run) ?? 0), 0);
    assert.equal(
      sum(({ summary }) => summary?.downloaded),
      FILES,
    );
    assert.equal(
      sum(({ summary }) => summary?.skipped),
      FILES,
    );
    await assertOnce(alpha.db, [alpha.folder, beta.folder]);
  });

  it('is put aside, and fetched when its holder has fallen silent', async (t) => {
    const { scene, order } = await chatOf(t, 5);
    const beta = await hostOf(t, scene, await place(t, subject()), 'beta');
    const ids = [...scene.sandbox.files.all()].map(({ id }) => id);
    const [first = assert.fail()] = ids;
    const name = claimName(scene.me.id, first);
    const silent = { holder: 'silent', host: 'alpha' };
    assert.ok((await takeClaims(beta.db, silent, [name], 60_000)).has(name));
    const events: DownloadEvent[] = [];
    const { error, summary } = await beta.run([order], {
      ...beta.options,
      onEvent(event) {
        events.push(event);
        if (event.kind === 'waiting') void expire(beta);
      },
    });
    assert.equal(error, undefined);
    assert.equal(summary?.downloaded, 5);
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'waiting'),
      [{ kind: 'waiting', files: 1, hosts: ['alpha'] }],
    );
    const last = events.filter(({ kind }) => kind === 'done' || kind === 'waiting').map(({ kind }) => kind);
    assert.deepEqual(last, ['done', 'done', 'done', 'done', 'waiting', 'done']);
    await assertOnce(beta.db, [beta.folder], 5);
  });

  it('is free at once when the process of its own data directory that had it is dead', async (t) => {
    const { scene, order } = await chatOf(t, 5);
    const alpha = await hostOf(t, scene, await place(t, subject()), 'alpha');
    const holder = `${MACHINES.alpha.slice(0, 32)}${'d'.repeat(32)}`;
    mkdirSync(alpha.marks.folder);
    writeFileSync(join(alpha.marks.folder, `${holder}.lock`), '');
    const names = [...scene.sandbox.files.all()].map(({ id }) => claimName(scene.me.id, id));
    await takeClaims(alpha.db, { holder, host: 'alpha' }, names, 3_600_000);
    const { error, summary } = await alpha.run([order], alpha.options);
    assert.equal(error, undefined);
    assert.equal(summary?.downloaded, 5);
    await assertOnce(alpha.db, [alpha.folder], 5);
    assert.deepEqual(readdirSync(alpha.marks.folder), []);
  });

  it('is given up by a host that was stopped between its name and its row, when another one has brought it', async (t) => {
    const { scene, order } = await chatOf(t);
    const shared = await place(t, subject());
    const beta = await hostOf(t, scene, shared, 'beta');
    let stopped: Promise<void> | undefined;
    const alpha = await hostOf(t, scene, shared, 'alpha', (writer) => ({
      ...writer,
      async noteFiles(notes) {
        if (notes.some(({ kind }) => kind === 'claimed')) {
          stopped ??= (async () => {
            await expire(beta);
            const { summary } = await beta.run([order], beta.options);
            assert.equal(summary?.downloaded, FILES);
          })();
          await stopped;
        }
        return writer.noteFiles(notes);
      },
    }));
    const { error, summary } = await alpha.run([order], alpha.options);
    assert.equal(error, undefined);
    assert.equal(summary?.downloaded, 0);
    assert.deepEqual(summary?.elsewhere, [{ host: 'beta', files: FILES }]);
    await assertOnce(beta.db, [alpha.folder, beta.folder]);
  });

  it('is given up in the middle of its bytes by a host that was stopped, once another one has it', async (t) => {
    const { scene, order } = await chatOf(t, 1, 3_000_000);
    const shared = await place(t, subject());
    const [alpha, beta] = [await hostOf(t, scene, shared, 'alpha'), await hostOf(t, scene, shared, 'beta')];
    const [woken, lost] = [deferred<void>(), deferred<void>()];
    let stops = 0;
    let wasEnded = false;
    const stopped = async (signal: AbortSignal): Promise<void> => {
      stops += 1;
      await expire(beta);
      const { summary } = await beta.run([order], beta.options);
      assert.equal(summary?.downloaded, 1);
      woken.resolve();
      await lost.promise;
      wasEnded = signal.aborted;
    };
    const { error, summary, events } = await alpha.run([order], {
      ...alpha.options,
      place: placeThatStops(alpha.folder, stopped),
      clock: clockWokenBy(woken.promise),
      log: logOfLoss(lost),
    });
    assert.equal(error, undefined);
    assert.equal(stops, 1);
    assert.ok(wasEnded, 'no more of its bytes were wanted');
    assert.equal(summary?.downloaded, 0);
    assert.deepEqual(summary?.elsewhere, [{ host: 'beta', files: 1 }]);
    assert.ok(events.some(({ kind }) => kind === 'busy'));
    await assertOnce(beta.db, [alpha.folder, beta.folder], 1);
  });

  it('waits with hundreds of others for its holder, which are asked for together', async (t) => {
    // More than may be put aside while a chat is read.
    const count = 620;
    const { scene, order } = await chatOf(t, count);
    const beta = await hostOf(t, scene, await place(t, subject()), 'beta');
    const names = [...scene.sandbox.files.all()].map(({ id }) => claimName(scene.me.id, id));
    const silent = { holder: 'silent', host: 'alpha' };
    assert.equal((await takeClaims(beta.db, silent, names, 60_000)).size, count);
    let statements = 0;
    const counting = beta.db.withPlugin({
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { writer } = beta.options.store ?? assert.fail();
    let asked: number | undefined;
    const { error, summary } = await beta.run([order], {
      ...beta.options,
      store: { db: counting, writer },
      onEvent(event) {
        if (event.kind !== 'waiting' || asked !== undefined) return;
        asked = statements;
        assert.ok(event.files > 250, `${event.files} files wait`);
        void expire(beta);
      },
    });
    assert.equal(error, undefined);
    assert.equal(summary?.downloaded, count);
    assert.ok(asked !== undefined && asked < count / 5, `${asked} statements until ${count} files waited`);
    await assertOnce(beta.db, [beta.folder], count);
  });
});
