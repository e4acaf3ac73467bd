import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Caller, RpcError } from '../../lib/sandbox/rpc.js';
import { launcher } from '../support/paths.js';
import { loginSettings } from '../support/sandbox-environment.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import type { TelepiOutcome } from '../support/telepi.js';

function assertNoSecret(scene: Scene, { stdout, stderr }: TelepiOutcome): void {
  const { phone, code, password, apiHash, plain, botToken } = scene.filled;
  const secrets = [phone, phone.slice(1), plain.phone, code, password, apiHash, botToken];
  const path = join(scene.cwd, 'data', 'session');
  if (existsSync(path)) secrets.push(readFileSync(path, 'utf8').trim());
  for (const secret of secrets) assert.ok(!`${stdout}${stderr}`.includes(secret), `shown: ${secret}`);
}

test('login works from the environment by phone, code and two-step password; only the owner may read the session', async (t) => {
  const scene = await openScene(t);
  const answers = loginSettings(scene.filled);
  const first = await scene.run(['login', '--debug'], answers);
  assert.equal(first.status, 0, first.stderr);
  assert.match(
    first.stdout,
    /^Signed in as Ann Example \(@sandbox_ann, id \d+\)\. The session is in .*data\/session\.\n$/,
  );
  assertNoSecret(scene, first);
  assert.equal(statSync(join(scene.cwd, 'data')).mode & 0o777, 0o700);
  assert.equal(statSync(join(scene.cwd, 'data', 'session')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(scene.cwd, 'data')).sort(), ['known.json', 'session']);

  const again = await scene.run(['login']);
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /^Signed in already as Ann/);
  const given = await scene.run(['login'], { TG_SESSION: scene.session() });
  assert.equal(given.status, 2);
  assert.match(given.stderr, /TG_SESSION is set/);

  const chats = await scene.run(['chats'], { TG_SESSION: scene.session(), DATA_DIR: 'elsewhere' });
  assert.equal(chats.status, 0, chats.stderr);
  assert.ok(!existsSync(join(scene.cwd, 'elsewhere')), 'a session string needs no data directory');

  const out = await scene.run(['logout']);
  assert.equal(out.status, 0, out.stderr);
  assert.equal(out.stdout, 'Signed out.\n');
  assert.ok(!existsSync(join(scene.cwd, 'data', 'session')));
  assert.equal((await scene.run(['logout'])).stdout, 'Nobody is signed in here.\n');
  const after = await scene.run(['chats']);
  assert.equal(after.status, 3);
  assert.match(after.stderr, /^telepi: [^\n]*telepi login[^\n]*\.\n$/);
});

test('a session that the server has ended gives status 3', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const kept = scene.session();
  assert.equal((await scene.run(['logout'])).status, 0);
  const { status, stderr } = await scene.run(['chats'], { TG_SESSION: kept });
  assert.equal(status, 3, stderr);
  assert.match(stderr, /telepi login/);
  assert.ok(!stderr.includes(kept));
});

test('login works from lines on standard input, with and without a password', async (t) => {
  const scene = await openScene(t);
  const { phone, code, password, plain } = scene.filled;
  const full = await scene.run(['login', '--json'], {}, { input: `${phone}\n${code}\n${password}\n` });
  assert.equal(full.status, 0, full.stderr);
  const [sent, record] = recordsOf(full.stdout);
  const message = 'Telegram sent a code of 5 digits by SMS.';
  assert.deepEqual(sent, { event: 'code-sent', by: 'sms', message });
  assert.equal(full.stderr, `${message}\n`);
  assert.deepEqual(record, {
    event: 'signed-in',
    userId: scene.filled.user.id,
    username: 'sandbox_ann',
    bot: false,
    already: false,
  });
  assertNoSecret(scene, full);
  const other = { DATA_DIR: 'other' };
  const written = `00${plain.phone.slice(1)}\n${plain.code.slice(0, 2)}-${plain.code.slice(2)}`;
  const short = await scene.run(['login', '--debug'], other, { input: written });
  assertNoSecret(scene, short);
  assert.equal(short.status, 0, short.stderr);
  assert.match(short.stdout, /Signed in as Bob/);
});

test('a wrong code or password, an unknown phone, and too few lines are refused in one sentence', async (t) => {
  const scene = await openScene(t);
  const { phone, code, password } = scene.filled;
  const refused = async (input: string, status: number, words: RegExp, environment = {}): Promise<void> => {
    const outcome = await scene.run(['login'], environment, { input });
    assert.equal(outcome.status, status, outcome.stderr);
    assert.match(outcome.stderr, words);
    assert.match(outcome.stderr, /^(?:Telegram sent a code of 5 digits by SMS\.\n)?telepi: [^\n]+[.)]\n$/);
    assertNoSecret(scene, outcome);
    assert.ok(!existsSync(join(scene.cwd, 'data', 'session')), 'no session is left');
  };
  await refused('', 2, /Standard input ended before the phone number was given: set TG_PHONE\./);
  await refused(`${phone}\n`, 2, /login code was given: set TG_CODE/);
  await refused(`${phone}\n${code}\n`, 2, /two-step password was given: set TG_PASSWORD/);
  await refused(`${phone}\n1\n2\n3\n`, 1, /PHONE_CODE_INVALID/);
  await refused('', 2, /^telepi: TG_CODE is wrong: correct it\.$/m, {
    TG_PHONE: phone,
    TG_CODE: '11111',
  });
  await refused(`${phone}\n${code}\nx\ny\nz\n`, 1, /PASSWORD_HASH_INVALID/);
  await refused(`+9990000\n`, 1, /PHONE_NUMBER/);
  await refused(`${phone}\n${code}\n${password}\n`, 2, /TG_API_ID and TG_API_HASH do not belong together/, {
    TG_API_HASH: 'ffffffffffffffffffffffffffffffff',
  });
});

