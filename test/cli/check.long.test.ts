import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { runInProcess } from '../support/in-process.js';
import { MtProxyRelay } from '../support/mtproxy-relay.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

interface Checked {
  readonly exit: number | null;
  readonly findings: ReadonlyMap<string, readonly [status: unknown, detail: string]>;
}

async function checked(
  scene: Scene,
  environment: Record<string, string> = {},
  flags: string[] = [],
): Promise<Checked> {
  const pair = {
    SOURCE_CHAT: String(scene.filled.source.id),
    TARGET_CHAT: String(scene.filled.target.id),
    AUTO_CREATE_TOPICS: 'no',
  };
  const outcome = await runInProcess(['check', '--json', ...flags], {
    environment: { ...scene.connection, ...pair, ...environment },
    cwd: scene.cwd,
  });
  const records = recordsOf(outcome.stdout);
  const last = records.pop();
  assert.equal(last?.['event'], 'checked', outcome.stdout);
  assert.equal(last?.['exitStatus'], outcome.status);
  const findings = records.map(
    ({ name, status, detail }) => [String(name), [status, String(detail)]] as const,
  );
  return { exit: outcome.status, findings: new Map(findings) };
}

function assertMend({ exit, findings }: Checked, name: string, words: RegExp, status = 1): void {
  const [found, detail] = findings.get(name) ?? [];
  assert.equal(found, 'fix', `${name}: ${detail}`);
  assert.match(detail ?? '', words);
  assert.equal(exit, status);
}

test('everything is tried and reported as ok', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { exit, findings } = await checked(scene, { AUTO_CREATE_TOPICS: 'yes', SOURCE_TOPIC: '2' });
  assert.deepEqual(
    [...findings].filter(([, [status]]) => status !== 'ok'),
    [],
  );
  assert.equal(exit, 0);
  const tried = [
    'settings',
    'selection',
    'texts',
    'data directory',
    'disk',
    'memory',
    'crypto',
    'connection',
    'clock',
    'login',
    'limits',
  ];
  const rest = [
    'source',
    'protection',
    'source topic',
    'pair',
    'target',
    'target topics',
    'job',
    'rights',
    'content',
    'time',
  ];
  assert.deepEqual([...findings.keys()], [...tried, ...rest]);
  const words = await scene.run(['check'], { SOURCE_CHAT: '@sandbox_news', TARGET_CHAT: 'me' });
  assert.equal(words.status, 0, words.stdout);
  assert.match(words.stdout, /^ok {4}login: Ann Example .*\n(ok .*\n)+Everything is ready\.\n$/m);
});

test('it changes nothing in the target', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const before = scene.sandbox.report().sent;
  await checked(scene);
  assert.deepEqual(scene.sandbox.report().sent, before);
});

test('each problem in the settings is listed, and nothing else is tried', async (t) => {
  const scene = await openScene(t);
  const { status, stdout } = await scene.run(['check'], {
    TG_API_ID: 'x',
    BUFFER_MB: '0',
    SOURCE_CHAT: '@abcde',
  });
  assert.equal(status, 2);
  const fixes = stdout.split('\n').filter((line) => line.startsWith('FIX   settings: '));
  assert.equal(fixes.length, 3, stdout);
  assert.match(stdout, /TG_API_ID must[\s\S]*BUFFER_MB must[\s\S]*TARGET_CHAT is not set/);
  assert.match(stdout, /\n3 things to fix\.\n$/);
});

test('without a session the status is 3, and the steps that need one are skipped', async (t) => {
  const scene = await openScene(t);
  const outcome = await checked(scene);
  assertMend(outcome, 'login', /telepi login/, 3);
  assert.equal(outcome.findings.get('clock')?.[0], 'ok');
  assert.equal(outcome.findings.get('source')?.[0], 'skipped');
});

test('unknown, protected and read-only chats and chats without topics are reported', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { chats, user } = scene.filled;
  const protectedSource = { SOURCE_CHAT: String(chats.protected.id) };
  assertMend(await checked(scene, protectedSource), 'protection', /--allow-protected/, 2);
  const allowed = await checked(scene, protectedSource, ['--allow-protected']);
  assert.equal(allowed.exit, 0);
  assertMend(await checked(scene, { TARGET_CHAT: '@sandbox_readonly' }), 'target', /may not post/, 2);
  assertMend(await checked(scene, { SOURCE_CHAT: '@nobody_has_this' }), 'source', /@?nobody_has_this/, 2);
  assertMend(await checked(scene, { SOURCE_TOPIC: '9999' }), 'source topic', /no topic 9999/, 2);
  assertMend(await checked(scene, { TARGET_TOPIC: '9999' }), 'target topics', /no topic 9999/, 2);
  const { id: root } = scene.sandbox.world.post({ chat: chats.supergroup.id, from: user.id, text: 'root' });
  const thread = { SOURCE_CHAT: String(chats.supergroup.id), SOURCE_TOPIC: String(root) };
  assert.equal((await checked(scene, thread)).exit, 0, 'a thread, as telepi run takes it');
  assertMend(await checked(scene, { ...thread, SOURCE_TOPIC: '9999' }), 'source topic', /no message 9999/, 2);
  const noForum = { TARGET_CHAT: String(chats.supergroup.id), AUTO_CREATE_TOPICS: 'yes' };
  assertMend(await checked(scene, noForum), 'target topics', /has no topics/, 2);
});

