import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PaceState } from '../../lib/pace/message-pace.js';
import { paceState } from '../../lib/pace/pace-state.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { readPace } from '../../lib/store/tables/account-pace.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { runInProcess } from '../support/in-process.js';
import { loginSettings } from '../support/sandbox-environment.js';
import { openScene } from '../support/scene.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { environmentOf, onAllDatabases, openPlace, type Subject } from './databases.js';

const COUNT = 5;
const INTERVAL_MS = 500;

/**
 * Two jobs of one account, from one source into two targets. With a server each is on a machine of its own, with a data
 * directory and a login; with SQLite both share the data directory.
 */
async function twoJobs(t: TestContext, subject: Subject) {
  const scene = await openScene(t, {}, { messages: 3, largeFiles: [], edgeSizes: false });
  await scene.signIn();
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const source = world.createChannel({ title: 'Source', megagroup: true, creator });
  for (let nth = 1; nth <= COUNT; nth += 1)
    world.post({ chat: source.id, from: creator, text: `text ${nth}` });
  const targets = ['One', 'Other'].map((title) => world.createChannel({ title, megagroup: true, creator }));
  const place = await subject.place(t);
  const settings = { ...scene.connection, ...environmentOf(place) };
  const folders = [scene.cwd];
  if (place.database) {
    const other = temporaryFolder(t);
    cpSync(join(scene.cwd, 'server.pem'), join(other, 'server.pem'));
    await runInProcess(['login'], {
      environment: { ...settings, ...loginSettings(scene.filled) },
      cwd: other,
    });
    folders.push(other);
  }
  const clocks = [new ShiftedClock(), new ShiftedClock()];
  clocks[1]?.forward(3_600_000);
  const runs = targets.map((target, nth) => () => {
    const environment = {
      ...settings,
      SOURCE_CHAT: String(source.id),
      TARGET_CHAT: String(target.id),
      MIN_INTERVAL: String(INTERVAL_MS / 1000),
    };
    const cwd = folders[nth] ?? scene.cwd;
    return runInProcess(['run'], { environment, cwd, clock: clocks[nth] ?? new ShiftedClock() });
  });
  const dataDir = join(scene.cwd, 'data');
  const { db } = await openPlace<StoreTables>(t, { ...place, dataDir }, DATABASE_OWNER);
  const sent = (): number =>
    targets.reduce(
      (sum, { id }) =>
        sum + (scene.sandbox.report().sent.get(id) ?? []).filter(({ text }) => text !== '').length,
      0,
    );
  const turns = async (): Promise<PaceState['turns']> => {
    const { rows } = await readPace(db, Number(creator));
    return paceState(rows.find(({ gate }) => gate === 'messages')?.learnt).turns ?? [];
  };
  /** The gates of which somebody has met a wait. */
  const waits = async (): Promise<readonly string[]> => {
    const { rows } = await readPace(db, Number(creator));
    return rows.flatMap(({ gate, openAt }) => (openAt === undefined ? [] : [gate]));
  };
  return { scene, environment: environmentOf(place), folders, runs, turns, waits, sent };
}

onAllDatabases('two runs of one account at once, on machines whose clocks are an hour apart', (subject) => {
  it('send together as one would', async (t) => {
    const { runs, turns, sent } = await twoJobs(t, subject());
    for (const { status } of await Promise.all(runs.map((run) => run()))) assert.equal(status, 0);
    assert.equal(sent(), 2 * COUNT);
    const given = await turns();
    assert.equal(given.length, 2 * COUNT);
    for (const [index, [at]] of given.entries()) {
      const [before, items] = given[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
      assert.ok(at >= before + items * INTERVAL_MS, `a turn ${at - before} ms after the one before it`);
    }
  });

  it('wait both for a flood that one of them has met, and the other says where', async (t) => {
    const { scene, runs, waits, sent } = await twoJobs(t, subject());
    let [sends, refused, openAt] = [0, 0, 0];
    scene.sandbox.weather.judge = (method) => {
      if (method !== 'messages.SendMessage') return undefined;
      sends += 1;
      if (sends === 2) openAt = Date.now() + 6_000;
      if (Date.now() >= openAt) return undefined;
      refused += 1;
      return { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_6') };
    };
    const [first, other] = runs.map((run) => () => run());
    const began = first?.();
    while (!(await waits()).includes('messages')) await setImmediate();
    const then = await other?.();
    assert.deepEqual([(await began)?.status, then?.status], [0, 0]);
    assert.equal(sent(), 2 * COUNT);
    assert.equal(refused, 1);
    const there = hostname().replaceAll('.', '\\.');
    const met = `waiting for messages\\.send\\w+ \\(FLOOD_WAIT_6, which another process has met on ${there}\\) until`;
    assert.match(`${then?.stdout}${then?.stderr}`, new RegExp(met));
  });

  it('ask nothing again in a wait in which they were ended', async (t) => {
    const { scene, environment, folders, waits } = await twoJobs(t, subject());
    let asked = 0;
    scene.sandbox.weather.judge = (method) => {
      if (method !== 'contacts.ResolveUsername') return undefined;
      asked += 1;
      return { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_600') };
    };
    const killedIn = async (cwd: string, words: string): Promise<void> => {
      const args = ['run', '--source', '@nobody_knows', '--target', '@nobody_else'];
      const { signal, stderr } = await scene.run(args, environment, {
        cwd,
        onStart: (child) => {
          child.stderr?.on('data', (text: string) => {
            if (!text.includes(words)) return;
            void (async () => {
              while (!(await waits()).includes('contacts.resolveUsername')) await setImmediate();
              child.kill('SIGKILL');
            })();
          });
        },
      });
      assert.equal(signal, 'SIGKILL', stderr);
    };
    const [first = '', other = first] = folders;
    await killedIn(first, 'waiting for contacts.resolveUsername (FLOOD_WAIT_600) until');
    const before = asked;
    const met = `waiting for contacts.resolveUsername (FLOOD_WAIT_600, which another process has met on ${hostname()}) until`;
    await killedIn(other, met);
    await killedIn(first, met);
    assert.equal(asked, before);
  });
});
