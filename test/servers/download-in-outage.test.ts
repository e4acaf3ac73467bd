import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Kysely } from 'kysely';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { waitingRows } from '../../lib/store/journal/journal-folder.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { asNumber } from '../../lib/store/values.js';
import { openScene } from '../support/scene.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';

/** A download into a folder of its own, by a database behind a relay. */
async function downloading(t: TestContext, subject: ServerSubject) {
  const scene = await openScene(t, {}, { messages: 24, largeFiles: [], edgeSizes: false });
  await scene.signIn();
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const address = await subject.address(t);
  const environment = { DATABASE_URL: databaseUrl({ ...address, port: relay.port }) };
  const chat = String(scene.filled.source.id);
  const dataDir = join(scene.cwd, 'data');
  const words = ['download', '--chat-id', chat, '--media-type', 'all', '--output', join(scene.cwd, 'out')];
  const db = async (): Promise<Kysely<StoreTables>> => {
    const place = { dataDir, database: serverDatabase(address), owner: DATABASE_OWNER };
    return (await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db;
  };
  return {
    relay,
    dataDir,
    download: () => scene.run(words, environment),
    files: () =>
      readdirSync(join(scene.cwd, 'out'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => withoutTime(name))
        .sort(),
    db,
  };
}

/** The messages of each sandbox have times of their own. */
function withoutTime(name: string): string {
  return name.replace(/^\d{8}_\d{6}_/, '');
}

/** What is known of messages and files, apart from times and hosts. */
async function known(db: Kysely<StoreTables>) {
  const messages = await db
    .selectFrom('messages')
    .select(['message_id', 'text', 'status', 'version'])
    .orderBy('message_id')
    .execute();
  const log = await db
    .selectFrom('download_log')
    .select(['message_id', 'download_status'])
    .orderBy('message_id')
    .execute();
  const copies = await db
    .selectFrom('file_copies')
    .select(['path', 'state', 'sha256'])
    .orderBy('path')
    .execute();
  const changes = await db.selectFrom('changes').select(['message_id', 'kind']).orderBy('seq').execute();
  return {
    messages: messages.map((row) => ({
      ...row,
      message_id: asNumber(row.message_id),
      version: asNumber(row.version),
    })),
    downloaded: log.map(({ message_id, download_status }) => `${asNumber(message_id)} ${download_status}`),
    copies: copies
      .map(({ path, state, sha256 }) => `${withoutTime(path.split('/').at(-1) ?? '')} ${state} ${sha256}`)
      .sort(),
    changes: changes.map(({ message_id, kind }) => `${asNumber(message_id)} ${kind}`).sort(),
  };
}

onServers('telepi download', (subject) => {
  it('does the same without its database from any moment on, and what it knows is written at its next start', async (t) => {
    const calm = await downloading(t, subject());
    const first = await calm.download();
    assert.equal(first.status, 0, first.stderr);
    const wanted = await known(await calm.db());
    assert.ok(wanted.downloaded.length > 3);
    assert.ok(
      wanted.copies.every((copy) => / there /.test(copy)),
      wanted.copies.join('\n'),
    );
    for (const answers of [0, 8, 60]) {
      const { relay, download, files, db, dataDir } = await downloading(t, subject());
      if (answers === 0) await relay.cut();
      else relay.cutAfter(answers);
      const away = await download();
      const after = `after ${answers} answers`;
      assert.equal(away.status, 0, `${after}: ${away.stderr}`);
      assert.equal(away.stderr.match(/ is out of reach, /g)?.length, 1, away.stderr);
      assert.match(away.stderr, /\d+ rows wait in \S+unwritten; the next start writes them, once the /);
      assert.deepEqual(files(), calm.files(), after);
      await relay.restore();
      const next = await download();
      assert.equal(next.status, 0, next.stderr);
      assert.match(
        next.stderr,
        /^\d+ rows that waited for the (?:Postgres|MariaDB) database \S+ at \S+ are written\.$/m,
      );
      assert.deepEqual(await waitingRows(dataDir), []);
      assert.deepEqual(files(), calm.files(), after);
      const database = await db();
      assert.deepEqual(await known(database), wanted, after);
      const { findings, rows } = await auditActions(database);
      assert.deepEqual(findings, []);
      assert.ok(rows >= 4, 'the beginnings and ends of both are logged');
    }
  });
});
