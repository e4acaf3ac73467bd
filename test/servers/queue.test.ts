import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { filesIn, hashOf, postedIn } from '../support/download-command.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { type Host, hostOf } from './worker-process.js';

const FILL = { messages: 10, largeFiles: [], edgeSizes: false };

interface QueueScene extends Scene {
  readonly address: DatabaseAddress;
  readonly hosts: readonly Host[];
  /** What telepi prints as records; it must succeed. */
  records(...args: string[]): Promise<Record<string, unknown>[]>;
}

onServers(
  'a queue',
  (subject) => {
    it('a download that is queued is done once by a worker, and no secret is in the database', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const words = ['download', chatOf(scene), '--media-type', 'all', '--enqueue', '--stretch', '0'];
      const [queued] = await scene.records(...words);
      assert.equal(queued?.['event'], 'queued');
      const [again] = await scene.records(...words);
      assert.deepEqual([again?.['event'], again?.['job']], ['already', queued?.['job']]);
      const worker = host.start('--until-empty');
      assert.equal(await worker.ended, 0, worker.stderr());
      assert.deepEqual(eventsOf(worker.records, queued?.['job']), ['taken', 'done']);
      assert.deepEqual(contentsOf([host]), sourceHashes(scene));
      const rows = JSON.stringify(await everythingIn(scene.address));
      const session = readFileSync(join(host.cwd, 'data', 'session'), 'utf8').trim();
      const secrets = [scene.filled.apiHash, session, scene.filled.password, scene.address.password];
      for (const secret of secrets) assert.ok(secret !== undefined && !rows.includes(secret));
      assert.match(rows, /account-\d+/);
      const [once] = await scene.records(...words);
      assert.equal(once?.['event'], 'queued', 'what is done may be queued once more');
    });

    it('a worker that ends gives its job back, and a worker that is killed has its job taken by the next', async (t) => {
      const scene = await queueScene(t, subject(), ['one', 'two']);
      const [one, two] = scene.hosts;
      assert.ok(one && two);
      const pair = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
      const [queued] = await scene.records(
        ...[
          'run',
          ...pair,
          '--auto-create-topics=no',
          '--min-interval',
          '1.5',
          '--retries',
          '0',
          '--enqueue',
        ],
      );
      const job = queued?.['job'];
      const first = one.start();
      await first.said(({ event }) => event === 'taken');
      await logSays(one, String(job), /"event":"start"/);
      first.child.kill('SIGTERM');
      assert.equal(await first.ended, 143);
      assert.deepEqual(eventsOf(first.records, job), ['taken', 'given_back']);
      const second = one.start();
      await second.said(({ event }) => event === 'taken');
      const child = await childOf(second.child.pid);
      second.child.kill('SIGKILL');
      await second.ended;
      await gone(child);
      // The same folder again: it knows at once that the one before has died.
      const third = one.start();
      await third.said(({ event }) => event === 'gave_back_of_dead');
      await third.said(({ event }) => event === 'taken');
      third.child.kill('SIGKILL');
      await third.ended;
      // Another folder: when a minute has passed by the database's clock.
      const fourth = two.start('--until-empty');
      await fourth.said(({ event }) => event === 'worker');
      await aged(scene.address);
      assert.equal(await fourth.ended, 0, fourth.stderr());
      assert.deepEqual(eventsOf(fourth.records, job).slice(0, 2), ['gave_back_of_dead', 'taken']);
      assert.equal(
        eventsOf(fourth.records, job).at(-1),
        'done',
        'with no retries: nothing has counted as failed',
      );
      const [status] = recordsOf((await scene.run(['status', '--json'], two.environment, two)).stdout);
      assert.equal(status?.['waiting'], 0);
    });

    it('a chat that is downloaded is divided, and the workers share it', async (t) => {
      const scene = await queueScene(t, subject(), ['one', 'two']);
      const [queued] = await scene.records(
        ...[
          'download',
          chatOf(scene),
          '--media-type',
          'all',
          '--enqueue',
          '--stretch',
          '2',
          '--priority',
          '3',
        ],
      );
      const [first] = scene.hosts;
      assert.ok(first);
      const planner = first.start();
      await planner.said(({ event }) => event === 'divided');
      const [divided] = await scene
        .records('workers')
        .then((all) => all.filter(({ event }) => event === 'divided'));
      assert.equal(divided?.['id'], queued?.['job']);
      assert.ok(Number(divided?.['stretches']) >= 3);
      const [again] = await scene.records(
        ...['download', chatOf(scene), '--media-type', 'all', '--enqueue', '--stretch', '2'],
      );
      assert.equal(again?.['event'], 'already', 'while its stretches are left');
      const [, second] = scene.hosts;
      assert.ok(second);
      const other = second.start('--until-empty');
      assert.equal(await other.ended, 0, other.stderr());
      planner.child.kill('SIGTERM');
      await planner.ended;
      assert.deepEqual(contentsOf(scene.hosts), sourceHashes(scene));
      const rows = await administer(
        scene.address,
        "select chat_id, message_id, count(*) as n from download_log where download_status = 'success' group by 1, 2 having count(*) > 1",
      );
      assert.deepEqual(rows, []);
    });

    it("what can't be done is a dead letter at once, what fails one after its tries, and both can be queued once more or dropped", async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const same = ['--source', String(scene.filled.target.id), '--target', String(scene.filled.target.id)];
      const [refused] = await scene.records('run', ...same, '--enqueue', '--auto-create-topics=no');
      const [failing] = await scene.records(
        ...[
          'download',
          chatOf(scene),
          '--output',
          '/dev/null/none',
          '--enqueue',
          '--retries',
          '1',
          '--priority',
          '-1',
        ],
        ...['--stretch', '0'],
      );
      const worker = host.start();
      await worker.said(({ event, job }) => event === 'failed' && job === failing?.['job']);
      assert.deepEqual(eventsOf(worker.records, refused?.['job']), ['taken', 'refused']);
      const waiting = (await scene.records('workers')).find(({ event }) => event === 'waiting');
      assert.equal(waiting?.['failures'], 1);
      assert.equal((waiting?.['lastError'] as { code: string } | undefined)?.code, 'OUTPUT_UNWRITABLE');
      await administer(
        scene.address,
        "update telepi_queue.job set start_after = now() where state = 'retry'",
      );
      await worker.said(({ event, job }) => event === 'dead' && job === failing?.['job']);
      const dead = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      assert.deepEqual(
        dead.map(({ ending, tries }) => [(ending as { code: string }).code, tries]),
        [
          ['SAME_CHAT', 1],
          ['OUTPUT_UNWRITABLE', 2],
        ],
      );
      await scene.records('workers', '--retry', String(dead[0]?.['id']));
      await worker.said(({ event, job }) => event === 'refused' && job === dead[0]?.['id']);
      for (const { id } of (await scene.records('workers')).filter(({ event }) => event === 'dead'))
        await scene.records('workers', '--drop', String(id));
      assert.deepEqual(
        (await scene.records('workers')).filter(({ event }) => event === 'dead'),
        [],
      );
      const none = await scene.run(['workers', '--drop', String(dead[0]?.['id'])], host.environment, host);
      assert.match(none.stderr, /No dead letter and no job that waits has the id/);
      worker.child.kill('SIGTERM');
      await worker.ended;
    });

    it('a job of any account is handed on by the account that may not do it', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const { sandbox, filled } = scene;
      const target = sandbox.world.createChannel({
        creator: filled.plain.user.id,
        date: filled.source.date,
        title: 'of another account',
        username: 'of_another_account',
      });
      const login = { TG_PHONE: filled.plain.phone, TG_CODE: filled.plain.code };
      const other = await hostOf(t, scene, 'other', databaseUrl(scene.address), login);
      const [queued] = await scene.records(
        ...['run', '--source', String(filled.chats.readOnly.id), '--target', '@of_another_account'],
        ...['--min-interval', '0', '--enqueue', '--any-account'],
      );
      const [one] = scene.hosts;
      assert.ok(one);
      const first = one.start();
      await first.said(({ event, job }) => event === 'refused' && job === queued?.['job']);
      const [dead] = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      const [refusal] = (dead?.['refusals'] ?? []) as { account: number; code: string }[];
      assert.deepEqual([refusal?.account, refusal?.code], [filled.user.id, 'TARGET_READ_ONLY']);
      const second = other.start();
      await second.said(({ event }) => event === 'worker');
      await scene.records('workers', '--retry', String(dead?.['id']));
      await first.said(({ event, to }) => event === 'handed_on' && to === filled.plain.user.id);
      await second.said(({ event }) => event === 'done');
      assert.ok((target.box?.messages.length ?? 0) > 3);
      for (const { child, ended } of [first, second]) {
        child.kill('SIGTERM');
        await ended;
      }
    });
  },
  ['postgres'],
);