test('login works as a bot, by its token', async (t) => {
  const scene = await openScene(t);
  const none = await scene.run(['login', '--bot']);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /TG_BOT_TOKEN/);
  const both = await scene.run(['login', '--bot', '--qr'], { TG_BOT_TOKEN: scene.filled.botToken });
  assert.equal(both.status, 2);
  const outcome = await scene.run(['login', '--bot', '--debug'], { TG_BOT_TOKEN: scene.filled.botToken });
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stdout, /Signed in as Sandbox bot/);
  assertNoSecret(scene, outcome);
});

test('login works by a QR code that another device accepts', async (t) => {
  const scene = await openScene(t);
  const outcome = await scene.run(
    ['login', '--qr', '--json'],
    {},
    {
      onStart(child) {
        child.stdout?.on('data', (text: string) => {
          const token = /"link":"tg:\/\/login\?token=([\w-]+)"/.exec(text)?.[1];
          if (token === undefined) return;
          scene.sandbox.acceptLogin(Buffer.from(token, 'base64url'), scene.filled.plain.user.id);
        });
      },
    },
  );
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.equal(recordsOf(outcome.stdout).at(-1)?.['username'], 'sandbox_bob');
});

test('SIGINT while login waits for an answer ends it with 130 and without a session', async (t) => {
  const scene = await openScene(t);
  const outcome = await scene.run(
    ['login', '--debug'],
    {},
    {
      keepInputOpen: true,
      onStart(child) {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('"login_started"')) child.kill('SIGINT');
        });
      },
    },
  );
  assert.equal(outcome.status, 130, outcome.stderr);
  assert.ok(!existsSync(join(scene.cwd, 'data', 'session')));
});

const script = spawnSync('script', ['--version']).status === 0;

test('on a terminal login asks, and echoes neither code nor password', { skip: !script }, async (t) => {
  const scene = await openScene(t);
  const { phone, code, password } = scene.filled;
  const command = `'${process.execPath}' '${launcher}' login`;
  const { PATH, HOME } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: scene.cwd,
    env: { PATH, HOME, TERM: 'xterm', ...scene.connection },
  });
  let shown = '';
  const answers: [string, string][] = [
    ['phone number: ', phone],
    ['login code: ', code],
    ['two-step password (what the horse is): ', password],
  ];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const next = answers[0];
    if (!next || !shown.includes(next[0])) return;
    answers.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  const [status] = await once(child, 'close');
  assert.equal(status, 0, shown);
  assert.match(shown, /Signed in as Ann/);
  assert.ok(shown.includes(phone), 'the phone number is echoed');
  assert.ok(!shown.includes(code) && !shown.includes(password), shown);
});

test('a session that Telegram has ended for good is replaced by a new one', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const ended = scene.session();
  const { weather } = scene.sandbox;
  const keys = new Set<bigint>();
  const look = (_request: unknown, caller: Caller): boolean => {
    keys.add(caller.key.id);
    return false;
  };
  const looking = weather.script({ method: 'users.GetUsers', match: look, fate: { kind: 'pass' } });
  assert.equal((await scene.run(['chats'])).status, 0);
  looking.cancel();
  assert.equal(keys.size, 1);
  for (const method of ['help.GetConfig', 'users.GetUsers', 'auth.SendCode', 'auth.SignIn']) {
    const fate = { kind: 'refuse', error: new RpcError(406, 'AUTH_KEY_DUPLICATED') } as const;
    weather.script({ method, times: 99, match: (_request, caller) => keys.has(caller.key.id), fate });
  }
  const chats = await scene.run(['chats']);
  assert.equal(chats.status, 3);
  assert.match(chats.stderr, /used from two places at once.*telepi login/);
  const again = await scene.run(['login'], loginSettings(scene.filled));
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /^Signed in as Ann/);
  assert.notEqual(scene.session(), ended);
  assert.equal((await scene.run(['chats'])).status, 0);
});

test('a damaged session file is reported, and a login fixes it', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  writeFileSync(join(scene.cwd, 'data', 'session'), `${scene.session().slice(0, -7)}\u001b[2J\n`);
  const chats = await scene.run(['chats']);
  assert.equal(chats.status, 2);
  assert.match(
    chats.stderr,
    /^telepi: The session string .* is damaged; run `telepi login` for a new one\.\n$/,
  );
  await scene.signIn();
  assert.equal((await scene.run(['chats'])).status, 0);
});
