import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { COMMANDS } from '../../lib/cli/commands.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { S3_MARKS } from '../support/s3-marks.js';
import { openScene, type Scene } from '../support/scene.js';
import type { TelepiOutcome } from '../support/telepi.js';

/**
 * Every command with secrets that can be distinguished from anything else, and a search for them in everything that it
 * prints, in all files that it leaves (except the session file and .env, where they belong), and in what `ps` shows of
 * it.
 */
const PHONE = '99966804172635';
const CODE = '80417263519';
const PASSWORD = ' Pass-Mark 8f31c7 olé ';
const WRONG_PASSWORD = 'Wrong-Mark-5d02aa';
const BOT_SECRET = 'Bot-Mark-c44e19b7d2';
const PROXY_PASSWORD = 'Proxy-Mark-9%b1';
const DATABASE_PASSWORD = 'Database-Mark-7%e2';
const PROXY_SECRET = 'a7c91be204d85f3690ee17ab42cd80f6';

const ends: (() => unknown)[] = [];
let scene: Scene;
let me: Account;
let secrets: Map<string, string>;
let answers: Readonly<Record<string, string>>;
before(async () => {
  scene = await openScene({ after: (end) => void ends.unshift(end as () => unknown) }, { seed: 'secrets' });
  const { world } = scene.sandbox;
  me = world.createUser({ phone: PHONE, code: CODE, firstName: 'Marked', password: PASSWORD });
  const bot = world.createBot({ firstName: 'Bot', tokenSecret: BOT_SECRET });
  const [source, target] = ['source', 'target'].map((title) =>
    world.createChannel({ title, creator: me.id, megagroup: true }),
  );
  assert.ok(source && target);
  for (const text of ['one', 'two', 'three']) world.post({ chat: source.id, from: me.id, text });
  answers = {
    TG_PHONE: `+${PHONE}`,
    TG_CODE: CODE,
    TG_PASSWORD: PASSWORD,
    TG_BOT_TOKEN: bot.botToken ?? '',
    SOURCE_CHAT: String(source.id),
    TARGET_CHAT: String(target.id),
    MIN_INTERVAL: '0',
  };
  secrets = new Map([
    ['api hash', scene.filled.apiHash],
    ['phone', PHONE],
    ['code', CODE],
    ['password', PASSWORD.trim()],
    ['wrong password', WRONG_PASSWORD],
    ['bot secret', BOT_SECRET],
    ['password of a proxy', PROXY_PASSWORD],
    ['secret of a proxy', PROXY_SECRET],
    ['password of a database', DATABASE_PASSWORD],
    ...Object.entries(S3_MARKS),
    ['secret of a proxy in base64', Buffer.from(PROXY_SECRET, 'hex').toString('base64url')],
  ]);
});
after(async () => {
  for (const end of ends) await end();
});

/** Runs a command and searches. `also`: more of the environment, for example a wrong password. */
async function searched(
  args: readonly string[],
  more: Parameters<Scene['run']>[2] = {},
  also: Readonly<Record<string, string>> = {},
): Promise<TelepiOutcome> {
  const shown: string[] = [];
  const onStart = (child: ChildProcess): void => {
    // Once it runs its own program, and again whenever it prints something.
    const look = (): void => void shown.push(commandLine(child.pid));
    child.once('spawn', look);
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    more.onStart?.(child);
  };
  const outcome = await scene.run(args, { ...answers, ...S3_MARKS, ...also }, { ...more, onStart });
  assert.ok(
    shown.some((line) => line.includes('telepi')),
    'the command line was seen',
  );
  noteSessions();
  const words = args.join(' ');
  assertNone(`the output of telepi ${words}`, Buffer.from(`${outcome.stdout}\n${outcome.stderr}`));
  assertNone(`ps of telepi ${words}`, Buffer.from(shown.join('\n')));
  for (const path of filesUnder(scene.cwd)) {
    const name = relative(scene.cwd, path);
    if (name !== join('data', 'session') && name !== '.env')
      assertNone(`${name} after ${words}`, readFileSync(path));
  }
  return outcome;
}

