import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Kysely } from 'kysely';
import Libsql from 'libsql';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { libsqlDialect } from '../../lib/store/libsql-dialect.js';
import { type Migration, migrate } from '../../lib/store/migrate.js';
import { jobOptions, withJob, withLedger } from '../support/ledger-scene.js';
import { repositoryRoot } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MIGRATIONS = DATABASE_OWNER.migrations;

const VERSIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];
const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const MADE = { kind: 'photo', id: -40n, accessHash: 2n ** 63n - 1n, fileReference: Buffer.of(0, 255, 1) };

/** Makes the ledger of an older version, as TelePi of that time wrote it. */
function writeOld(dataDir: string, version: number): void {
  const database = new Libsql(join(dataDir, 'ledger.db'));
  const script = join(repositoryRoot, 'test/ledger/fixtures', `ledger-${version}.sql`);
  database.exec(readFileSync(script, 'utf8'));
  database.close();
}

function schemaOf(path: string): Record<string, unknown>[] {
  const database = new Libsql(path);
  try {
    return database
      .prepare('select type, name, sql from sqlite_master where sql is not null order by name')
      .all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

function kyselyOf(path: string): Kysely<unknown> {
  return new Kysely({ dialect: libsqlDialect(new Libsql(path), (error) => error) });
}

describe('a ledger of an older version', () => {
  it('exists in the tests for each version', () => assert.equal(VERSIONS.at(-1), MIGRATIONS.length));

  for (const version of VERSIONS) {
    it(`${version} is brought to the newest version and loses nothing`, async (t) => {
      const dataDir = temporaryFolder(t);
      writeOld(dataDir, version);
      const noted = (kind: string, size?: number) =>
        version < 5 ? {} : { content: { kind, textHash: HASH, ...(size && { size }) }, afterId: 10 };
      await withJob(jobOptions(dataDir), async (job) => {
        assert.equal(job.id, '0eeece4b56edaf659ef5941a4b1e6cbd');
        assert.equal(job.checkpoint, 2);
        assert.equal(job.targetBefore, version === 1 ? undefined : 10);
        assert.equal(await job.formerTargetFloor(), version < 4 ? undefined : 9);
        assert.deepEqual([...job.topicMap], [[7, 70]]);
        const { passedOver, comparison } = job.missed;
        const passed = [
          { after: -5, upTo: -3 },
          { after: 0, upTo: 1 },
        ];
        assert.deepEqual(passedOver, version < 10 ? [] : passed);
        const course = version >= 12 && { course: { upTo: 6, skippedAfter: 2, passedAfter: -4 } };
        assert.deepEqual(comparison, version < 10 ? undefined : { key: HASH, missed: 2, ...course });
        const rows = [...(await job.find([1, 2, 3, 4, 5, 6, 7])).values()];
        assert.deepEqual(rows, [
          {
            sourceId: 1,
            state: 'sent',
            randomId: -(2n ** 63n),
            targetId: 11,
            attempts: 1,
            ...(version >= 6 && { losses: ['buttons', 'pinned'], repair: 'edit' }),
            ...(version >= 9 && { way: 'forward' }),
            ...(version >= 11 && { sentText: '' }),
          },
          { sourceId: 2, state: 'skipped', randomId: 2n ** 63n - 1n, reason: 'poll', attempts: 0 },
          {
            sourceId: 3,
            state: 'sending',
            randomId: 3n,
            groupedId: -77n,
            attempts: 1,
            ...noted('photo', 700),
            ...(version >= 8 && { sentText: '{"text":"it\'s"}' }),
          },
          { sourceId: 4, state: 'sending', randomId: 4n, groupedId: -77n, attempts: 1, ...noted('document') },
          {
            sourceId: 5,
            state: 'failed',
            randomId: 5n,
            reason: 'media_empty',
            detail: "It has no media, it's said.",
            attempts: 0,
          },
          { sourceId: 6, state: 'planned', randomId: 6n, attempts: 0 },
        ]);
        const continued = {
          sourceId: 1,
          part: 1,
          state: 'planned',
          randomId: -9n,
          text: '{}',
          textHash: HASH,
          ...(version >= 11 && { repair: 'edit' }),
        };
        assert.deepEqual(await job.owedContinuations(), version < 8 ? [] : [continued]);
        const file = { sourceId: 6, role: 'file', fileId: 1n, size: 20_000_000, parts: 39 } as const;
        const row = await job.planFile(file);
        assert.deepEqual([row.fileId, [...row.acknowledged]], [-6n, [0, 1, 38]]);
        assert.deepEqual([row.usedAt, row.made], [undefined, undefined]);
        const photo = { sourceId: 4, role: 'file', fileId: 2n, size: 500, parts: 1 } as const;
        const { usedAt, made } = await job.planFile(photo);
        assert.deepEqual([usedAt, made], version < 3 ? [undefined, undefined] : [1770000019500, MADE]);
        const { randomId, afterId } = await job.planTopic(8, () => 1n);
        assert.deepEqual([randomId, afterId], [-80n, version < 5 ? undefined : 70]);
        await job.sent([{ sourceId: 3, targetId: 13 }]);
      });
      const fresh = temporaryFolder(t);
      await withLedger(fresh, async () => {});
      assert.deepEqual(schemaOf(join(dataDir, 'ledger.db')), schemaOf(join(fresh, 'ledger.db')));
    });
  }
});

describe('a ledger in which one copy belongs to several messages', () => {
  it('leaves it to the first; the others are sent, as Telegram said, with unknown copies', async (t) => {
    const dataDir = temporaryFolder(t);
    writeOld(dataDir, 3);
    const database = new Libsql(join(dataDir, 'ledger.db'));
    for (const sourceId of [5, 6]) {
      const set = "update messages set state = 'sent', target_id = 11, reason = null, detail = null";
      database.exec(`${set} where source_id = ${sourceId}`);
    }
    database.close();
    await withJob(jobOptions(dataDir), async (job) => {
      const rows = [...(await job.find([1, 5, 6])).values()];
      assert.deepEqual(
        rows.map(({ sourceId, state, targetId, reason }) => [sourceId, state, targetId, reason]),
        [
          [1, 'sent', 11, undefined],
          [5, 'skipped', undefined, 'already_sent'],
          [6, 'skipped', undefined, 'already_sent'],
        ],
      );
      await assert.rejects(job.sent([{ sourceId: 3, targetId: 11 }]), { code: 'LEDGER_FAILED' });
      assert.equal((await job.find([3])).get(3)?.state, 'sending');
    });
  });
});

type Noted = { readonly ledger_jobs: { note: string } };

describe('migrate', () => {
  const unknown = (version: number): Error => new Error(`version ${version}`);

  const addNote: Migration = async (change) => {
    await change.addColumn('ledger_jobs', 'note', 'varchar(20)?');
    await change.db.withTables<Noted>().updateTable('ledger_jobs').set({ note: 'moved' }).execute();
  };
  const addTable: Migration = (change) =>
    change.createTable('later', {
      columns: { id: 'integer' },
      primaryKey: { name: 'later_key', columns: ['id'] },
    });

  it('migrates from each version to the newest, step by step', async (t) => {
    const dataDir = temporaryFolder(t);
    writeOld(dataDir, 1);
    const path = join(dataDir, 'ledger.db');
    const db = kyselyOf(path);
    t.after(() => db.destroy());
    await migrate(db, [...MIGRATIONS, addNote, addTable], unknown);
    await migrate(db, [...MIGRATIONS, addNote, addTable], unknown);
    const jobs = await db.withTables<Noted>().selectFrom('ledger_jobs').select('note').execute();
    assert.deepEqual(jobs, [{ note: 'moved' }]);
  });

  it('leaves the earlier version complete when it is interrupted, and the next attempt finishes', async (t) => {
    const dataDir = temporaryFolder(t);
    writeOld(dataDir, MIGRATIONS.length);
    const path = join(dataDir, 'ledger.db');
    const before = schemaOf(path);
    const db = kyselyOf(path);
    const half: Migration = async (transaction) => {
      await addNote(transaction);
      throw new Error('cut off');
    };
    await assert.rejects(migrate(db, [...MIGRATIONS, half], unknown), /cut off/);
    await db.destroy();
    assert.deepEqual(schemaOf(path), before);
    const again = kyselyOf(path);
    t.after(() => again.destroy());
    await migrate(again, [...MIGRATIONS, addNote], unknown);
  });

  it('leaves nothing of a new database when it is interrupted', async (t) => {
    const path = join(temporaryFolder(t), 'ledger.db');
    const db = kyselyOf(path);
    const cutOff: Migration = async () => {
      throw new Error('cut off');
    };
    await assert.rejects(migrate(db, [...MIGRATIONS, cutOff], unknown), /cut off/);
    await db.destroy();
    assert.deepEqual(schemaOf(path), []);
  });

  it('runs once when many processes start at the same time', async (t) => {
    const dataDir = temporaryFolder(t);
    const load = (module: string): string =>
      `await import(${JSON.stringify(new URL(`../../lib/${module}.js`, import.meta.url).href)})`;
    const script = `const { openLedger } = ${load('ledger/ledger')};
      const { DATABASE_OWNER: owner } = ${load('cli/database-owner')};
      await (await openLedger({ dataDir: ${JSON.stringify(dataDir)}, owner })).close();`;
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
        const [code] = await once(child, 'exit');
        return code as number;
      }),
    );
    assert.deepEqual(codes, [0, 0, 0, 0]);
  });

  it('refuses a newer version, and leaves it as it is', async (t) => {
    const dataDir = temporaryFolder(t);
    await withLedger(dataDir, async () => {});
    const path = join(dataDir, 'ledger.db');
    const database = new Libsql(path);
    database.exec(`update schema_version set version = ${MIGRATIONS.length + 1}`);
    database.exec('pragma wal_checkpoint(truncate)');
    database.close();
    const before = readFileSync(path);
    await assert.rejects(
      withJob(jobOptions(dataDir), async () => {}),
      (error: Error & { code?: string; exitStatus?: number }) => {
        assert.deepEqual([error.code, error.exitStatus], ['LEDGER_NEWER', 2]);
        assert.match(error.message, /written by a newer TelePi .* use that one/);
        return true;
      },
    );
    assert.deepEqual(readFileSync(path), before);
  });
});
