// Hosts that share a database download one chat, are killed and stopped meanwhile, and their database starts again. By hand, for a
// larger one: TELEPI_SHARED=files,kills,restarts, such as 3000,10,2.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { asBigInt, asNumber } from '../../lib/store/values.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace } from './databases.js';
import { type SharedHost, sharedHosts } from './shared-hosts.js';

const [FILES = 300, KILLS = 3, RESTARTS = 1] = (process.env['TELEPI_SHARED'] ?? '300,3,1')
  .split(',')
  .map(Number);
const NAMES = ['alpha', 'beta', 'gamma'] as const;

/** As if so much time had passed that a stopped process has lost its connection and what it has claimed. */
async function outlive(address: DatabaseAddress, { name }: SharedHost): Promise<void> {
  if (address.kind === 'postgres') {
    await administer(
      address,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  } else {
    const rows = await administer(
      address,
      'select id from information_schema.processlist where db = database() and id <> connection_id()',
    );
    for (const row of rows as { readonly id: unknown }[])
      await administer(address, `kill ${row.id}`).catch(() => {});
  }
  await administer(
    address,
    `update leases set expires_datetime = '2001-01-01 00:00:00.000' where name like 'file %' and host = '${name}'`,
  );
}

/** Both hold the same, each once. */
function assertOnce(found: readonly string[], due: readonly string[]): void {
  const left = [...found];
  const missing = due.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  assert.deepEqual({ missing, more: left }, { missing: [], more: [] });
}

onServers('hosts that share a database', (subject) => {
  it('bring every file once, whoever is killed or stopped, and whenever the database starts again', async (t) => {
    const { instance, address: newAddress } = subject();
    const address = await newAddress(t);
    const shared = await sharedHosts(
      t,
      { files: FILES, names: NAMES },
      { DATABASE_URL: databaseUrl(address) },
    );
    const { hosts, progress, contents } = shared;
    const downloads = Promise.all(hosts.map((host) => host.download()));
    // Evenly, in the first four fifths: who is killed may have said less than it has done.
    const events = ['stop', ...Array<string>(KILLS).fill('kill'), ...Array<string>(RESTARTS).fill('restart')];
    const step = (0.8 * FILES) / (events.length + 1);
    const done: string[] = [];
    const misfortunes = (async () => {
      for (const [nth, event] of events.entries()) {
        await progress.until(Math.floor(step * (nth + 1)));
        const host = hosts[nth % hosts.length] ?? assert.fail();
        if (event === 'restart') {
          await instance.crash();
          await instance.restart();
          done.push(event);
        } else if (event === 'kill') {
          if (host.kill()) done.push(event);
        } else if (host.stop()) {
          await outlive(address, host);
          await progress.until(progress.files + Math.ceil(step / 2));
          host.resume();
          done.push(event);
        }
      }
    })();
    await Promise.all([downloads, misfortunes]);
    assert.deepEqual(done, events);
    // Whoever ended while the database was away has rows that wait for its next start.
    for (const host of hosts) await host.download();

    const place = {
      dataDir: temporaryFolder(t),
      database: serverDatabase(address),
      owner: DATABASE_OWNER,
    };
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    const copies = await db.selectFrom('file_copies').selectAll().execute();
    assert.deepEqual(
      copies.filter(({ state }) => state !== 'there').map(({ path, state }) => `${path} ${state}`),
      [],
    );
    const noted = copies.map((row) => `${asBigInt(row.media_id ?? 0n)} ${row.sha256}`);
    assertOnce(
      noted,
      [...contents].map(([id, sha256]) => `${id} ${sha256}`),
    );
    const log = await db
      .selectFrom('download_log')
      .select(['message_id', 'hostname'])
      .where('download_status', '=', 'success')
      .execute();
    const logged = new Map<number, string[]>();
    for (const { message_id, hostname } of log) {
      const id = asNumber(message_id);
      logged.set(id, [...(logged.get(id) ?? []), hostname]);
    }
    const doubled = [...logged].filter(([, hostnames]) => hostnames.length > 1);
    assert.deepEqual({ doubled, files: logged.size }, { doubled: [], files: FILES });
    const onDisk = hosts.map((host) => host.files());
    assertOnce(
      onDisk.flatMap(({ hashes }) => hashes),
      [...contents.values()],
    );
    assert.deepEqual(
      onDisk.flatMap(({ left }) => left),
      [],
    );
    const byHost = hosts.map(({ name }) => log.filter(({ hostname }) => hostname === name).length);
    const { findings } = await auditActions(db);
    assert.deepEqual(findings, []);
    const asked = [...shared.asked().values()];
    assert.ok(Math.min(...asked) >= 1);
    const again = asked.filter((times) => times > 1);
    t.diagnostic(
      [
        `files: ${NAMES.map((name, nth) => `${name} ${byHost[nth]}`).join(', ')};`,
        `asked for more than once: ${again.length}, ${Math.max(1, ...again).toFixed(1)} times at most`,
      ].join(' '),
    );
  });
});