function assertNone(where: string, bytes: Buffer): void {
  const text = bytes.toString('latin1');
  for (const [what, secret] of secrets) {
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
    ];
    for (const form of forms) {
      assert.ok(!text.includes(Buffer.from(form).toString('latin1')), `the ${what} is in ${where}`);
    }
  }
}

/** Every session string that ever existed, and its key alone. */
function noteSessions(): void {
  const path = join(scene.cwd, 'data', 'session');
  if (!filesUnder(scene.cwd).includes(path)) return;
  const text = readFileSync(path, 'utf8').trim();
  const key = Buffer.from(text.slice(1), 'base64').subarray(-256);
  secrets.set(`session ${secrets.size}`, text);
  secrets.set(`session ${secrets.size}, its end`, text.slice(-80));
  secrets.set(`session ${secrets.size}, its key in hex`, key.toString('hex').slice(0, 64));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** What `ps` shows. */
function commandLine(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const linux = { skip: process.platform === 'linux' ? false : '/proc is read' };

test(
  'login with a wrong code and password, then the right ones, with --debug and --json, shows no secret',
  linux,
  async () => {
    const wrong = await searched(['login', '--debug'], {}, { TG_PASSWORD: WRONG_PASSWORD });
    assert.equal(wrong.status, 2, wrong.stderr);
    const right = await searched(['login', '--debug', '--json']);
    assert.equal(right.status, 0, right.stderr);
    assert.equal((await searched(['login'])).status, 0);
  },
);

test(
  'check, chats and status, for people, for machines and with --debug, show no secret',
  linux,
  async () => {
    const looking = COMMANDS.map(({ name }) => name).filter((name) => /^(check|chats|status)$/.test(name));
    for (const command of looking) {
      for (const flags of [[], ['--json'], ['--debug']]) {
        const { status, stderr } = await searched([command, ...flags]);
        assert.equal(status, 0, stderr);
      }
    }
    const session = readFileSync(join(scene.cwd, 'data', 'session'), 'utf8').trim();
    assert.equal(
      (await searched(['chats', '--debug'], {}, { TG_SESSION: session, DATA_DIR: 'other' })).status,
      0,
    );
    const damaged = await searched(['chats', '--debug'], {}, { TG_SESSION: `${session.slice(0, -9)}x` });
    assert.equal(damaged.status, 2);
  },
);

test(
  'a proxy that is missing, one that repeats its input, and forms that are refused show no secret',
  linux,
  async () => {
    const echo = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (heard) => {
        const login = /Basic (\S+)/.exec(heard.toString())?.[1] ?? '';
        const words = `${login} ${Buffer.from(login, 'base64')}`;
        socket.end(`HTTP/1.1 502 ${words}\r\n\r\n`);
      });
    });
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    ends.push(() => echo.close());
    const { port } = echo.address() as AddressInfo;
    const login = `marked:${encodeURIComponent(PROXY_PASSWORD)}@127.0.0.1`;
    const proxies = [
      [`http://${login}:${port}`, 1],
      [`socks5://${login}:1`, 1],
      [`https://t.me/proxy?server=127.0.0.1&port=1&secret=dd${PROXY_SECRET}`, 1],
      [`mtproxy://ee${PROXY_SECRET}@127.0.0.1:1`, 2],
      [`socks5://${login}:0`, 2],
      [`ftp://${login}:1`, 2],
    ] as const;
    for (const [TG_PROXY, status] of proxies) {
      for (const args of [
        ['chats', '--debug'],
        ['check', '--json'],
      ]) {
        const outcome = await searched(args, {}, { TG_PROXY });
        assert.equal(outcome.status, status, outcome.stdout + outcome.stderr);
      }
    }
  },
);

