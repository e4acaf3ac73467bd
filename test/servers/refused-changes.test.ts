import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { waitingRows } from '../../lib/store/journal/journal-folder.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { filesIn } from '../support/download-command.js';
import { openScene } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';
import { journalScene } from './journal-scene.js';
import { fullDisk, type Refusable, readOnly } from './refuse-changes.js';
import { DatabaseRelay } from './relay.js';
import { type Operation, operate, timeOf } from './store-operations.js';

const OPERATIONS: readonly Operation[] = [
  { what: 'messages', ids: [1, 2, 3], word: 'a' },
  { what: 'copy', ids: [1], word: 'a' },
  { what: 'messages', ids: [2, 4], word: 'b' },
  { what: 'action', ids: [1], word: 'a' },
  { what: 'messages', ids: [1, 5], word: 'c' },
  { what: 'scan', ids: [5], word: 'c' },
];

const WAYS = {
  'is read-only': { make: readOnly, said: /^away: .*read.only/ },
  'has a full disk': {
    make: (address: Refusable['address']) => fullDisk(address, 'messages'),
    said: /^away: .*(?:full|No space left)/,
  },
} as const;

let clones: CloneScene;
before(async () => {
  clones = await cloneScene({ seed: 'refused changes' });
});
after(() => clones.close());

onServers('a database whose server', (subject) => {
  for (const [what, { make, said: words }] of Object.entries(WAYS)) {
    it(`${what} for a while has every row afterwards, by this process or the next`, async (t) => {
      let database: Refusable | undefined;
      const { open, clock, said, hears, expect, dataDir } = await journalScene(t, {
        ...subject(),
        async address(ending) {
          database = await make(await subject().address(ending));
          return database.address;
        },
      });
      assert.ok(database);
      const perform = async (store: Awaited<ReturnType<typeof open>>, from: number, to: number) => {
        for (let index = from; index < to; index += 1) {
          clock.at = timeOf(index);
          const each = OPERATIONS[index];
          if (each) await operate(store.writer, each, index);
        }
      };
      const store = await open();
      await perform(store, 0, 2);
      await database.refuse();
      await perform(store, 2, 4);
      assert.match(said.join('\n'), words);
      assert.equal(said.length, 1);
      const back = hears(/^back/);
      await database.allow();
      await back;
      assert.deepEqual(said.slice(1), ['back: 3']);
      await database.refuse();
      await perform(store, 4, 5);
      await store.close();
      assert.match(said.at(-1) ?? '', /^left: 2$/);
      await database.allow();
      const next = await open();
      assert.equal(said.at(-1), 'written: 2');
      await perform(next, 5, 6);
      await next.close();
      assert.deepEqual(await waitingRows(dataDir), []);
      await expect(OPERATIONS);
    });
  }

  it('becomes read-only stops a run in front of its next send, is said once, and the run continues', async (t) => {
    const database = await readOnly(await subject().address(t));
    const [source, target] = [clones.group('read-only'), clones.group('read-only copy')];
    for (let index = 0; index < 6; index += 1) clones.post(source, { text: `${index}` });
    const sends = (): number => clones.sandbox.report().weather.requests['messages.SendMessage'] ?? 0;
    const said: string[] = [];
    const stop = new AbortController();
    t.after(() => stop.abort());
    const place = {
      dataDir: temporaryFolder(t),
      owner: DATABASE_OWNER,
      database: serverDatabase(database.address, {
        clock: systemClock,
        signal: stop.signal,
        onOutage({ trouble }) {
          said.push(trouble);
          void waiting();
        },
        onBack: () => void said.push('back'),
      }),
    };
    let refused: number | undefined;
    let whileWaiting: readonly number[] = [];
    const waiting = async (): Promise<void> => {
      const begun = sends();
      // Long enough for several attempts.
      await systemClock.sleep(2500);
      whileWaiting = [begun, sends()];
      await database.allow();
    };
    const run = await clones.clone(source, target, {
      place,
      minIntervalMs: 20,
      wrapJob: (job) =>
        new Proxy(job, {
          get(of, name) {
            const value: unknown = Reflect.get(of, name, of);
            if (typeof value !== 'function') return value;
            if (name !== 'sent') return value.bind(of);
            return async (messages: Parameters<typeof job.sent>[0]) => {
              refused ??= await database.refuse().then(sends);
              return job.sent(messages);
            };
          },
        }),
    });
    assert.equal(run.error, undefined);
    await clones.assertSame(source, target);
    assert.match(said[0] ?? '', /^accepts no changes \(.*make it writable, or name the server that is in /);
    assert.deepEqual(said.slice(1), ['back']);
    assert.deepEqual(whileWaiting, [refused, refused]);
  });

  it('is read-only from some moment of a download on lets it continue, and the next one has everything', async (t) => {
    const scene = await openScene(t, {}, { messages: 24, largeFiles: [], edgeSizes: false });
    await scene.signIn();
    const chat = String(scene.filled.source.id);
    const words = ['download', chat, '--media-type', 'all', '--output', join(scene.cwd, 'out')];
    const database = await readOnly(await subject().address(t));
    const { relay, environment } = await relayed(t, subject(), database);
    await scene.run(['download', chat, '--dry-run'], environment);
    relay.after(40, database.refuse);
    const first = await scene.run(words, environment);
    assert.equal(first.status, 0, first.stderr);
    assert.equal(first.stderr.match(/ accepts no changes \(/g)?.length, 1, first.stderr);
    assert.match(first.stderr, /\d+ rows wait in \S+unwritten; the next start writes them/);
    const again = await scene.run(words, environment);
    assert.equal(again.status, 0, again.stderr);
    await database.allow();
    const last = await scene.run(words, environment);
    assert.equal(last.status, 0, last.stderr);
    assert.match(last.stderr, /^\d+ rows that waited for .* are written\.$/m);
    assert.deepEqual(await waitingRows(join(scene.cwd, 'data')), []);
    assert.match(last.stdout, /^Downloaded 0 files/m);
    const place = { dataDir: scene.cwd, database: serverDatabase(database.address), owner: DATABASE_OWNER };
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    const files = Number(/^Downloaded (\d+) files/m.exec(first.stdout)?.[1]);
    const success = await db
      .selectFrom('download_log')
      .select('message_id')
      .where('download_status', '=', 'success')
      .execute();
    assert.ok(files > 3);
    assert.equal(new Set(success.map((row) => Number(row.message_id))).size, files);
    assert.equal(filesIn(join(scene.cwd, 'out')).length, files);
    const copies = await db.selectFrom('file_copies').select('state').execute();
    assert.equal(copies.length, files);
    assert.ok(copies.every(({ state }) => state === 'there'));
  });
});

async function relayed(
  t: Parameters<ServerSubject['address']>[0],
  { instance }: ServerSubject,
  { address }: Refusable,
) {
  const relay = await DatabaseRelay.start(instance.port);
  t.after(() => relay.cut());
  return { relay, environment: { DATABASE_URL: databaseUrl({ ...address, port: relay.port }) } };
}