async function queueScene(
  t: TestContext,
  subject: ServerSubject,
  names: readonly string[],
): Promise<QueueScene> {
  const scene = await openScene(t, {}, FILL);
  const address = await subject.address(t);
  const hosts: Host[] = [];
  for (const name of names) hosts.push(await hostOf(t, scene, name, databaseUrl(address)));
  return {
    ...scene,
    address,
    hosts,
    async records(...args) {
      const [host] = hosts;
      const { status, stdout, stderr } = await scene.run([...args, '--json'], host?.environment, host);
      assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
      return recordsOf(stdout);
    },
  };
}

function chatOf({ filled }: Scene): string {
  return String(filled.chats.readOnly.id);
}

function eventsOf(records: readonly Record<string, unknown>[], job: unknown): unknown[] {
  return records.filter((record) => record['job'] === job).map(({ event }) => event);
}

/** Of the files that all hosts have downloaded, each copy. */
function contentsOf(hosts: readonly Host[]): string[] {
  return hosts
    .flatMap(({ cwd }) => filesIn(join(cwd, 'downloads')).map((name) => join(cwd, 'downloads', name)))
    .map((path) => hashOf(readFileSync(path)))
    .sort();
}

function sourceHashes(scene: Scene): string[] {
  return [...new Set(postedIn(scene).map(({ bytes }) => hashOf(bytes)))].sort();
}

async function everythingIn(address: DatabaseAddress): Promise<unknown[]> {
  const tables = (await administer(
    address,
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('public', 'telepi_queue')",
  )) as { readonly name: string }[];
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push(...(await administer(address, `select * from ${name}`)));
  return rows;
}

/** Two minutes pass for the workers that aren't there any more. */
async function aged(address: DatabaseAddress): Promise<void> {
  await administer(
    address,
    "update workers set seen_datetime = seen_datetime - interval '2 minutes' where worker_id in (select worker_id from worker_jobs)",
  );
}

async function logSays({ cwd }: Host, job: string, words: RegExp): Promise<void> {
  const path = join(cwd, 'data', 'worker', `${job}.log`);
  await until(() => {
    try {
      return words.test(readFileSync(path, 'utf8'));
    } catch {
      return false;
    }
  });
}

async function childOf(pid: number | undefined): Promise<number> {
  let found: number | undefined;
  await until(() => {
    found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((each) => statOf(each)?.parent === pid);
    return found !== undefined;
  });
  return found ?? 0;
}

async function gone(pid: number): Promise<void> {
  await until(() => (statOf(pid)?.state ?? 'Z') === 'Z');
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [, state = '', parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 20));
}
