import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openToOthers } from '../../lib/cli/privacy.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A data directory with a session and a job's folder, and a settings file beside it, all private. */
function privateFiles(folder: string): { dataDir: string; session: string; env: string } {
  const dataDir = join(folder, 'my data');
  mkdirSync(join(dataDir, '-1_to_-2'), { recursive: true, mode: 0o700 });
  const session = join(dataDir, 'session');
  const env = join(folder, '.env');
  for (const path of [session, env, join(dataDir, 'ledger.db')]) writeFileSync(path, '', { mode: 0o600 });
  return { dataDir, session, env };
}

test('nothing is said of what is private, or not there', async (t) => {
  const folder = temporaryFolder(t);
  const { dataDir, session, env } = privateFiles(folder);
  assert.deepEqual(await openToOthers(dataDir, env), []);
  assert.deepEqual(await openToOthers(join(folder, 'none'), join(folder, 'none.env')), []);
  chmodSync(session, 0o644);
  assert.deepEqual(await openToOthers(dataDir, env), [], 'nobody else gets as far as the session');
});

test('each open file is named in one sentence with the exact command, which closes all', async (t) => {
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
    `${dataDir} is shared with other users: set DATA_DIR to a directory of your own.`,
    `${session} is open to other users of this machine: run \`chmod go-rwx '${session}'\`.`,
  ]);
  assert.doesNotMatch((await openToOthers('/etc', undefined)).join(), /chmod/);
});

test('login, run and check say it, and leave the directory as it is', async (t) => {
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
