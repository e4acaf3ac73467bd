import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { downloaded, filesUnder, nameChat } from '../support/files-store.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';

const NEWS = -1_001_000_000_001;
const OUT_OF_REACH =
  /^telepi: (?:Can't reach the (?:Postgres|MariaDB) database .*: start the server, or correct DATABASE_URL|The connection to the (?:Postgres|MariaDB) database .* was lost, .*: run again when the server is back)\.$/m;
/** More than are noted in one transaction. */
const FILES = 120;

/** A folder of downloads that a database behind a relay knows. */
async function filled(t: TestContext, subject: ServerSubject) {
  const [cwd, dataDir] = [temporaryFolder(t), temporaryFolder(t)];
  const folder = join(cwd, 'downloads');
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const address = await subject.address(t);
  const place = { dataDir, database: serverDatabase(address), owner: DATABASE_OWNER };
  const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
  const host = hostname();
  const store = { db, host, writer: storeWriter(db, { host, clock: systemClock }) };
  await nameChat(store, NEWS, 'News');
  for (let id = 1; id <= FILES; id += 1)
    await downloaded(store, join(folder, `${id}.mp4`), { id, chatId: NEWS, name: `${id}.mp4` });
  const environment = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl({ ...address, port: relay.port }) };
  const args = ['organise', 'downloads', '--path', '{chat}/{name}', '--yes'];
  return { relay, folder, dataDir, db, organise: () => telepi(args, { cwd, environment }) };
}

onServers('telepi organise', (subject) => {
  it('moves nothing without its database, and when that goes in the middle the next one completes it', async (t) => {
    const { relay, folder, db, dataDir, organise } = await filled(t, subject());
    const before = filesUnder(folder);
    await relay.cut();
    const away = await organise();
    assert.equal(away.status, 1, away.stdout);
    assert.match(away.stderr, OUT_OF_REACH);
    assert.deepEqual(filesUnder(folder), before);
    await relay.restore();
    let inTheMiddle = 0;
    for (let answers = 8; ; answers += 6) {
      relay.cutAfter(answers);
      const { status, stderr } = await organise();
      await relay.restore();
      relay.cutAfter(Number.POSITIVE_INFINITY);
      assert.equal(filesUnder(folder).length, FILES, 'no file is lost, and none is there twice');
      if (status === 0) break;
      assert.equal(status, 1, stderr);
      assert.match(stderr, OUT_OF_REACH, `after ${answers} answers`);
      const journals = existsSync(join(dataDir, 'organise')) ? readdirSync(join(dataDir, 'organise')) : [];
      inTheMiddle += journals.length;
      assert.ok(answers < 1000);
    }
    assert.ok(inTheMiddle > 0, 'files were being moved');
    const last = await organise();
    assert.equal(last.status, 0, last.stderr);
    const names = Array.from({ length: FILES }, (_, index) => `${index + 1}.mp4`);
    assert.deepEqual(filesUnder(folder), names.map((name) => `News/${name}`).sort());
    for (const name of names) assert.equal(readFileSync(join(folder, 'News', name), 'utf8'), name);
    const copies = await db.selectFrom('file_copies').select('path').execute();
    const messages = await db.selectFrom('messages').select('local_file_path').execute();
    const paths = names.map((name) => join(folder, 'News', name)).sort();
    assert.deepEqual(copies.map(({ path }) => path).sort(), paths);
    assert.deepEqual(messages.map((row) => row.local_file_path).sort(), paths);
    const { findings } = await auditActions(db);
    assert.deepEqual(findings, []);
    const rows = await db.selectFrom('action_log').select(['action', 'state']).orderBy('seq').execute();
    assert.ok(rows.every(({ action }) => action === 'archive'));
    const states = rows.map(({ state }) => state);
    const ends = states.filter((state) => state !== 'started');
    assert.equal(ends.length, states.length / 2, states.join());
    assert.ok(ends.includes('failed') && ends.includes('completed'), states.join());
  });
});
