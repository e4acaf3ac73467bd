import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { hashOf, postedIn } from '../support/download-command.js';
import { recordsOf, type Scene } from '../support/scene.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import {
  aged,
  childOf,
  contentsOf,
  eventsOf,
  everythingIn,
  gone,
  groupOf,
  logSays,
  queueScene,
} from './queue-scene.js';
import { hostOf } from './worker-process.js';

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
      assert.equal(groupOf(child), child, "Ctrl-C in the worker's terminal doesn't reach it");
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
      assert.equal(eventsOf(fourth.records, job).at(-1), 'done');
      const [row] = await administer(
        scene.address,
        `select retry_count from telepi_queue.job where id = '${String(job)}'`,
      );
      assert.deepEqual(row, { retry_count: '0' }, 'neither an end nor a death has counted as a failure');
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

    it('a job whose flags somebody has changed in the database starts no program', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const pair = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
      const [queued] = await scene.records(
        ...['run', ...pair, '--auto-create-topics=no', '--min-interval', '0', '--retries', '0', '--enqueue'],
      );
      const made = join(host.cwd, 'made');
      await administer(
        scene.address,
        `update telepi_queue.job set data = jsonb_set(data, '{flags}', (data->'flags') || '["--pipe=touch ${made}"]') where id = '${String(queued?.['job'])}'`,
      );
      const worker = host.start('--until-empty');
      assert.equal(await worker.ended, 1, worker.stderr());
      assert.ok(!existsSync(made));
      assert.deepEqual(eventsOf(worker.records, queued?.['job']), ['taken', 'refused']);
      const dead = (await scene.records('workers')).find(({ event }) => event === 'dead');
      assert.equal((dead?.['ending'] as { code: string } | undefined)?.code, 'ONLY_HERE');
    });

    it("what can't be done is a dead letter at once, what fails one after its tries, and both can be queued once more or dropped", async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const same = ['--source', String(scene.filled.target.id), '--target', String(scene.filled.target.id)];
      const [refused] = await scene.records('run', ...same, '--enqueue', '--auto-create-topics=no');
      const pair = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
      const [failing] = await scene.records(
        ...['run', ...pair, '--auto-create-topics=no', '--min-interval', '30', '--enqueue'],
        ...['--retries', '1', '--priority', '-1'],
      );
      const worker = host.start();
      await worker.said(({ event, job }) => event === 'taken' && job === failing?.['job']);
      process.kill(await childOf(worker.child.pid), 'SIGKILL');
      await worker.said(({ event, job }) => event === 'failed' && job === failing?.['job']);
      assert.deepEqual(eventsOf(worker.records, refused?.['job']), ['taken', 'refused']);
      const waiting = (await scene.records('workers')).find(({ event }) => event === 'waiting');
      assert.equal(waiting?.['failures'], 1);
      assert.equal((waiting?.['lastError'] as { code: string } | undefined)?.code, 'JOB_KILLED');
      await administer(
        scene.address,
        "update telepi_queue.job set start_after = now() where state = 'retry'",
      );
      process.kill(await childOf(worker.child.pid), 'SIGKILL');
      await worker.said(({ event, job }) => event === 'dead' && job === failing?.['job']);
      const dead = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      assert.deepEqual(
        dead.map(({ job, ending, tries }) => [job, (ending as { code: string }).code, tries]),
        [
          [refused?.['job'], 'SAME_CHAT', 1],
          [failing?.['job'], 'JOB_KILLED', 2],
        ],
      );
      await scene.records('workers', '--retry', String(refused?.['job']));
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

    it('a machine that can do no job gives them back without a try, and takes nothing for a while', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      writeFileSync(join(host.cwd, '.env'), 'DOWNLOAD_DIR=/dev/null/none\n');
      for (const ext of ['a', 'b'])
        await scene.records(
          ...['download', chatOf(scene), '--ext', ext, '--enqueue', '--retries', '0', '--stretch', '0'],
        );
      const worker = host.start();
      const { code, pauseMs } = await worker.said(({ event }) => event === 'machine');
      assert.equal(code, 'OUTPUT_UNWRITABLE');
      assert.ok(Number(pauseMs) > 0);
      const all = await scene.records('workers');
      const waiting = all.filter(({ event }) => event === 'waiting');
      assert.deepEqual(
        waiting.map(({ failures }) => failures),
        [0, 0],
      );
      assert.ok(!all.some(({ event }) => event === 'dead'));
      assert.equal(worker.records.filter(({ event }) => event === 'taken').length, 1);
      worker.child.kill('SIGTERM');
      await worker.ended;
    });

    it('the stretches of a divided job are dropped and queued once more together, and what waits without a worker is stuck', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const [queued] = await scene.records(
        ...['download', chatOf(scene), '--media-type', 'all', '--enqueue', '--stretch', '2'],
      );
      const parent = String(queued?.['job']);
      const ofKind = async (kind: string) =>
        (await scene.records('workers')).filter(({ event }) => event === kind);
      const [alone] = await ofKind('waiting');
      assert.equal(alone?.['stuck'], true);
      const text = await scene.run(['workers'], host.environment, host);
      assert.match(text.stdout, /STUCK: no worker of this account/);
      const worker = host.start();
      await worker.said(({ event }) => event === 'divided');
      worker.child.kill('SIGKILL');
      await worker.ended;
      // Each of them as if it could not be done.
      await administer(
        scene.address,
        `update telepi_queue.job set name = 'dead-letters', state = 'created', data = jsonb_build_object('order', data, 'queue', name, 'priority', 0, 'retryLimit', 0, 'tries', 1, 'ending', jsonb_build_object('code', 'X', 'message', 'X.', 'host', 'x')) where data->>'parent' = '${parent}' and state <> 'completed'`,
      );
      const dead = await ofKind('dead');
      assert.ok(dead.length >= 2);
      await scene.records('workers', '--retry', parent);
      assert.equal((await ofKind('dead')).length, 0);
      assert.equal((await ofKind('waiting')).length, dead.length);
      await scene.records('workers', '--drop', parent);
      assert.equal((await ofKind('waiting')).length, 0);
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

    it('what is scheduled is queued when it is due, and what is to begin later waits for that; the higher priority comes first', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const words = ['download', chatOf(scene), '--media-type', 'all', '--enqueue', '--stretch', '0'];
      const [later] = await scene.records(...words, '--at', '7d', '--ext', 'none');
      const [low] = await scene.records(...words, '--ext', 'low');
      const [high] = await scene.records(...words, '--ext', 'high', '--priority', '9');
      const [scheduled] = await scene.records(...words, '--schedule', '* * * * *');
      const worker = host.start();
      await worker.said(({ event, job }) => event === 'done' && job === low?.['job']);
      const taken = worker.records.filter(({ event }) => event === 'taken').map(({ job }) => job);
      assert.ok(taken.indexOf(high?.['job']) < taken.indexOf(low?.['job']));
      // The minute may be over when pg-boss looks for what is due.
      const due = await worker.said(
        ({ event, job }) => event === 'done' && job !== high?.['job'] && job !== low?.['job'],
      );
      assert.notEqual(due['job'], later?.['job']);
      const all = await scene.records('workers');
      const [schedule] = all.filter(({ event }) => event === 'schedule');
      assert.deepEqual([schedule?.['name'], schedule?.['cron']], [scheduled?.['name'], '* * * * *']);
      const waiting = all.find(({ event, id }) => event === 'waiting' && id === later?.['job']);
      assert.ok(Date.parse(String(waiting?.['notBefore'])) > Date.now() + 6 * 86_400_000);
      await scene.records('workers', '--unschedule', String(scheduled?.['name']));
      assert.deepEqual(
        (await scene.records('workers')).filter(({ event }) => event === 'schedule'),
        [],
      );
      worker.child.kill('SIGTERM');
      await worker.ended;
    });

    it('a worker that starts takes nobody for dead who has not had the time to be seen, as after an outage', async (t) => {
      const scene = await queueScene(t, subject(), ['one', 'two']);
      const [one, two] = scene.hosts;
      assert.ok(one && two);
      const pair = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
      await scene.records(
        ...['run', ...pair, '--auto-create-topics=no', '--min-interval', '30', '--enqueue'],
      );
      const first = one.start();
      await first.said(({ event }) => event === 'taken');
      await aged(scene.address);
      const second = two.start();
      const { worker } = await second.said(({ event }) => event === 'worker');
      // Its second beat comes before its first look at the others.
      for (let beats: unknown[] = []; beats.length === 0; ) {
        beats = await administer(
          scene.address,
          `select 1 as n from workers where worker_id = '${String(worker)}' and seen_datetime > started_datetime`,
        );
      }
      second.child.kill('SIGTERM');
      first.child.kill('SIGTERM');
      await Promise.all([first.ended, second.ended]);
      assert.ok(!second.records.some(({ event }) => event === 'gave_back_of_dead'));
      assert.ok(!first.records.some(({ event }) => event === 'lost'));
    });

    it('a worker that was stopped for too long has lost its job, and ends what it does of it', async (t) => {
      const scene = await queueScene(t, subject(), ['one', 'two']);
      const [one, two] = scene.hosts;
      assert.ok(one && two);
      const pair = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
      const [queued] = await scene.records(
        ...['run', ...pair, '--auto-create-topics=no', '--min-interval', '30', '--enqueue'],
      );
      const job = queued?.['job'];
      const first = one.start();
      await first.said(({ event }) => event === 'taken');
      await logSays(one, String(job), /"event":"start"/);
      const child = await childOf(first.child.pid);
      first.child.kill('SIGSTOP');
      await aged(scene.address);
      const second = two.start();
      await second.said(({ event }) => event === 'gave_back_of_dead');
      // The first one's process still has the run itself.
      await second.said((record) => record['event'] === 'busy' && record['code'] === 'JOB_RUNNING');
      first.child.kill('SIGCONT');
      await first.said(({ event }) => event === 'lost');
      await gone(child);
      for (const { child: process, ended } of [first, second]) {
        process.kill('SIGTERM');
        await ended;
      }
    });
  },
  ['postgres'],
);

function chatOf({ filled }: Scene): string {
  return String(filled.chats.readOnly.id);
}

function sourceHashes(scene: Scene): string[] {
  return [...new Set(postedIn(scene).map(({ bytes }) => hashOf(bytes)))].sort();
}