/** A Postgres server that asks for the password in plain text, and repeats it in its error. */
async function repeatingDatabase(): Promise<{ readonly port: number; heard(): string }> {
  let heard = '';
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(message('R', Buffer.from([0, 0, 0, 3])));
      socket.once('data', (answer) => {
        heard = answer.subarray(5, -1).toString();
        const words = `${heard} ${encodeURIComponent(heard)}`;
        const fields = ['SFATAL', 'VFATAL', 'C28P01', `M${words} is wrong`, `D${words}`, `H${words}`, ''];
        socket.end(message('E', Buffer.from(`${fields.join('\0')}\0`)));
      });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

test(
  'a database that is missing, one that repeats its password, and forms that are refused show no secret',
  linux,
  async () => {
    const server = await repeatingDatabase();
    const login = `marked:${encodeURIComponent(DATABASE_PASSWORD)}@127.0.0.1`;
    const urls = [
      [`postgres://${login}:${server.port}/telepi`, 2],
      [`postgres://${login}:1/telepi`, 1],
      [`mysql://${login}:1/telepi`, 1],
      [`mariadb://marked:${DATABASE_PASSWORD}@127.0.0.1:1/telepi`, 2],
      [`postgres://${login}:0/telepi`, 2],
      [`postgres://${login}:1/telepi?password=${encodeURIComponent(DATABASE_PASSWORD)}`, 2],
      [`oracle://${login}:1/telepi`, 2],
    ] as const;
    for (const [DATABASE_URL, status] of urls) {
      for (const args of [
        ['status', '--debug'],
        ['check', '--json'],
        ['run', '--dry-run', '--debug'],
      ]) {
        const outcome = await searched(args, {}, { DATABASE_URL });
        assert.equal(outcome.status, status, outcome.stdout + outcome.stderr);
      }
    }
    assert.equal(server.heard(), DATABASE_PASSWORD);
  },
);

test('run shows no secret of a server that repeats the secrets in its errors', linux, async () => {
  const echo = `BAD ${scene.filled.apiHash} +${PHONE} ${CODE} ${PASSWORD.trim()}`;
  for (const code of [400, 406]) {
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      fate: { kind: 'refuse', error: new RpcError(code, echo) },
    });
    const { status, stderr } = await searched(['run', '--debug', '--restart', '--yes']);
    assert.equal(status, 1, stderr);
  }
  assert.equal((await searched(['run', '--json', '--restart', '--yes'])).status, 0);
  assert.ok(
    filesUnder(scene.cwd).some((path) => path.endsWith('clone.log')),
    'there was a log to search',
  );
});

test('a crash with every secret in the thrown value shows none', linux, async () => {
  const crash = join(scene.cwd, 'crash.mjs');
  writeFileSync(
    crash,
    `import { readFileSync } from 'node:fs';
process.on('SIGUSR2', () => {
  const { TG_API_HASH, TG_PHONE, TG_CODE, TG_PASSWORD, TG_BOT_TOKEN, DATABASE_URL, ...more } = process.env;
  const session = readFileSync('data/session', 'utf8').trim();
  const held = [TG_API_HASH, TG_PHONE, TG_CODE, TG_PASSWORD, TG_BOT_TOKEN, DATABASE_URL, DATABASE_URL?.split('@')[0], more.AWS_SECRET_ACCESS_KEY, more.AWS_SESSION_TOKEN, session].join(' | ');
  const error = new Error('broken by ' + held, { cause: new Error(held) });
  if (process.env.REJECT) void Promise.reject(error);
  else throw error;
});`,
  );
  for (const reject of ['', 'yes']) {
    const fault = scene.sandbox.weather.script({
      method: 'messages.GetHistory',
      fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_600') },
    });
    const onStart = (child: ChildProcess): void => {
      const onText = (text: string): void => {
        if (text.includes('FLOOD_WAIT_600')) child.kill('SIGUSR2');
      };
      child.stdout?.on('data', onText);
      child.stderr?.on('data', onText);
    };
    const environment = { NODE_OPTIONS: `--import=${crash}`, REJECT: reject };
    const { status, stderr } = await searched(
      ['run', '--debug', '--restart', '--yes'],
      { onStart },
      environment,
    );
    assert.ok(fault.done);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /telepi: An unexpected error occurred: .*broken by/);
  }
  const onStart = (child: ChildProcess): void => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes('is out of reach')) child.kill('SIGUSR2');
    });
  };
  const environment = {
    NODE_OPTIONS: `--import=${crash}`,
    DATABASE_URL: `postgres://marked:${encodeURIComponent(DATABASE_PASSWORD)}@127.0.0.1:1/telepi`,
    DATA_DIR: 'on-a-server',
    TG_SESSION: readFileSync(join(scene.cwd, 'data', 'session'), 'utf8').trim(),
  };
  const { stderr } = await searched(['run', '--debug'], { onStart }, environment);
  assert.match(stderr, /is out of reach[\s\S]*An unexpected error occurred: broken by/);
});