test('too little memory and a bad data directory are reported', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  assertMend(await checked(scene, { BUFFER_MB: '1000000' }), 'memory', /set BUFFER_MB to \d+ or less/);
  const unusable = await checked(scene, { DATA_DIR: 'server.pem/data' });
  assertMend(unusable, 'data directory', /server\.pem\/data/, 2);
  assert.equal(unusable.findings.get('login')?.[0], 'skipped');
  const nowhere = await checked(scene, { DATA_DIR: '/proc/x' });
  assertMend(nowhere, 'data directory', /\/proc\/x/, 2);
  assert.deepEqual(nowhere.findings.get('disk'), ['skipped', 'after the data directory']);
  assert.equal(nowhere.findings.get('privacy'), undefined, 'nothing is said of what lies above it');
});

test("a clock that differs from the server's and an unreachable server are reported", async (t) => {
  const ahead = { ...systemClock, now: () => systemClock.now() + 120_000 };
  const scene = await openScene(t, { clock: ahead });
  await scene.signIn();
  assertMend(await checked(scene), 'clock', /(2 min( \d s)?|1 min 5\d s) behind the server's/);
  const gone = await checked(scene, { TG_SERVER: '127.0.0.1:9' });
  assertMend(gone, 'connection', /127\.0\.0\.1:9|network|connect/i);
});

/** Runs check in a process that `code` has changed first. */
async function checkedAfter(
  scene: Scene,
  code: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const hook = join(scene.cwd, 'hook.mjs');
  writeFileSync(hook, code);
  const pair = { SOURCE_CHAT: '@sandbox_news', TARGET_CHAT: 'me' };
  const { stdout } = await scene.run(['check'], {
    ...pair,
    ...environment,
    NODE_OPTIONS: `--import ${hook}`,
  });
  return stdout;
}

test('a clock beyond 2038, when the protocol ends, is blamed instead of the network', async (t) => {
  const scene = await openScene(t);
  const stdout = await checkedAfter(
    scene,
    `const { now } = Date;
    Date.now = () => now() + 20 * 365.25 * 86_400_000;`,
  );
  assert.match(stdout, /^FIX {3}connection: This machine's clock says 20[4-9]\d-.*: set the clock, .*\.$/m);
  assert.match(stdout, /\n1 thing to fix\.\n$/);
});

test('crypto that was asked for but is missing is one thing to fix', async (t) => {
  const scene = await openScene(t);
  const code = `import Module from 'node:module';
    const load = Module._extensions['.node'];
    Module._extensions['.node'] = (module, path) => {
      if (path.includes('crypto-')) throw Object.assign(new Error('gone'), { code: 'MODULE_NOT_FOUND' });
      load(module, path);
    };`;
  const stdout = await checkedAfter(scene, code, { TELEPI_CRYPTO: 'native' });
  assert.match(stdout, /^FIX {3}crypto: TELEPI_CRYPTO=native can't be used here: it is not built: [^()]*$/m);
  assert.match(stdout, /^- {5}connection: after the crypto$/m);
  assert.match(stdout, /\n1 thing to fix\.\n$/);
});

test('a job whose ledger was lost gets a warning that says what is lost', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const pair = { SOURCE_CHAT: '@sandbox_news', TARGET_CHAT: 'me' };
  const run = await scene.run(['run'], { ...pair, MIN_INTERVAL: '0' });
  assert.equal(run.status, 0, run.stderr);
  const before = (await checked(scene, pair)).findings.get('job');
  assert.equal(before?.[0], 'ok');
  const ledger = join(scene.cwd, 'data', 'ledger.db');
  for (const path of [ledger, `${ledger}-wal`, `${ledger}-shm`]) rmSync(path, { force: true });
  for (const state of ['missing', 'empty']) {
    if (state === 'empty') writeFileSync(ledger, '', { mode: 0o600 });
    const { exit, findings } = await checked(scene, pair);
    const [status, detail] = findings.get('job') ?? [];
    assert.equal(status, 'warning', state);
    assert.match(
      detail ?? '',
      /^continues after source message \d+, .* restore it first\. This is lost: replies/,
    );
    assert.equal(exit, 0);
  }
});

test('check names the proxy, and what is wrong with it, always without its secret', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const secret = randomBytes(16);
  const [home] = scene.sandbox.dcs;
  const relay = await MtProxyRelay.start(secret, home?.port ?? 0);
  t.after(() => relay.close());
  const whole = Buffer.concat([Buffer.of(0xee), secret, Buffer.from('www.example.org')]).toString(
    'base64url',
  );
  const place = `127.0.0.1:${relay.port}`;
  // The server's own address leads nowhere: an MTProxy gets a DC's number instead.
  const good = await checked(scene, { TG_PROXY: `mtproxy://${whole}@${place}`, TG_SERVER: '127.0.0.1:1' });
  assert.equal(good.exit, 0);
  const [, words] = good.findings.get('connection') ?? [];
  assert.match(words ?? '', new RegExp(`^to 127\\.0\\.0\\.1:1 through the MTProxy at ${place} in \\d+ ms$`));
  assertMend(
    await checked(scene, { TG_PROXY: `http://${place}` }),
    'connection',
    /^The HTTP proxy at .*TG_PROXY/,
  );
  const gone = await checked(scene, { TG_PROXY: 'socks5://me:mark-of-it@127.0.0.1:1' });
  assertMend(gone, 'connection', /^The SOCKS5 proxy at 127\.0\.0\.1:1 can't be reached .*check TG_PROXY/);
  const bad = await checked(scene, { TG_PROXY: 'socks4://me:mark-of-it@127.0.0.1:1' });
  assertMend(bad, 'settings', /^TG_PROXY must be socks5:/, 2);
  for (const { findings } of [good, gone, bad]) {
    assert.doesNotMatch(
      JSON.stringify([...findings]),
      new RegExp(`mark-of-it|${whole}|${secret.toString('hex')}`),
    );
  }
});
