import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it, type TestContext } from 'node:test';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import type { UsageError } from '../../lib/base/errors.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { LEASE_TIMES, type LeaseTimes } from '../../lib/store/lease-term.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { SessionLease } from '../../lib/store/tables/session-lease.js';
import { keyIdOf, sessionMark } from '../../lib/telegram/session-string.js';
import { currentUser } from '../../lib/telegram/sign-in.js';
import { clientOf, connectedClient, memorySessionStore } from '../support/client-of.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { runInProcess } from '../support/in-process.js';
import { sandboxEnvironment } from '../support/sandbox-environment.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';

let scene: CloneScene;
let session = '';
before(async () => {
  scene = await cloneScene({ seed: 'session leases' });
  const store = memorySessionStore();
  await (await clientOf(scene.sandbox, scene.me, { session: store })).close();
  session = store.text ?? '';
});
after(() => scene.close());

const never = new AbortController().signal;

/** What the sandbox was asked for, over all connections. */
function asked(): number {
  const counts = Object.values(scene.sandbox.report().weather.requests);
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** Processes of data directories that share a database behind a relay. */
async function sharing(t: TestContext, subject: ServerSubject) {
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const address = { ...(await subject.address(t)), port: relay.port };
  const lost: UsageError[] = [];
  return {
    relay,
    address,
    lost,
    process(holder: string, times: LeaseTimes = LEASE_TIMES, clock: Clock = systemClock): SessionLease {
      const lease = new SessionLease({
        open: (signal) => serverDatabase(address).open(DATABASE_OWNER, undefined, signal),
        session: sessionMark(keyIdOf(session)),
        where: 'memory',
        holder,
        host: `host-of-${holder}`,
        onLost: (error) => lost.push(error),
        clock,
        random: systemRandom,
        log: silentLog,
        times,
      });
      t.after(() => lease.release());
      return lease;
    },
  };
}

/** Expires at once; renewed only by who asks. */
const OVER = { leaseMs: 1, renewalMs: 3_600_000, requestMs: 0 };

onServers('a session', (subject) => {
  it('is used by any number of processes of one data directory, and by no other until the last has ended', async (t) => {
    const { process } = await sharing(t, subject());
    const [one, two, other] = [process('one'), process('one'), process('other')];
    await one.begin();
    await two.begin();
    const inUse = {
      code: 'SESSION_IN_USE',
      message:
        /^The session in memory is in use on host-of-one, .* under another name, run again in 75 seconds; otherwise .* `telepi login`\.$/,
    };
    await assert.rejects(other.begin(), inUse);
    await one.release();
    await assert.rejects(process('other').begin(), inUse);
    await two.release();
    await process('other').begin();
    await assert.rejects(process('one').begin(), { code: 'SESSION_IN_USE' });
  });

  it('that was lost to another data directory is not used again: nothing reaches Telegram', async (t) => {
    const { process, lost } = await sharing(t, subject());
    const stopped = process('stopped', OVER);
    await stopped.begin();
    const client = await connectedClient(scene.sandbox, {
      session: memorySessionStore(session),
      guard: stopped,
    });
    t.after(() => client.close());
    assert.equal(Number((await currentUser(client, never)).id), scene.me.id);
    const other = process('other');
    await other.begin();
    const before = asked();
    client.self.forget();
    await assert.rejects(currentUser(client, never), { code: 'SESSION_IN_USE' });
    const range = { location: Buffer.alloc(4), offset: 0, limit: 4096 };
    await assert.rejects(client.parts.getFile(1, range, never), { code: 'SESSION_IN_USE' });
    assert.equal(asked(), before);
    assert.equal(lost.length, 1);
    await stopped.release();
    await assert.rejects(process('third').begin(), { code: 'SESSION_IN_USE' }, "it is still the other one's");
  });

  it('is used while its database is out of reach, and asked for when that is back', async (t) => {
    const { process, relay, lost } = await sharing(t, subject());
    const times = { leaseMs: 500, renewalMs: 50, requestMs: 0 };
    const [one, late] = [process('one', times), process('late', times)];
    await one.begin();
    await relay.cut();
    while (one.trouble === undefined) await systemClock.sleep(20);
    await one.pass();
    await late.begin();
    assert.match(late.trouble ?? '', /nothing listens there/);
    assert.equal(lost.length, 0);
    await relay.restore();
    while (lost.length === 0) await systemClock.sleep(20);
    assert.equal(lost[0]?.code, 'SESSION_IN_USE');
    assert.equal([one, late].filter(({ mayPass }) => mayPass).length, 1, 'one of the two has it');
  });

  it('is used without an answer of its database after a while, and given back without one', async (t) => {
    const { process, relay } = await sharing(t, subject());
    const waits: number[] = [];
    // Time passes as soon as somebody waits for it.
    const hurried: Clock = {
      ...systemClock,
      sleep(ms, signal) {
        waits.push(ms);
        return systemClock.sleep(ms < 60_000 ? 0 : ms, signal);
      },
    };
    const times = { leaseMs: 60_000, renewalMs: 60_000, requestMs: 0 };
    const held = process('held', times, hurried);
    relay.mute();
    assert.equal(await held.begin(), true);
    assert.match(held.trouble ?? '', /hasn't answered within 10 seconds/);
    assert.equal(held.mayPass, true);
    await held.release();
    assert.deepEqual(
      waits.filter((ms) => ms < 60_000),
      [10_000, 2_000],
    );
  });

  it("is not waited for when its command is ended, whatever its database's server does", async (t) => {
    const { process, relay } = await sharing(t, subject());
    relay.mute();
    const ending = new AbortController();
    const beginning = process('ended').begin(ending.signal);
    ending.abort(new Error('ended by the user'));
    await assert.rejects(beginning, /ended by the user/);
  });

  it('is not leased by a command that only looks where the database has no tables, which stay away', async (t) => {
    const address = await subject().address(t);
    const cwd = temporaryFolder(t);
    const environment = {
      ...(await sandboxEnvironment(scene.sandbox, SANDBOX_APP, cwd)),
      TG_SESSION: session,
      DATABASE_URL: databaseUrl(address),
      DATA_DIR: join(cwd, 'data'),
    };
    const run = async (...args: string[]) => (await runInProcess(args, { environment, cwd })).status;
    assert.equal(await run('chats'), 0);
    await run('check', '--source', 'me', '--target', 'me');
    await run('run', '--dry-run', '--source', 'me', '--target', 'me').catch(() => undefined);
    const door = serverDatabase(address);
    t.after(() => door.close());
    assert.equal(await door.read(DATABASE_OWNER, async () => true), undefined, 'there are no tables');
    assert.equal(await door.openPresent(DATABASE_OWNER), undefined);
    assert.equal(existsSync(join(cwd, 'data', 'ledger.db')), false);
  });

  it('that another data directory uses is refused by a command before it connects', async (t) => {
    const { process, address } = await sharing(t, subject());
    const cwd = temporaryFolder(t);
    const dataDir = join(cwd, 'data');
    mkdirSync(dataDir);
    const environment = {
      ...(await sandboxEnvironment(scene.sandbox, SANDBOX_APP, cwd)),
      TG_SESSION: session,
      DATABASE_URL: databaseUrl(address),
      DATA_DIR: dataDir,
    };
    const chats = () => runInProcess(['chats', '--json'], { environment, cwd });
    const other = process('other');
    await other.begin();
    const before = asked();
    await assert.rejects(chats(), { code: 'SESSION_IN_USE', exitStatus: 2 });
    const { stdout } = await runInProcess(['check', '--source', 'me', '--target', 'me'], {
      environment,
      cwd,
    });
    assert.match(stdout, /FIX {3}connection: The session in TG_SESSION is in use on host-of-other/);
    assert.equal(asked(), before);
    await other.release();
    const [one, two] = await Promise.all([chats(), chats()]);
    assert.deepEqual([one.status, two.status], [0, 0]);
    const checked = await runInProcess(['check', '--source', 'me', '--target', 'me'], { environment, cwd });
    assert.match(checked.stdout, /ok {4}session: used on this machine alone/);
    await process('third').begin();
  });
});
