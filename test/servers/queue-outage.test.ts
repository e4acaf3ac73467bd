import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemRandom } from '../../lib/base/random.js';
import { isFileHeld } from '../../lib/store/file-lock.js';
import { lockOf } from '../../lib/store/journal/journal.js';
import { JOURNAL_FOLDER, newJournal, waitingRows } from '../../lib/store/journal/journal-folder.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { contentsOf, queueScene } from './queue-scene.js';
import { DatabaseRelay } from './relay.js';
import { hostOf } from './worker-process.js';

/** Resolves when a process of the data directory has left rows, and has ended. */
async function rowsAreLeft(dataDir: string): Promise<void> {
  const folder = join(dataDir, JOURNAL_FOLDER);
  for (;;) {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
    const [path] = names.map((name) => join(folder, name));
    if (path !== undefined && existsSync(lockOf(path)) && !isFileHeld(lockOf(path))) return;
    await delay(100);
  }
}

onServers(
  'rows that a job has left in an outage of the database',
  (subject) => {
    it('are written by its worker once the database is back, and the rows of a process that died by the next worker', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const relay = await DatabaseRelay.start(subject().instance.port);
      t.after(() => relay.cut());
      const away = { ...scene.address, port: relay.port };
      const host = await hostOf(t, scene, 'away', databaseUrl(away));
      const dataDir = join(host.cwd, 'data');
      const { files } = scene.sandbox;
      const read = files.read.bind(files);
      let cut: Promise<void> | undefined;
      files.read = (...range) => {
        cut ??= relay.cut();
        return read(...range);
      };
      const chat = String(scene.filled.source.id);
      const [queued] = await scene.records(
        ...['download', chat, '--media-type', 'all', '--enqueue', '--stretch', '0'],
      );
      const worker = host.start('--until-empty');
      await rowsAreLeft(dataDir);
      assert.ok(cut);
      await relay.restore();
      const { event } = await worker.said(
        ({ job, event: what }) => job === queued?.['job'] && what !== 'taken',
      );
      assert.equal(event, 'done', worker.stderr());
      assert.deepEqual(await waitingRows(dataDir), []);
      const logged = await administer(
        scene.address,
        "select message_id from download_log where download_status = 'success'",
      );
      assert.equal(logged.length, contentsOf([host]).length);
      assert.equal(await worker.ended, 0);
      assert.match(worker.stderr(), /^\d+ rows that waited for the Postgres database .* are written\.$/m);

      const { key, name } = serverDatabase(away);
      const journal = await newJournal(dataDir, { key, name }, { now: Date.now(), random: systemRandom });
      const args = [{ accountId: 4_711, isBot: false }] as const;
      await journal.append({ host: 'away', at: Date.now(), call: 'saveAccount', args: [...args] });
      await journal.close();
      assert.equal(await host.start('--until-empty').ended, 0);
      assert.deepEqual(await waitingRows(dataDir), []);
      assert.equal(
        (await administer(scene.address, 'select * from accounts where account_id = 4711')).length,
        1,
      );
    });
  },
  ['postgres'],
);
