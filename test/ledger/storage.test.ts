import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import Libsql from 'libsql';
import type { JobOptions } from '../../lib/ledger/job-scene.js';
import { jobOptions, openTestJob, withJob } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Part of util-linux; not available everywhere, nor to every user. */
const UNSHARE = 'unshare';
const root = new URL('../../', import.meta.url).href;
/** The start of a process that opens a job of its own in the data directory that it is given. */
const OPEN = `
  const { openJob } = await import('${root}lib/ledger/open-job.js');
  const { DATABASE_OWNER: owner } = await import('${root}lib/cli/database-owner.js');
  const { systemClock } = await import('${root}lib/base/clock.js');
  const { systemRandom } = await import('${root}lib/base/random.js');
  const { silentLog } = await import('${root}lib/base/log.js');
  const dataDir = process.env.DATA;
  const say = (...words) => console.log(...words);
  const open = () => openJob({ dataDir, owner, accountId: 777, sourceId: -1001234,
    targetId: -1005678, clock: systemClock, random: systemRandom, log: silentLog });
  const fail = (error) => say('failed', error.code, error.message);
`;
/** Messages one after the other, as a run does them, until one can't be recorded. */
const SEND = `${OPEN}
  const job = await open();
  try {
    for (let id = 1; id <= 5000; id += 1) {
      await job.plan([{ sourceId: id, randomId: BigInt(id) }]);
      await job.sending([id]);
      say('send', id);
      await job.sent([{ sourceId: id, targetId: id }]);
    }
  } catch (error) { fail(error); }
  await job.close();
  say('closed');
`;