test('secrets in the wrong place, as words and as flags, are not shown', linux, async () => {
  for (const args of [
    ['login', `--password=${WRONG_PASSWORD}`],
    ['login', '--tg-api-hash', scene.filled.apiHash],
    ['login', CODE, PHONE],
    [`--${WRONG_PASSWORD}`],
  ]) {
    const outcome = await scene.run(args, answers);
    assert.equal(outcome.status, 2);
    const said = `${outcome.stdout}${outcome.stderr}`;
    for (const secret of [WRONG_PASSWORD, scene.filled.apiHash, CODE, PHONE]) {
      if (!args.includes(`--${secret}`)) assert.ok(!said.includes(secret), said);
    }
  }
});

test(
  'logout, login as a bot with a wrong token and a right one, and login by QR code show no secret',
  linux,
  async () => {
    assert.equal((await searched(['logout', '--debug'])).status, 0);
    const wrong = await searched(['login', '--bot', '--debug'], {}, { TG_BOT_TOKEN: `77:${WRONG_PASSWORD}` });
    assert.equal(wrong.status, 2);
    assert.equal((await searched(['login', '--bot', '--json'])).status, 0);
    assert.equal((await searched(['logout'])).status, 0);
    const onStart = (child: ChildProcess): void => {
      child.stdout?.on('data', (text: string) => {
        const token = /tg:\/\/login\?token=([\w-]+)/.exec(text)?.[1];
        if (token !== undefined) scene.sandbox.acceptLogin(Buffer.from(token, 'base64url'), me.id);
      });
    };
    assert.equal((await searched(['login', '--qr', '--debug'], { onStart })).status, 0);
  },
);

test('login by lines on standard input shows no secret', linux, async () => {
  assert.equal((await searched(['logout'])).status, 0);
  const none = { TG_PHONE: '', TG_CODE: '', TG_PASSWORD: '' };
  const input = `+${PHONE}\n${CODE}\n${WRONG_PASSWORD}\n${PASSWORD}\n`;
  const { status, stderr } = await searched(['login', '--debug'], { input }, none);
  assert.equal(status, 0, stderr);
});

test('the sandbox shows no secret of another server from the environment', linux, async () => {
  const onStart = (child: ChildProcess): void => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes('Serving')) child.kill('SIGINT');
    });
  };
  const own = { TG_API_HASH: '77d077d077d077d077d077d077d077d0', TG_SESSION: 'Session-Mark-19ab' };
  const kept = secrets;
  // The sandbox prints its own settings, and its own api hash is among them.
  secrets = new Map([...secrets].filter(([what]) => what !== 'api hash'))
    .set('hash', own.TG_API_HASH)
    .set('session', own.TG_SESSION);
  const { status, stderr } = await searched(
    ['sandbox', '--empty', '--debug', '--state', 'sandbox.json'],
    { onStart },
    own,
  );
  secrets = kept;
  assert.equal(status, 0, stderr);
});
