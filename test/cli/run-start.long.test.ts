import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deferred } from '../../lib/base/deferred.js';
import { openScene, type Scene } from '../support/scene.js';

/** Facts that TelePi requests when a run begins, and that nobody needs twice. */
const FACTS = ['help.GetConfig', 'help.GetAppConfig', 'users.GetUsers'] as const;

test("a run asks for its user and for the server's limits only once each; the next run asks again", async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const environment = { SOURCE_CHAT: '@sandbox_news', TARGET_CHAT: 'me', MIN_INTERVAL: '0' };
  const asked: string[] = [];
  scene.sandbox.weather.judge = (method) => {
    asked.push(method);
    return undefined;
  };
  for (const run of [1, 2]) {
    asked.length = 0;
    const { status, stderr } = await scene.run(['run'], environment);
    assert.equal(status, 0, stderr);
    const times = FACTS.map((fact) => [fact, asked.filter((method) => method === fact).length]);
    assert.deepEqual(
      times,
      FACTS.map((fact) => [fact, 1]),
      `run ${run}`,
    );
  }
});

/** A scene in which a run into a supergroup has ended, and only what it knew is kept. */
async function afterOneRun(t: TestContext) {
  const scene = await openScene(t);
  await scene.signIn();
  const { world } = scene.sandbox;
  const me = world.accountByPhone(scene.filled.phone);
  assert.ok(me);
  const source = world.createChannel({ title: 'Source', creator: me.id, megagroup: true });
  const target = world.createChannel({
    title: 'Target',
    creator: me.id,
    megagroup: true,
    username: 'known_target',
  });
  world.post({ chat: source.id, from: me.id, text: 'one' });
  const environment = { SOURCE_CHAT: String(source.id), TARGET_CHAT: '@known_target', MIN_INTERVAL: '0' };
  const asked: string[] = [];
  scene.sandbox.weather.judge = (method) => {
    asked.push(method);
    return undefined;
  };
  const run = async (more: Readonly<Record<string, string>> = {}): Promise<string[]> => {
    asked.length = 0;
    const { status, stderr } = await scene.run(['run'], { ...environment, ...more });
    assert.equal(status, 0, stderr);
    return [...asked];
  };
  assert.ok((await run()).includes('messages.GetDialogs'));
  const data = join(scene.cwd, 'data');
  for (const name of readdirSync(data)) {
    if (name !== 'session' && name !== 'known.json') rmSync(join(data, name), { recursive: true });
  }
  return { scene, run, world, source, target, file: join(data, 'known.json') };
}

function texts({ sandbox: { world }, filled }: Scene, chat: number): string[] {
  const me = world.accountByPhone(filled.phone)?.id ?? 0;
  return world.messagesWith(me, chat).flatMap(({ text }) => (text === '' ? [] : [text]));
}

test('the next run finds both chats without a search', async (t) => {
  const { scene, run, target } = await afterOneRun(t);
  const asked = await run();
  assert.ok(
    !asked.includes('messages.GetDialogs') && !asked.includes('contacts.ResolveUsername'),
    asked.join(),
  );
  assert.deepEqual(texts(scene, target.id), ['one', 'one']);
});

test('what the last run knew may all be wrong: the run ends as the first one did', async (t) => {
  const { scene, run, target, file } = await afterOneRun(t);
  const wrong = readFileSync(file, 'utf8').replace(/"(salt|accessHash)":"-?(\d+)\d"/g, '"$1":"$2"');
  assert.notEqual(wrong, readFileSync(file, 'utf8'));
  writeFileSync(file, wrong);
  assert.ok((await run()).includes('messages.GetDialogs'));
  assert.deepEqual(texts(scene, target.id), ['one', 'one']);
  assert.ok(!(await run()).includes('messages.GetDialogs'));
});

/** Calls with which a run of a whole chat begins. */
const FIRST_CALLS = {
  'help.GetConfig': 1,
  'help.GetAppConfig': 1,
  'users.GetUsers': 1,
  'channels.GetChannels': 2,
  'channels.GetFullChannel': 2,
  'messages.GetHistory': 3,
};

/** TCP to a server whose bytes are held back until `release`. */
async function holdingRelay(t: TestContext, to: number) {
  const released = deferred<void>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    near.pipe(far);
    void released.promise.then(() => far.pipe(near));
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      end.on('error', () => {}).on('close', () => other.destroy());
    }
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, release: () => released.resolve() };
}

test('all calls with which a run begins are made at once, before the server says anything, and none is made twice', async (t) => {
  const { scene, run, target } = await afterOneRun(t);
  const { port, release } = await holdingRelay(t, scene.sandbox.server.port);
  const due = Object.values(FIRST_CALLS).reduce((sum, times) => sum + times, 0);
  const early: string[] = [];
  const { judge } = scene.sandbox.weather;
  scene.sandbox.weather.judge = (method, ...rest) => {
    // With a fault, fewer come, and the run ends because nobody answers.
    if (early.push(method) === due) release();
    return judge?.(method, ...rest);
  };
  const asked = await run({ TG_SERVER: `127.0.0.1:${port}` });
  assert.deepEqual(timesOf(early.slice(0, due)), FIRST_CALLS);
  const { 'messages.GetHistory': _, ...single } = FIRST_CALLS;
  assert.deepEqual(timesOf(asked.filter((method) => method in single)), single);
  // The first page, the count and the target's newest message, and the end of the history: twice, as without the file.
  assert.equal(asked.filter((method) => method === 'messages.GetHistory').length, 5);
  assert.deepEqual(texts(scene, target.id), ['one', 'one']);
});

function timesOf(methods: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const method of methods) times[method] = (times[method] ?? 0) + 1;
  return times;
}

test('without the file the run searches, and writes it', async (t) => {
  const { run, file } = await afterOneRun(t);
  rmSync(file);
  assert.ok((await run()).includes('messages.GetDialogs'));
  assert.ok(existsSync(file));
});