function run(dataDir: string, script: string, shell = 'exec "$@"'): string[] {
  const words = ['-c', shell, 'sh', process.execPath, '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync('sh', words, {
    env: { ...process.env, DATA: dataDir },
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(stderr, '');
  return stdout.trim().split('\n');
}

/** At most the last message is in doubt, and each sent message is recorded. */
async function assertRecorded(options: JobOptions, lines: readonly string[]): Promise<void> {
  const sends = lines.filter((line) => line.startsWith('send ')).map((line) => Number(line.slice(5)));
  assert.ok(sends.length > 0, lines.join('\n'));
  await withJob(options, async (job) => {
    const rows = await job.find(sends);
    assert.deepEqual([...rows.keys()], sends);
    const unsettled = (await job.unsettled()).map(({ sourceId }) => sourceId);
    assert.ok(unsettled.length <= 1 && unsettled.every((id) => id >= (sends.at(-1) ?? 0)), String(unsettled));
    const sent = [...rows.values()].filter(({ state }) => state === 'sent');
    assert.ok(sent.length >= sends.length - 1);
  });
}

describe("a ledger that can't be written stops the run before the next send", () => {
  it('at the limit of the file size', { skip: process.platform === 'win32' }, async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const lines = run(options.dataDir, SEND, 'ulimit -f 1800; exec "$@"');
    assert.equal(lines.at(-1), 'closed');
    assert.match(lines.at(-2) ?? '', /^failed STATE_UNWRITABLE Can't write .*ledger\.db: .*file size limit/);
    await assertRecorded(options, lines);
  });

  it('on a full disk', async (t) => {
    const disk = temporaryFolder(t);
    // A file system of its own, in a namespace of its own: it is gone with the process, so its files are copied.
    const mounted = 'mount -t tmpfs -o size=1800k tmpfs "$DATA" || exit; "$@"; cp -r "$DATA/." "$DATA-kept"';
    const probe = spawnSync(UNSHARE, ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', disk]);
    if (probe.status !== 0) return t.skip('this machine mounts nothing for this user');
    t.after(() => rmSync(`${disk}-kept`, { recursive: true, force: true }));
    const words = ['-rm', 'sh', '-c', mounted, 'sh', process.execPath, '--input-type=module', '-e', SEND];
    const { stdout } = spawnSync(UNSHARE, words, { env: { ...process.env, DATA: disk }, encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    assert.match(
      lines.at(-2) ?? '',
      /^failed STATE_UNWRITABLE .*the disk is full; free some space and run again/,
    );
    await assertRecorded(jobOptions(`${disk}-kept`), lines);
  });

  it('in directories and files that are read-only, before anything else', async (t) => {
    const dataDir = temporaryFolder(t);
    const options = jobOptions(dataDir);
    const asNobody = `${OPEN}
      if (process.getuid?.() === 0) { process.setgid(65534); process.setuid(65534); }
      await open().then((job) => job.close().then(() => say('opened')), fail);`;
    const attempt = (): string => run(dataDir, asNobody).join('\n');
    chmodSync(dataDir, 0o555);
    assert.match(
      attempt(),
      /^failed STATE_UNWRITABLE Can't make the directory .*; run telepi as the owner of the directory, or choose another --data-dir\.$/,
    );
    chmodSync(dataDir, 0o755);
    await withJob(options, async () => {});
    const folder = join(dataDir, '-1001234_to_-1005678');
    const files = ['ledger.db', '-1001234_to_-1005678/lock.db', '-1001234_to_-1005678/job.json'];
    for (const each of [dataDir, folder]) chmodSync(each, 0o777);
    for (const each of files) chmodSync(join(dataDir, each), 0o666);
    for (const end of ['-wal', '-shm']) rmSync(join(dataDir, `ledger.db${end}`), { force: true });
    assert.equal(attempt(), 'opened');
    for (const name of ['ledger.db', '-1001234_to_-1005678/lock.db']) {
      for (const end of ['-wal', '-shm']) rmSync(join(dataDir, `ledger.db${end}`), { force: true });
      chmodSync(join(dataDir, name), 0o444);
      assert.match(
        attempt(),
        new RegExp(
          `^failed STATE_UNWRITABLE Can't write .*${name}: .*read-only for this user; run telepi as its owner, or`,
        ),
        name,
      );
      chmodSync(join(dataDir, name), 0o666);
    }
  });
});

describe('a damaged ledger', () => {
  async function closedJob(t: Pick<TestContext, 'after'>): Promise<JobOptions> {
    const { job, options } = await openTestJob(t);
    const messages = Array.from({ length: 2000 }, (_, id) => ({ sourceId: id + 1, randomId: BigInt(id) }));
    await job.plan(messages);
    await job.close();
    return options;
  }

  const damages: Readonly<Record<string, (path: string) => void>> = {
    'that is not a database': (path) => writeFileSync(path, 'what is this? '.repeat(1000)),
    'with a page of noise': (path) => {
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 4096 * 3, 4096 * 4);
      writeFileSync(path, bytes);
    },
    'that was cut short': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`${what} stops the run with what to do, and can be done without`, async (t) => {
      const options = await closedJob(t);
      const path = join(options.dataDir, 'ledger.db');
      damage(path);
      await assert.rejects(
        withJob(options, async () => {}),
        (error: Error & { code?: string; exitStatus?: number }) => {
          assert.deepEqual([error.code, error.exitStatus], ['STATE_DAMAGED', 2], error.message);
          assert.match(
            error.message,
            /ledger\.db is (damaged: restore a copy|not an SQLite database: if it is another program's file, choose another --data-dir; if .* restore a copy).*move it .*away and run again/,
          );
          return true;
        },
      );
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
      await withJob(options, async () => {});
    });
  }
});

describe('a row that TelePi never wrote', () => {
  const values: Readonly<Record<string, string>> = {
    'a state that is not UTF-8': "state = cast(x'73656EFF74' as text)",
    'a host that is not UTF-8': "host = cast(x'C3' as text)",
    'an unknown state': "state = 'lost'",
    'a target id that is text': "target_id = 'x'",
    'a random_id that is a fraction': 'random_id = 0.5',
  };
  for (const [what, value] of Object.entries(values)) {
    it(`with ${what} is an error that says how to fix it, and doesn't end the process`, async (t) => {
      const { job, options } = await openTestJob(t);
      await job.plan([{ sourceId: 1, randomId: 1n }]);
      await job.close();
      const database = new Libsql(join(options.dataDir, 'ledger.db'));
      database.exec(`update ledger_messages set ${value}`);
      database.close();
      await assert.rejects(
        withJob(options, (again) => again.plan([{ sourceId: 1, randomId: 1n }])),
        { code: 'STATE_DAMAGED', message: /ledger\.db is damaged: .*run again/ },
      );
    });
  }

  it('is not assumed when a value is merely written in other letters', async (t) => {
    const { job, options } = await openTestJob(t, { host: 'Jörgs-Rechner 🙂', sourceTitle: 'Ёлка' });
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.failed([{ sourceId: 1, reason: 'x', message: '日本語' }]);
    await job.close();
    await withJob(options, async (again) => assert.equal((await again.failures())[0]?.detail, '日本語'));
  });
});

describe('the ledger on the disk', () => {
  it("that is used after it was closed is an error, and doesn't end the process", async (t) => {
    const { job } = await openTestJob(t);
    const late = job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.close();
    await late;
    await assert.rejects(job.sending([1]), /closed|destroyed/);
    await assert.rejects(job.unsettled(), /closed|destroyed/);
  });

  it('has everything that was promised, after a process that is killed at any moment', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const kill = `${SEND.replace("say('send', id);", "say('send', id); if (id === 40) process.kill(process.pid, 'SIGKILL');")}`;
    const lines = run(options.dataDir, kill);
    assert.equal(lines.at(-1), 'send 40');
    await assertRecorded(options, lines);
  });

  it('is readable only by its owner, and complete in one file once it is closed', async (t) => {
    const { job, options } = await openTestJob(t);
    const names = ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'];
    for (const name of names) assert.equal(statSync(join(options.dataDir, name)).mode & 0o777, 0o600, name);
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.close();
    for (const name of readdirSync(options.dataDir).filter((each) => each.endsWith('-wal'))) {
      assert.equal(statSync(join(options.dataDir, name)).size, 0);
    }
  });

  it('takes several jobs of several processes at once', async (t) => {
    const { dataDir } = jobOptions(temporaryFolder(t));
    const jobs = ['-100991', '-100992', '-100993'].map(async (target) => {
      const script = SEND.replace('-1005678', target).replace('id <= 5000', 'id <= 150');
      const words = ['--input-type=module', '-e', script];
      const child = spawn(process.execPath, words, { env: { ...process.env, DATA: dataDir } });
      let lines = '';
      for await (const text of child.stdout.setEncoding('utf8')) lines += text;
      return lines.trim().split('\n');
    });
    for (const lines of await Promise.all(jobs)) assert.deepEqual(lines.slice(-2), ['send 150', 'closed']);
  });
});
