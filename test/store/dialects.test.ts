import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Dialect,
  DummyDriver,
  Kysely,
  MysqlQueryCompiler,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteIntrospector,
} from 'kysely';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { leaveOut, reopenAfter } from '../../lib/ledger/checkpoint-moves.js';
import { ClaimStore } from '../../lib/ledger/claim-store.js';
import { failedSinceSent } from '../../lib/ledger/failed-since-sent.js';
import { FileStore } from '../../lib/ledger/file-store.js';
import { currentJob, currentJobs, insertJob, updateJob } from '../../lib/ledger/job-store.js';
import { noteAction } from '../../lib/ledger/journal.js';
import { MessageStore } from '../../lib/ledger/message-store.js';
import type { LedgerTables } from '../../lib/ledger/schema.js';
import { TopicStore } from '../../lib/ledger/topic-store.js';
import { OurMysqlAdapter, OurPostgresAdapter } from '../../lib/store/kind.js';
import { SchemaChange } from '../../lib/store/schema-change.js';
import { asBigInt, asNumber, DamagedValue } from '../../lib/store/values.js';

/** All queries of the ledger, as another database would receive them; it returns nothing. */
async function statements(adapter: object, compiler: QueryCompiler): Promise<string[]> {
  const seen: string[] = [];
  const dialect: Dialect = {
    createAdapter: () => adapter as OurPostgresAdapter,
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => compiler,
  };
  const db = new Kysely<LedgerTables>({ dialect, log: (event) => void seen.push(event.query.sql) });
  const options = { accountId: 1, jobId: 'x', db, host: 'h', clock: systemClock };
  const [messages, files, topics] = [
    new MessageStore(options),
    new FileStore(options),
    new TopicStore(options),
  ];
  const refused = async (work: Promise<unknown>): Promise<unknown> => work.catch(() => {});
  for (const migration of DATABASE_OWNER.migrations) {
    await db.transaction().execute((transaction) => migration(new SchemaChange(transaction as never)));
  }
  await refused(messages.plan([{ sourceId: 1, randomId: 1n }]));
  await refused(messages.sending([1]));
  await refused(messages.sent([{ sourceId: 1, targetId: 2 }]));
  await messages.inState('sending');
  await refused(failedSinceSent(options, true));
  await refused(db.transaction().execute((transaction) => reopenAfter(transaction, options, 1)));
  await refused(db.transaction().execute((transaction) => leaveOut(transaction, options, 1, 2)));
  const content = { kind: 'text', textHash: 'f' } as const;
  const claims = new ClaimStore(options);
  await refused(claims.claim({ sourceIds: [1], contents: [content], candidates: [[2]] }));
  await refused(claims.lookFrom({ sourceIds: [1], contents: [content], afterId: 3 }));
  await refused(claims.chooseTopic({ sourceTopicId: 1, titleHash: 'f', candidates: [2] }));
  const file = { sourceId: 1, role: 'file', fileId: 1n, size: 1, parts: 1 } as const;
  await files.plan(file);
  await refused(files.acknowledged(new Map([[1n, [0]]])));
  await refused(files.using([1n]));
  await refused(files.made(1n, { kind: 'photo', id: 1n, accessHash: 2n, fileReference: Buffer.of(3) }));
  await topics.plan(1, () => 1n);
  await topics.save(1, 2);
  await topics.map();
  await currentJobs(db);
  await currentJob(db, 'x');
  const job = { accountId: 1, jobId: 'x', folder: 'f', sourceId: 1, targetId: 2 };
  await insertJob(db, { ...job, checkpoint: 0, takenUp: 0, filesDue: false }, options);
  await updateJob(db, options, { checkpoint: 1 });
  await refused(noteAction(db, options, 'created'));
  return seen;
}

describe("the ledger's queries", () => {
  const dialects = {
    Postgres: [new OurPostgresAdapter(), new PostgresQueryCompiler()],
    MySQL: [new OurMysqlAdapter(), new MysqlQueryCompiler()],
  } as const;
  for (const [name, [adapter, compiler]] of Object.entries(dialects)) {
    it(`can be compiled for ${name}: they contain no word that only SQLite knows`, async () => {
      const seen = await statements(adapter, compiler);
      assert.ok(seen.length > 25, String(seen.length));
      for (const sql of seen) {
        assert.doesNotMatch(sql, /pragma|without rowid|autoincrement|on conflict|returning|rowid|strict/i);
      }
    });
  }
});

describe('integers', () => {
  it('are accepted as each driver returns them, and never lose digits', () => {
    for (const value of [7, 7n, '7']) assert.equal(asNumber(value), 7);
    for (const value of [-(2n ** 63n), '-9223372036854775808']) assert.equal(asBigInt(value), -(2n ** 63n));
    for (const value of [2n ** 53n + 1n, 'x', 0.5]) assert.throws(() => asNumber(value), DamagedValue);
    for (const value of [2 ** 60, 'x', 0.5]) assert.throws(() => asBigInt(value), DamagedValue);
  });
});
