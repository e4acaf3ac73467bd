import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIB } from '../../../lib/base/bytes.js';
import type { Log } from '../../../lib/base/log.js';
import type { Method } from '../../../lib/sandbox/rpc.js';
import type { Chat } from '../../../lib/sandbox/world/model.js';
import { openScene, recordsOf, type Scene } from '../../support/scene.js';
import type { TelepiOutcome } from '../../support/telepi.js';
import {
  DANTE,
  freePort,
  MICROSOCKS,
  MTPROXY_TLS,
  missingOf,
  PASSWORD,
  PROXY_ADDRESS,
  REAL_PROXIES,
  type RealProxy,
  type RunningProxy,
  runProxy,
  SECRET,
  TINYPROXY,
} from './real-proxies.js';
import { startWebServer } from './web-server.js';

/** Whether a proxy that isn't installed is a fault, as in CI. */
const isRequired = process.env['TELEPI_INTEROP'] === 'required';
const FILE_BYTES = 24 * MIB + 12_345;
const LIMIT = { timeout: 240_000 } as const;

interface Through {
  readonly scene: Scene;
  readonly proxy: RunningProxy;
  readonly target: Chat;
  /** Where the sandbox's connections come from. */
  readonly from: Set<string>;
  /** Called with the number of each part that the sandbox has taken. */
  onPart: (count: number) => void;
  run(
    args: readonly string[],
    more?: Record<string, string>,
    onStart?: (child: ChildProcess) => void,
  ): Promise<TelepiOutcome>;
  requireCopied(): Promise<void>;
}

/** A sandbox with a file on a DC that is not the account's home, a real proxy in front of it, and telepi behind that. */
async function open(t: TestContext, real: RealProxy): Promise<Through | undefined> {
  const missing = missingOf(real);
  if (missing.length > 0) {
    assert.ok(!isRequired, `${missing.join(', ')} is missing: see test/interop/README.md.`);
    t.skip(`skipped: ${missing.join(', ')} is missing (see test/interop/README.md)`);
    return undefined;
  }
  const from = new Set<string>();
  let parts = 0;
  let through: Through | undefined;
  const scene = await openScene(t, {
    log: logOf((fields) => from.add(String(fields['from']))),
    methods: (methods) => {
      const save: Method | undefined = methods.get('upload.SaveBigFilePart');
      assert.ok(save);
      const counted: Method = (request, caller) => {
        parts += 1;
        through?.onPart(parts);
        return save(request, caller);
      };
      return new Map([...methods, ['upload.SaveBigFilePart', counted]]);
    },
  });
  const { world, files, dcs } = scene.sandbox;
  const creator = scene.filled.user.id;
  const [source, target] = ['Source', 'Target'].map((title) =>
    world.createChannel({ title, creator, megagroup: true }),
  );
  assert.ok(source && target);
  const file = files.add({
    kind: 'document',
    dcId: 2,
    size: FILE_BYTES,
    mimeType: 'video/mp4',
    attributes: [{ type: 'filename', name: 'film.mp4' }],
  });
  world.post({ chat: source.id, from: creator, text: 'first' });
  world.post({
    chat: source.id,
    from: creator,
    media: { kind: 'document', fileId: file.id, spoiler: false },
  });
  world.post({ chat: source.id, from: creator, text: 'last' });
  const proxy = await runProxy(real, { folder: scene.cwd, dcs: dcs.map(({ port }) => port) }, t);
  const environment = {
    TG_PROXY: real.url(proxy.port),
    SOURCE_CHAT: String(source.id),
    TARGET_CHAT: String(target.id),
    MIN_INTERVAL: '0',
    TG_PHONE: scene.filled.phone,
    TG_CODE: scene.filled.code,
    TG_PASSWORD: scene.filled.password,
  };
  through = {
    scene,
    proxy,
    target,
    from,
    onPart: () => {},
    async run(args, more = {}, onStart = () => {}) {
      const outcome = await scene.run(args, { ...environment, ...more }, { patienceMs: 180_000, onStart });
      requireNoSecrets(scene.cwd, outcome);
      return outcome;
    },
    async requireCopied() {
      const messages =
        target.box?.messages.filter(({ text, media }) => text !== '' || media !== undefined) ?? [];
      assert.deepEqual(
        messages.map(({ text }) => text),
        ['first', '', 'last'],
      );
      const media = messages[1]?.media;
      assert.ok(media?.kind === 'document');
      const copy = files.get(media.fileId);
      assert.ok(copy);
      assert.equal(await files.sha256(copy), await files.sha256(file));
    },
  };
  return through;
}

function logOf(onConnection: (fields: Readonly<Record<string, unknown>>) => void): Log {
  const ignore = (): void => {};
  return {
    debug: (event: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (event === 'connection_opened') onConnection(fields);
    },
    info: ignore,
    warn: ignore,
    error: ignore,
  } as unknown as Log;
}

