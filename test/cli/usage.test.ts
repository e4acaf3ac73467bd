import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../lib/cli/commands.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
import { repositoryRoot } from '../support/paths.js';
import { type TelepiOutcome, telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SECRETS = {
  TG_API_HASH: '0011223344556677889900aabbccddee',
  TG_PHONE: '+99966123456',
  TG_CODE: '918273',
  TG_PASSWORD: 'pass word secret',
  TG_SESSION: '1sessionsecret',
  TG_BOT_TOKEN: '123456:tokensecret',
};

function assertOneSentence(outcome: TelepiOutcome, status: number, words: RegExp): void {
  assert.equal(outcome.status, status, `${outcome.stdout}${outcome.stderr}`);
  assert.match(outcome.stderr, words);
  assert.match(outcome.stderr, /^telepi: [^\n]+\.\n$/, 'one sentence, no stack');
  for (const secret of Object.values(SECRETS)) {
    assert.ok(!`${outcome.stdout}${outcome.stderr}`.includes(secret), 'no secret is shown');
  }
}

test('the help of telepi and of each command names every command, flag and setting', async (t) => {
  const cwd = temporaryFolder(t);
  const all = await telepi(['--help'], { cwd });
  assert.equal(all.status, 0);
  for (const { name, about } of COMMANDS)
    assert.ok(all.stdout.includes(`telepi ${name}`) && all.stdout.includes(about.slice(0, 30)), name);
  for (const command of COMMANDS) {
    const { status, stdout, stderr } = await telepi([command.name, '--help'], { cwd });
    assert.equal(status, 0, stderr);
    const flags = [...command.flags, ...((await command.moreFlags?.()) ?? [])].map((flag) => flag.name);
    for (const flag of flags) assert.ok(stdout.includes(`--${flag}`), `${command.name} --${flag}`);
    for (const key of command.settings) {
      const { name, flag } = specOf(key);
      assert.ok(stdout.includes(name), `${command.name} ${name}`);
      if (flag !== undefined) assert.ok(stdout.includes(`--${flag}`), `${command.name} --${flag}`);
    }
  }
  const taken = new Set(COMMANDS.flatMap((command) => command.settings));
  assert.deepEqual(new Set(settingKeys), taken, 'every setting is taken by some command');
});

test("--version is the package's version", async (t) => {
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  assert.equal((await telepi(['--version'], { cwd: temporaryFolder(t) })).stdout.trim(), version);
});

test('words that telepi does not know are refused with status 2', async (t) => {
  const cwd = temporaryFolder(t);
  const refused = async (args: string[], words: RegExp): Promise<void> =>
    assertOneSentence(await telepi(args, { cwd, environment: SECRETS }), 2, words);
  await refused(
    [],
    /Say what to do; the commands are login, logout, chats, check, run, verify, download, organise, duplicates, search, analyze, export, erase, restore, status, forget, worker, workers, move-store, import, sandbox/,
  );
  await refused(['duplicate'], /no such command, perhaps duplicates is meant; the commands are/);
  await refused(
    ['downlaod', '@a_chat', '--media-type', 'all'],
    /no such command, perhaps download is meant;/,
  );
  await refused(['xyz'], /no such command; the commands are/);
  await refused(
    ['download', '@a_chat', '--medai-type', 'all'],
    /--medai-type is not a flag here, perhaps --media-type is meant: see telepi download --help/,
  );
  await refused(['download', '@a_chat', '--dir'], /--dir needs a value/);
  await refused(
    ['run', '--sorce', 'x'],
    /--sorce is not a flag here, perhaps --source is meant: see telepi run --help/,
  );
  await refused(['run', '--source'], /--source needs a value/);
  await refused(['run', 'a', 'b'], /2 words too many/);
  await refused(['run', 'chats'], /telepi run was given 1 word too many/);
  await refused(['--target', 'chats', 'run', '--source', 'status'], /TG_API_ID is not set/);
  await refused(
    ['--source', 'chats', 'run', '--sorce'],
    /--sorce is not a flag here, perhaps --source is meant: see telepi run/,
  );
  await refused(['run', '--source', '--settings'], /--source needs a value: see telepi run --help/);
  await refused(['run', '-xy'], /-x, -y are not flags here: see telepi run --help/);
  await refused(['--sorce'], /--sorce is not a flag here: see telepi --help/);
  await refused(['login', SECRETS.TG_PHONE], /1 word too many/);
  await refused(['login', `--password=${SECRETS.TG_PASSWORD}`], /TG_PASSWORD has no flag/);
  await refused(['run', '--api-hash', SECRETS.TG_API_HASH], /TG_API_HASH has no flag/);
  await refused(['run', '--auto-create-topics=maybe'], /--auto-create-topics must be yes or no/);
  await refused(['run', '--settings', 'absent.env'], /absent\.env/);
});

test('missing and bad settings are refused with status 2, before any connection', async (t) => {
  const cwd = temporaryFolder(t);
  const base = { ...SECRETS, TG_API_ID: '1', SOURCE_CHAT: '@a_source', TARGET_CHAT: '@a_target' };
  const refused = async (changes: Record<string, string>, words: RegExp, command = 'run'): Promise<void> => {
    const outcome = await telepi([command], { cwd, environment: { ...base, ...changes } });
    assertOneSentence(outcome, 2, words);
  };
  await refused({ TG_API_ID: '' }, /TG_API_ID is not set.*my\.telegram\.org/);
  await refused({ TG_API_ID: 'abc' }, /TG_API_ID must be a whole number/);
  await refused({ TG_API_HASH: 'not-a-hash-0123456' }, /TG_API_HASH must be 32 digits/);
  await refused({ TG_API_HASH: '' }, /TG_API_HASH is not set/, 'chats');
  await refused({ SOURCE_CHAT: '' }, /SOURCE_CHAT is not set.*--source.*telepi chats/);
  await refused({ TARGET_CHAT: '' }, /TARGET_CHAT is not set/);
  await refused({ SOURCE_CHAT: 'not a chat!' }, /not a chat!/);
  await refused({ MIN_INTERVAL: '-1' }, /MIN_INTERVAL/);
  await refused({ BUFFER_MB: 'many' }, /BUFFER_MB/);
  await refused({ TG_SERVER: '127.0.0.1:1' }, /TG_SERVER_KEY/);
  writeFileSync(join(cwd, 'bad.pem'), 'no key');
  await refused({ TG_SERVER: '127.0.0.1:1', TG_SERVER_KEY: 'bad.pem' }, /bad\.pem/);
  await refused({ TG_SESSION: '', DATA_DIR: 'bad.pem/data' }, /bad\.pem\/data/, 'chats');
  mkdirSync(join(cwd, 'sub'));
  writeFileSync(join(cwd, '.env'), 'BUFFER_MB=none\n');
  await refused({}, /BUFFER_MB in .*\.env must be/);
});

test('a database server that is out of reach is known by the name that was given', async (t) => {
  const cwd = temporaryFolder(t);
  const args = ['import', '--from-utilities', 'OLD_URL', '--account', '5'];
  const environment = { ...SECRETS, TG_API_ID: '1', OLD_URL: 'mysql://ann@127.0.0.1:1/old' };
  assertOneSentence(await telepi(args, { cwd, environment }), 1, /start the server, or correct OLD_URL\./);
});

test('--json also reports errors as objects', async (t) => {
  const outcome = await telepi(['run', '--json'], { cwd: temporaryFolder(t) });
  assert.equal(outcome.status, 2);
  const { event, code, exitStatus, message } = JSON.parse(outcome.stdout) as Record<string, unknown>;
  assert.deepEqual([event, code, exitStatus], ['error', 'MISSING_SETTING', 2]);
  assert.equal(outcome.stderr, `telepi: ${message}\n`);
});

test('a stack is shown only with --debug', async (t) => {
  const cwd = temporaryFolder(t);
  const quiet = await telepi(['run'], { cwd });
  assert.doesNotMatch(quiet.stderr, /\n\s+at /);
  const loud = await telepi(['run', '--debug'], { cwd });
  assert.match(loud.stderr, /UsageError: .*\n\s+at /);
});
