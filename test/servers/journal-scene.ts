import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../lib/base/clock.js';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { deferred } from '../../lib/base/deferred.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { type OpenStore, openStore } from '../../lib/store/open-store.js';
import { LONGEST_MS } from '../../lib/store/server/outage.js';
import { type ServerDatabase, serverDatabase } from '../../lib/store/server-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { openPlace, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';
import { contentOf, type Operation, operate, timeOf } from './store-operations.js';

/** Time as the test says it is; pauses between attempts are short, and nothing is renewed meanwhile. */
export class StatedClock implements Clock {
  at = timeOf(0);
  now(): number {
    return this.at;
  }
  monotonic(): number {
    return performance.now();
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(ms > LONGEST_MS ? ms : 2, undefined, signal && { signal });
  }
}

/** A store behind a relay, and what it should hold. */
export async function journalScene(t: TestContext, subject: ServerSubject) {
  const address = await subject.address(t);
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const dataDir = temporaryFolder(t);
  const clock = new StatedClock();
  const said: string[] = [];
  let onSaid: (words: string) => void = () => {};
  const say = (words: string): void => {
    said.push(words);
    onSaid(words);
  };
  const direct = await openPlace<StoreTables>(
    t,
    { dataDir, database: serverDatabase(address), owner: DATABASE_OWNER },
    DATABASE_OWNER,
  );
  const wanted = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(() => wanted.close());
  return {
    relay,
    dataDir,
    clock,
    said,
    direct: direct.db,
    wanted: wanted.db,
    /** Resolves when something is said that matches. */
    hears: (words: RegExp): Promise<void> => {
      const { promise, resolve } = deferred<void>();
      onSaid = (text) => {
        if (words.test(text)) resolve();
      };
      return promise;
    },
    address: { ...address, port: relay.port },
    open: (
      database = serverDatabase({ ...address, port: relay.port }),
      signal?: AbortSignal,
    ): Promise<OpenStore> => openTestStore({ dataDir, database, clock, say, signal }),
    async expect(operations: readonly Operation[]): Promise<void> {
      const plainly = new StatedClock();
      const writer = storeWriter(wanted.db, { host: 'one', clock: plainly });
      for (const [index, each] of operations.entries()) {
        plainly.at = timeOf(index);
        await operate(writer, each, index);
      }
      assert.deepEqual(await contentOf(direct.db), await contentOf(wanted.db));
      assert.deepEqual((await auditActions(direct.db)).findings, []);
    },
  };
}

/** The store of a data directory, on a server. */
export function openTestStore({
  dataDir,
  database,
  clock,
  say,
  signal,
}: {
  readonly dataDir: string;
  readonly database: ServerDatabase;
  readonly clock: Clock;
  readonly say: (words: string) => void;
  readonly signal?: AbortSignal | undefined;
}): Promise<OpenStore> {
  return openStore({
    dataDir,
    database,
    path: join(dataDir, 'ledger.db'),
    owner: DATABASE_OWNER,
    check: async () => {},
    host: 'one',
    clock,
    random: systemRandom,
    signal,
    events: {
      onOutage: ({ reason }) => say(`away: ${reason}`),
      onBack: ({ rows }) => say(`back: ${rows}`),
      onWritten: ({ rows }) => say(`written: ${rows}`),
      onLeft: ({ rows, error }) => say(`left: ${rows}${error === undefined ? '' : ` ${error}`}`),
    },
    onOthers: (others) => {
      for (const { of, rows } of others) say(`other: ${rows} ${of.name}`);
    },
  });
}

/** A process of its own that does operations from `first` on, and prints the index of each that has returned. */
export async function operateAlone(options: {
  readonly dataDir: string;
  readonly address: DatabaseAddress;
  readonly operations: readonly Operation[];
  readonly first: number;
}): Promise<void> {
  const { dataDir, address, operations, first } = options;
  const clock = new StatedClock();
  const store = await openTestStore({ dataDir, database: serverDatabase(address), clock, say: () => {} });
  for (let index = first; index < operations.length; index += 1) {
    clock.at = timeOf(index);
    const each = operations[index];
    if (each) await operate(store.writer, each, index);
    process.stdout.write(`${index}\n`);
  }
  await store.close();
}
