// A file that lies where a process has put it that couldn't write its row, and that the next process finds there.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { waitingRows } from '../../lib/store/journal/journal-folder.js';
import type { OpenStore } from '../../lib/store/open-store.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import type { FileCopy } from '../../lib/store/tables/file-copies.js';
import { type FileNote, noteFiles } from '../../lib/store/tables/note-files.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import type { Writer } from '../../lib/store/tables/writer.js';
import { downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { assertOnce, chatOf, MACHINES } from './claiming-hosts.js';
import { onAllDatabases, onServers, openPlace, type ServerSubject } from './databases.js';
import { journalScene, openTestStore } from './journal-scene.js';

const COUNT = 6;

/** Processes of one data directory, one after another, that download one chat into one folder. */
async function processes(t: TestContext, subject: ServerSubject, dedupe: 'skip' | 'link') {
  const { scene, order } = await chatOf(t, COUNT);
  const { relay, dataDir, direct, clock, address } = await journalScene(t, subject);
  const folder = temporaryFolder(t);
  const { run } = await downloadScene(t, scene, { folder, dataDir: temporaryFolder(t) });
  const marks = { folder: join(dataDir, 'claims'), machine: MACHINES.alpha };
  const open = (port: number): Promise<OpenStore> => {
    // The journals of later processes are newer.
    clock.at = Date.now();
    return openTestStore({ dataDir, database: serverDatabase({ ...address, port }), clock, say: () => {} });
  };
  const download = async (store: Pick<OpenStore, 'db' | 'writer'>, skipped: number): Promise<void> => {
    const { error, summary } = await run([order], { host: 'one', store, marks, dedupe });
    assert.deepEqual([error, summary?.skipped, summary?.downloaded], [undefined, skipped, COUNT - skipped]);
  };
  return {
    relay,
    /** By the relay. */
    open: () => open(address.port),
    openPast: () => open(subject.instance.port),
    download,
    /** The database goes away right before the first row about a file. */
    async downloadUntilAway({ db, writer }: OpenStore): Promise<void> {
      const noteFiles = writer.noteFiles.bind(writer);
      writer.noteFiles = async (notes) => {
        await relay.cut();
        return noteFiles(notes);
      };
      await download({ db, writer }, 0);
    },
    async assertOnce(): Promise<void> {
      assert.deepEqual(await waitingRows(dataDir), []);
      await direct.deleteFrom('leases').where('name', 'like', 'file %').execute();
      await assertOnce(direct, [folder], COUNT);
    },
  };
}

onServers('a file of a dead process, whose rows wait', (subject) => {
  for (const dedupe of ['skip', 'link'] as const) {
    it(`has one success when the next ones find it before those rows are written: --dedupe ${dedupe}`, async (t) => {
      const { relay, open, download, downloadUntilAway, assertOnce } = await processes(t, subject(), dedupe);
      const first = await open();
      await downloadUntilAway(first);
      await first.close();
      for (let times = 0; times < 2; times += 1) {
        const next = await open();
        await download(next, COUNT);
        if (times === 1) await relay.restore();
        await next.close();
      }
      await assertOnce();
    });

    it(`has one success when the next one has noted it before those rows are written: --dedupe ${dedupe}`, async (t) => {
      const all = await processes(t, subject(), dedupe);
      const first = await all.open();
      await all.downloadUntilAway(first);
      const next = await all.openPast();
      await all.download(next, COUNT);
      await next.close();
      await all.relay.restore();
      await first.close();
      await all.assertOnce();
    });
  }
});

const ACCOUNT = 777;
const PATH = '/files/a';

function copyAt(at: number, more: Partial<FileCopy> = {}): FileCopy {
  return {
    ...{ host: 'one', path: PATH, accountId: ACCOUNT, mediaId: 5n, chatId: -1, messageId: 1, size: 9 },
    ...{ sha256: 'a'.repeat(64), state: 'there', savedAt: at },
    ...more,
  };
}

/** An attempt of its own that has ended with the copy. */
function attemptAt(copy: FileCopy, entry: number): FileNote & { readonly kind: 'brought' } {
  const download = {
    entryId: String(entry).padStart(32, '0'),
    ...{ messageId: copy.messageId, status: 'success' as const, path: copy.path },
    ...{ startedAt: copy.savedAt, endedAt: copy.savedAt },
  };
  return { kind: 'brought', copy, attempt: { chat: { accountId: ACCOUNT, chatId: -1 }, download } };
}

const claim = { accountId: ACCOUNT, mediaId: 5n, host: 'one', holder: 'dead' };

onAllDatabases('of attempts that have ended with one copy', (subject) => {
  const opened = async (t: TestContext, count = 1) => {
    const place = await subject().place(t);
    const all: Awaited<ReturnType<typeof openPlace<StoreTables>>>['db'][] = [];
    for (let nth = 0; nth < count; nth += 1)
      all.push((await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db);
    return all;
  };

  it('one counts, whichever is written first, and however late', async (t) => {
    const [db = assert.fail()] = await opened(t);
    for (const claimed of ['none', 'first', 'second', 'both'])
      for (const firstIsLater of [false, true])
        for (const isLate of ['none', 'second', 'both']) {
          const [first, second] = firstIsLater ? [3000, 2000] : [2000, 3000];
          for (const [nth, at] of [first, second].entries()) {
            const isClaimed = claimed === 'both' || claimed === ['first', 'second'][nth];
            const note = attemptAt(copyAt(at), nth);
            const writer: Writer = {
              ...{ host: 'one', clock: { now: () => at } },
              isLate: isLate === 'both' || (isLate === 'second' && nth === 1),
            };
            const lost = await noteFiles(db, writer, [
              isClaimed ? { ...note, kind: 'claimed', claim } : note,
            ]);
            assert.deepEqual(lost, []);
          }
          const words = JSON.stringify({ claimed, firstIsLater, isLate });
          const log = await db.selectFrom('download_log').select('entry_id').execute();
          assert.deepEqual([words, log.length], [words, 1]);
          const copies = await db.selectFrom('file_copies').select('state').execute();
          assert.deepEqual([words, copies], [words, [{ state: 'there' }]]);
          await db.deleteFrom('download_log').execute();
          await db.deleteFrom('file_copies').execute();
        }
  });

  it('each counts whose copy is another one, or was gone in between', async (t) => {
    const [db = assert.fail()] = await opened(t);
    const writer = storeWriter(db, { host: 'one', clock: { now: () => 1000 } });
    const copies: FileCopy[] = [
      copyAt(1000),
      copyAt(2000, { sha256: 'b'.repeat(64) }),
      copyAt(3000, { sha256: 'b'.repeat(64), messageId: 2 }),
      copyAt(4000, { sha256: 'b'.repeat(64), messageId: 2, path: '/files/b' }),
      copyAt(5000, { sha256: 'b'.repeat(64), messageId: 2, path: '/files/b', host: 'two' }),
    ];
    for (const [nth, copy] of copies.entries()) await writer.noteFiles([attemptAt(copy, nth)]);
    const last = copies.at(-1) ?? assert.fail();
    await writer.noteFiles([{ kind: 'copy', copy: { ...last, state: 'gone', savedAt: 6000 } }]);
    await writer.noteFiles([attemptAt({ ...last, savedAt: 7000 }, copies.length)]);
    const log = await db.selectFrom('download_log').select('entry_id').execute();
    assert.equal(log.length, copies.length + 1);
  });

  it('one counts when they are written at once', async (t) => {
    const hosts = await opened(t, 3);
    const [db = assert.fail()] = hosts;
    const files = 40;
    for (let id = 0; id < files; id += 1) {
      const notes = hosts.map((_, nth) => attemptAt(copyAt(1000 + nth, { messageId: id }), 10 * id + nth));
      await Promise.all(
        hosts.map((host, nth) =>
          noteFiles(host, { host: 'one', clock: { now: () => 1000 } }, notes.slice(nth, nth + 1)),
        ),
      );
    }
    const log = await db.selectFrom('download_log').select('message_id').execute();
    assert.equal(log.length, files);
  });
});