/** The proxies' passwords and secrets, in each spelling that may occur on their way. */
function requireNoSecrets(folder: string, { stdout, stderr }: TelepiOutcome): void {
  const secrets = [PASSWORD, encodeURIComponent(PASSWORD), 'tiny-word', 'Wrong-Word', SECRET];
  const bytes = [SECRET, `dd${SECRET}`].map((hex) => Buffer.from(hex, 'hex'));
  secrets.push(...bytes.map((each) => each.toString('base64url')));
  const logs = join(folder, 'data');
  const paths = existsSync(logs)
    ? readdirSync(logs, { recursive: true, encoding: 'utf8' }).map((name) => join(logs, name))
    : [];
  const texts = paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, 'latin1'));
  for (const text of [stdout, stderr, ...texts]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in ${text.slice(0, 500)}`);
  }
}

const findingOf = ({ stdout }: TelepiOutcome, name: string): Record<string, unknown> | undefined =>
  recordsOf(stdout).find((record) => record['event'] === 'finding' && record['name'] === name);
const errorOf = ({ stdout, stderr }: TelepiOutcome): Record<string, unknown> => {
  const error = recordsOf(stdout).find((record) => record['event'] === 'error');
  return error ?? assert.fail(stdout + stderr);
};

for (const real of REAL_PROXIES) {
  test(
    `${real.name}: login, check and a whole clone work, and no connection bypasses it`,
    LIMIT,
    async (t) => {
      const through = await open(t, real);
      if (!through) return;
      const login = await through.run(['login', '--debug']);
      assert.equal(login.status, 0, login.stderr);
      const check = await through.run(['check', '--json', '--debug']);
      assert.equal(check.status, 0, check.stdout);
      const words = `through the ${real.kind} at 127.0.0.1:${through.proxy.port}`;
      assert.ok(String(findingOf(check, 'connection')?.['detail']).includes(words), check.stdout);
      const run = await through.run(['run', '--debug']);
      assert.equal(run.status, 0, run.stdout + run.stderr);
      await through.requireCopied();
      assert.deepEqual([...through.from], [PROXY_ADDRESS]);
    },
  );

  const { wrong } = real;
  if (!wrong) continue;
  test(`${real.name}: a wrong login or secret is reported, for people and machines`, LIMIT, async (t) => {
    const through = await open(t, real);
    if (!through) return;
    const TG_PROXY = wrong.url(through.proxy.port);
    const check = await through.run(['check', '--json'], { TG_PROXY });
    assert.equal(check.status, 1);
    const finding = findingOf(check, 'connection');
    assert.equal(finding?.['status'], 'fix');
    const detail = /^The (?:SOCKS5 proxy|HTTP proxy|MTProxy) at 127\.0\.0\.1:\d+ .*: check .* in TG_PROXY/;
    assert.match(String(finding?.['detail']), detail);
    const chats = await through.run(['login', '--json'], { TG_PROXY });
    assert.equal(chats.status, 1);
    const { code, message } = errorOf(chats);
    assert.ok(wrong.codes.includes(String(code)), String(code));
    assert.match(String(message), detail);
    assert.equal(through.from.size, 0, 'nothing reached the sandbox');
  });
}

for (const real of [MICROSOCKS, TINYPROXY, MTPROXY_TLS]) {
  test(`${real.name}: after it dies in mid-transfer and comes back, the run continues`, LIMIT, async (t) => {
    const through = await open(t, real);
    if (!through) return;
    const login = await through.run(['login']);
    assert.equal(login.status, 0, login.stderr);
    const outage: Promise<void>[] = [];
    through.onPart = (count) => {
      if (count === 12) outage.push(cutFor(through.proxy, 3_000));
    };
    const run = await through.run(['run']);
    await Promise.all(outage);
    assert.equal(outage.length, 1, 'the proxy died');
    assert.equal(run.status, 0, run.stdout + run.stderr);
    await through.requireCopied();
    assert.deepEqual([...through.from], [PROXY_ADDRESS]);
  });
}

async function cutFor(proxy: RunningProxy, ms: number): Promise<void> {
  await proxy.kill();
  await sleep(ms);
  await proxy.start();
}

test(
  'an MTProxy forwards an unknown hello to a web server, whose answer proves nothing',
  LIMIT,
  async (t) => {
    const through = await open(t, MTPROXY_TLS);
    if (!through) return;
    const mask = await startWebServer(t, through.scene.cwd);
    const dcs = through.scene.sandbox.dcs.map(({ port }) => port);
    const masked = await runProxy(MTPROXY_TLS, { folder: through.scene.cwd, dcs, mask }, t);
    const wrong = await through.run(['login', '--json'], {
      TG_PROXY: MTPROXY_TLS.wrong?.url(masked.port) ?? '',
    });
    assert.equal(errorOf(wrong)['code'], 'PROXY_LOGIN');
    assert.match(String(errorOf(wrong)['message']), /does not accept the secret/);
    const right = await through.run(['login'], { TG_PROXY: MTPROXY_TLS.url(masked.port) });
    assert.equal(right.status, 0, right.stderr);
  },
);

test('a silent proxy, a missing one, and one of another kind are reported', LIMIT, async (t) => {
  const through = await open(t, MICROSOCKS);
  if (!through) return;
  const { port } = through.proxy;
  const nobody = await through.run(['login', '--json'], { TG_PROXY: `http://127.0.0.1:${await freePort()}` });
  assert.equal(errorOf(nobody)['code'], 'PROXY_UNREACHABLE');
  const other = await through.run(['login', '--json'], { TG_PROXY: `http://user:word@127.0.0.1:${port}` });
  assert.equal(errorOf(other)['code'], 'PROXY_KIND');
  assert.match(String(errorOf(other)['message']), /check the kind and the port in TG_PROXY/);
  const open5 = await through.run(['login', '--json'], { TG_PROXY: `socks5://127.0.0.1:${port}` });
  assert.match(String(errorOf(open5)['message']), /asks for a login: put it into TG_PROXY/);
  through.proxy.freeze();
  const silent = await through.run(['login', '--json']);
  assert.equal(errorOf(silent)['code'], 'PROXY_SILENT');
  assert.equal(through.from.size, 0);
});

test('when Dante forbids the way, the error says so', LIMIT, async (t) => {
  const through = await open(t, DANTE);
  if (!through) return;
  const refused = await through.run(['login', '--json'], { TG_SERVER: '127.0.0.1:9' });
  const { code, message } = errorOf(refused);
  assert.equal(code, 'PROXY_REFUSED');
  assert.match(String(message), /does not connect to 127\.0\.0\.1:9 \(its rules forbid it\)/);
});
