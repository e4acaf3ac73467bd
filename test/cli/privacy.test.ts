import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openToOthers } from '../../lib/cli/privacy.js';
import { NOBODY } from '../support/as-nobody.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MOVE = 'and move -1_to_-2, ledger.db and session there first, while no telepi runs';

/** A data directory with a session and a job's folder, and a settings file next to it, all private. */
function privateFiles(folder: string): { dataDir: string; session: string; env: string } {
  const dataDir = join(folder, 'my data');
  mkdirSync(join(dataDir, '-1_to_-2'), { recursive: true, mode: 0o700 });
  const session = join(dataDir, 'session');
  const env = join(folder, '.env');
  for (const path of [
    session,
    env,
    join(dataDir, 'ledger.db'),
    join(dataDir, 'connections.json'),
    join(dataDir, 'known.json'),
  ])
    writeFileSync(path, '', { mode: 0o600 });
  return { dataDir, session, env };
}

test('nothing is reported about private or missing files', async (t) => {
  const folder = temporaryFolder(t);
  const { dataDir, session, env } = privateFiles(folder);
  assert.deepEqual(await openToOthers(dataDir, env), []);
  assert.deepEqual(await openToOthers(join(folder, 'none'), join(folder, 'none.env')), []);
  chmodSync(session, 0o644);
  assert.deepEqual(await openToOthers(dataDir, env), [], 'nobody else gets as far as the session');
});

test('each open file is named in one sentence with the exact command, and the commands close them all', async (t) => {
  const { dataDir, session, env } = privateFiles(temporaryFolder(t));
  chmodSync(dataDir, 0o755);
  chmodSync(session, 0o640);
  chmodSync(env, 0o604);
  const said = await openToOthers(dataDir, env);
  const command = `chmod go-rwx '${dataDir}' '${session}' ${env}`;
  assert.deepEqual(said, [
    `${dataDir}, ${session} and ${env} are open to other users of this machine: run \`${command}\`.`,
  ]);
});

test('a shared directory is left open: another one is proposed, and only files are closed', async (t) => {
  const { dataDir, session } = privateFiles(temporaryFolder(t));
  chmodSync(dataDir, 0o1777);
  chmodSync(session, 0o644);
  assert.deepEqual(await openToOthers(dataDir, undefined), [
    `${dataDir} is shared with other users: set DATA_DIR to a directory of your own, ${MOVE}.`,
    `${session} is open to other users of this machine: run \`chmod go-rwx '${session}'\`.`,
  ]);
});

test("a directory with other files is left open, and the user is asked to move TelePi's files along", async (t) => {
  const { dataDir } = privateFiles(temporaryFolder(t));
  chmodSync(dataDir, 0o755);
  writeFileSync(join(dataDir, 'index.html'), '');
  const reason = "is open to other users and holds files that are not TelePi's";
  assert.deepEqual(await openToOthers(dataDir, undefined), [
    `${dataDir} ${reason}: set DATA_DIR to a directory of your own, ${MOVE}.`,
  ]);
  for (const name of ['session', '-1_to_-2']) rmSync(join(dataDir, name), { recursive: true });
  chmodSync(join(dataDir, 'ledger.db'), 0o644);
  assert.deepEqual(
    await openToOthers(dataDir, undefined),
    [`${dataDir} ${reason}: set DATA_DIR to a directory of your own.`],
    "a ledger.db among other files may be any program's",
  );
});

test("a link with the name of one of TelePi's files is never closed", async (t) => {
  const { dataDir, session } = privateFiles(temporaryFolder(t));
  chmodSync(dataDir, 0o755);
  rmSync(session);
  symlinkSync('/usr', session);
  assert.doesNotMatch((await openToOthers(dataDir, undefined)).join(), /chmod|session/);
});

test('nothing is reported about a file in place of the data directory', async () => {
  for (const path of ['/etc/passwd', '/dev/null']) assert.deepEqual(await openToOthers(path, undefined), []);
});

test("an empty directory of the user's own is closed, and settings in it count as TelePi's", async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const command = `${folder} is open to other users of this machine: run \`chmod go-rwx ${folder}\`.`;
  assert.deepEqual(await openToOthers(folder, undefined), [command]);
  const env = join(folder, '.env');
  writeFileSync(env, '', { mode: 0o600 });
  assert.deepEqual(await openToOthers(folder, env), [command]);
});

for (const path of [
  '/',
  '/etc',
  '/etc/ssl',
  '/usr/bin',
  '/usr/local/bin',
  '/usr/local/games',
  '/var/lib/misc',
  '/opt',
]) {
  test(`no command is proposed for ${path}, which is open to everybody`, async () => {
    const said = await openToOthers(path, undefined);
    assert.doesNotMatch(said.join(), /`|chmod/);
    if (existsSync(path)) assert.match(said.join(), /: set DATA_DIR to a directory of your own\.$/);
  });
}

test('root is not asked to close a path that another user could replace with a link', async (t) => {
  if (process.geteuid?.() !== 0) return; // only root can make what belongs to another user
  const { dataDir, session } = privateFiles(temporaryFolder(t));
  chownSync(dataDir, NOBODY, NOBODY);
  chmodSync(dataDir, 0o755);
  chmodSync(session, 0o644);
  assert.deepEqual(await openToOthers(dataDir, undefined), [
    `${dataDir} and ${session} are open to other users of this machine, and not for root to close: run telepi as the ` +
      'owner, or keep them where only root writes.',
  ]);
  for (const name of ['session', 'ledger.db', '-1_to_-2']) rmSync(join(dataDir, name), { recursive: true });
  const [empty] = await openToOthers(dataDir, undefined);
  assert.equal(
    empty,
    `${dataDir} is open to other users and may be meant for them: set DATA_DIR to a directory of your own.`,
  );
});

test('login, run and check report it, and leave the directory as it is', async (t) => {
  const scene = await openScene(t);
  const dataDir = join(scene.cwd, 'data');
  mkdirSync(dataDir);
  chmodSync(dataDir, 0o755);
  writeFileSync(join(scene.cwd, '.env'), `TG_API_HASH=${scene.filled.apiHash}\n`);
  chmodSync(join(scene.cwd, '.env'), 0o644);
  const words =
    /data and [^ ]*\.env are open to other users of this machine: run `chmod go-rwx [^ ]*data [^ ]*\.env`\./;
  const { phone, code, password } = scene.filled;
  const login = await scene.run(['login'], { TG_PHONE: phone, TG_CODE: code, TG_PASSWORD: password });
  assert.match(login.stderr, words);
  const pair = { SOURCE_CHAT: String(scene.filled.chats.group.id), TARGET_CHAT: 'me', MIN_INTERVAL: '0' };
  const environment = { ...scene.connection, ...pair };
  const check = await runInProcess(['check', '--json'], { environment, cwd: scene.cwd });
  const warnings = recordsOf(check.stdout).filter(({ status }) => status === 'warning');
  assert.equal(warnings.length, 1, check.stdout);
  assert.match(String(warnings[0]?.['detail']), words);
  assert.equal(check.status, 0, 'a warning is no failure');
  assert.match((await scene.run(['run'], pair)).stderr, words);
  assert.equal(statSync(dataDir).mode & 0o777, 0o755);
});
