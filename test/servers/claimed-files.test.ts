// Hosts in one process that share a database, at the moments at which one of them loses a file to another.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { deferred } from '../../lib/base/deferred.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import type { DownloadEvent } from '../../lib/download/events.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { claimName, takeClaims } from '../../lib/store/tables/file-claims.js';
import { type FileNote, noteFiles } from '../../lib/store/tables/note-files.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import {
  assertOnce,
  chatOf,
  clockWokenBy,
  expire,
  FILES,
  hostOf,
  logOfLoss,
  MACHINES,
  placeThatStops,
} from './claiming-hosts.js';
import { onServers, type ServerSubject } from './databases.js';

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

  it('is not begun by a host that was stopped for longer than it had the file', async (t) => {
    const { scene, order } = await chatOf(t);
    const shared = await place(t, subject());
    const beta = await hostOf(t, scene, shared, 'beta');
    const clock = new ShiftedClock();
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      clock.forward(LEASE_TIMES.leaseMs);
      await expire(beta);
      assert.equal((await beta.run([order], beta.options)).summary?.downloaded, FILES);
      const { files } = scene.sandbox;
      const read = files.read.bind(files);
      files.read = (...range) => {
        begunLater += 1;
        return read(...range);
      };
    };
    let begunLater = 0;
    const alpha = await hostOf(t, scene, shared, 'alpha', (writer) => ({
      ...writer,
      async keep() {
        await writer.keep();
        await stopped;
      },
    }));
    const folder = diskPlace(alpha.folder);
    const { error, summary } = await alpha.run([order], {
      ...alpha.options,
      clock,
      place: {
        ...folder,
        async receive(file) {
          stopped ??= stop();
          await stopped;
          return folder.receive(file);
        },
      },
    });
    assert.deepEqual([error, begunLater], [undefined, 0]);
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

  it("stays a person's own where nobody has announced it, whatever another host has", async (t) => {
    const { scene, order } = await chatOf(t, 3);
    const shared = await place(t, subject());
    const [alpha, beta] = [await hostOf(t, scene, shared, 'alpha'), await hostOf(t, scene, shared, 'beta')];
    await alpha.run([order], alpha.options);
    cpSync(alpha.folder, beta.folder, { recursive: true });
    for (let time = 0; time < 2; time += 1) {
      const { error, summary } = await beta.run([order], beta.options);
      assert.deepEqual([error, summary?.skipped, summary?.downloaded], [undefined, 3, 0]);
      assert.equal(readdirSync(beta.folder).length, 3);
    }
  });

  it('has one success in the log, also where it was found before the row about it was written', async (t) => {
    const { scene, order } = await chatOf(t, 2);
    const shared = await place(t, subject());
    const waiting: (readonly FileNote[])[] = [];
    let at = 0;
    const alpha = await hostOf(t, scene, shared, 'alpha', (writer) => ({
      ...writer,
      async noteFiles(notes) {
        waiting.push(notes);
        at = Date.now();
        return undefined;
      },
    }));
    await alpha.run([order], alpha.options);
    await expire(alpha);
    // The next process of the same data directory comes before the rows that wait are written.
    const writer = storeWriter(alpha.db, { host: 'alpha', clock: systemClock });
    await alpha.run([order], { ...alpha.options, store: { db: alpha.db, writer } });
    const clock = { ...systemClock, now: () => at };
    for (const notes of waiting) await noteFiles(alpha.db, { host: 'alpha', clock, isLate: true }, notes);
    const rows = await alpha.db.selectFrom('download_log').select('message_id').execute();
    assert.equal(rows.length, 2);
    await assertOnce(alpha.db, [alpha.folder], 2);
  });
});
