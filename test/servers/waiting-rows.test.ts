import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { systemRandom } from '../../lib/base/random.js';
import type { CommandContext } from '../../lib/cli/command.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { createCommandLog } from '../../lib/cli/log.js';
import { openArchive } from '../../lib/cli/open-archive.js';
import { Output } from '../../lib/cli/output.js';
import { Redactor } from '../../lib/cli/redactor.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace } from './databases.js';
import { DatabaseRelay } from './relay.js';

/** What a command is given, as far as the archive is concerned, and what it says. */
function said(t: TestContext): { readonly context: CommandContext; readonly notes: () => string[] } {
  const redactor = new Redactor();
  const stderr = new PassThrough();
  const output = new Output({ stdout: new PassThrough(), stderr }, false, redactor);
  t.after(() => output.close());
  const log = createCommandLog({ clock: systemClock, redactor, onFault: () => undefined });
  const context = {
    output,
    log,
    redactor,
    clock: systemClock,
    random: systemRandom,
  } as unknown as CommandContext;
  return {
    context,
    notes: () =>
      String(stderr.read() ?? '')
        .split('\n')
        .filter(Boolean),
  };
}

const PEOPLE = [
  { personId: 1, name: 'Ada' },
  { personId: 2, name: 'Bo' },
];

/** Rows of an outage, as a command that has ended leaves them in a data directory. */
async function leave(t: TestContext, dataDir: string, database: DatabaseAddress): Promise<string[]> {
  const { context, notes } = said(t);
  const store = await openArchive(context, { dataDir, database });
  await store.writer.savePeople(777, PEOPLE);
  await store.close();
  return notes();
}

async function relayed(t: TestContext, address: DatabaseAddress) {
  const relay = await DatabaseRelay.start(address.port);
  t.after(() => relay.cut());
  return { relay, address: { ...address, port: relay.port } };
}

function pairOf({ filled }: Scene): string[] {
  const ids = ['--source', String(filled.source.id), '--target', String(filled.target.id)];
  return [...ids, '--auto-create-topics=no', '--min-interval', '0'];
}

onServers('rows that have waited for their server', (subject) => {
  it('are written by the next run first of all; status and check say that they wait', async (t) => {
    const scene = await openScene(t, {}, { messages: 3, largeFiles: [], edgeSizes: false });
    await scene.signIn();
    const dataDir = join(scene.cwd, 'data');
    const { relay, address } = await relayed(t, await subject().address(t));
    await relay.cut();
    const notes = await leave(t, dataDir, address);
    assert.equal(notes.length, 2, notes.join('\n'));
    assert.match(
      notes[0] ?? '',
      /^The (?:Postgres|MariaDB) database \w+ at \S+ is out of reach, nothing listens there: its rows are kept in \S+unwritten until it is back\.$/,
    );
    assert.match(
      notes[1] ?? '',
      /^2 rows wait in \S+unwritten; the next start writes them, once the \w+ database \w+ at \S+ answers\.$/,
    );
    const environment = { DATABASE_URL: databaseUrl(address) };
    const away = await scene.run(['status'], environment);
    assert.equal(away.status, 1);
    assert.match(
      away.stdout,
      /^2 rows wait in \S+\.jsonl for the (?:Postgres|MariaDB) database \w+ at \S+\.$/m,
    );
    await relay.restore();
    assert.match(
      (await scene.run(['check', ...pairOf(scene)], environment)).stdout,
      /answers, and has no tables yet; 2 rows of an outage are written at the next start/,
    );
    const run = await scene.run(['run', ...pairOf(scene)], environment);
    assert.equal(run.status, 0, run.stderr);
    assert.match(
      run.stderr,
      /^2 rows that waited for the (?:Postgres|MariaDB) database \w+ at \S+ are written\.$/m,
    );
    const database = serverDatabase(address);
    const { db } = await openPlace<StoreTables>(
      t,
      { dataDir, database, owner: DATABASE_OWNER },
      DATABASE_OWNER,
    );
    assert.equal((await db.selectFrom('people').selectAll().execute()).length, 2);
    const [only] = recordsOf((await scene.run(['status', '--json'], environment)).stdout);
    assert.ok(!('waitingRows' in (only ?? {})));
  });

  it('stay where they are while another database is in use, and that is said', async (t) => {
    const dataDir = temporaryFolder(t);
    const { relay, address } = await relayed(t, await subject().address(t));
    await relay.cut();
    await leave(t, dataDir, address);
    for (const database of [await subject().address(t), undefined]) {
      const { context, notes } = said(t);
      const store = await openArchive(context, { dataDir, database });
      await store.close();
      assert.match(
        notes().join('\n'),
        /^2 rows in \S+\.jsonl wait for the \w+ database \w+ at \S+, which isn't the database in use, and stay there: /,
      );
    }
  });

  it('begin to wait once in an outage, which is said when it begins and when it has ended', async (t) => {
    const { relay, address } = await relayed(t, await subject().address(t));
    const { context, notes } = said(t);
    const store = await openArchive(context, { dataDir: temporaryFolder(t), database: address });
    await store.writer.savePeople(777, PEOPLE);
    await relay.cut();
    for (const each of PEOPLE) await store.writer.savePeople(777, [{ ...each, name: 'Cy' }]);
    await relay.restore();
    await store.close();
    const lines = notes();
    assert.equal(lines.length, 2, lines.join('\n'));
    assert.match(lines[0] ?? '', /is out of reach, /);
    assert.match(
      lines[1] ?? '',
      /^The \w+ database \w+ at \S+ answers again after \S+ s, and the 2 rows that waited are written\.$/,
    );
  });
});
