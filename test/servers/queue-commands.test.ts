import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { recordsOf } from '../support/scene.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { queueScene } from './queue-scene.js';

onServers(
  'the commands of a queue',
  (subject) => {
    it('a look at the queue makes no tables, and says when there is no queue yet', async (t) => {
      const address = await subject().address(t);
      const scene = await queueScene(t, subject(), []);
      const { cwd } = scene;
      const environment = { DATABASE_URL: databaseUrl(address) };
      const { status, stdout, stderr } = await scene.run(['workers'], environment, { cwd });
      assert.equal(status, 0, stderr);
      assert.match(stdout, /There is no queue in this database yet/);
      const json = await scene.run(['workers', '--json'], environment, { cwd });
      assert.deepEqual(recordsOf(json.stdout), [{ event: 'no_queue' }]);
      const tables = await administer(
        address,
        "select table_name as name from information_schema.tables where table_schema in ('public', 'telepi_queue')",
      );
      assert.deepEqual(tables, []);
    });

    it('a look at tables of another version leaves them, and says which command brings them to this one', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const { address } = scene;
      await scene.records('download', String(scene.filled.chats.readOnly.id), '--enqueue');
      await administer(address, 'update telepi_queue.version set version = 23');
      const { status, stderr } = await scene.run(['workers'], host.environment, host);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /have another version \(23\).*telepi worker brings/);
      assert.deepEqual(await administer(address, 'select version from telepi_queue.version'), [
        { version: '23' },
      ]);
    });

    it('a stretch that was dropped is not shown as done', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const chat = String(scene.filled.chats.readOnly.id);
      await scene.records('download', chat, '--media-type', 'all', '--enqueue', '--stretch', '2');
      const worker = host.start();
      await worker.said(({ event }) => event === 'divided');
      worker.child.kill('SIGKILL');
      await worker.ended;
      const shown = async () => {
        const all = await scene.records('workers');
        return { divided: all.find(({ event }) => event === 'divided'), all };
      };
      const { divided, all } = await shown();
      const waiting = all.filter(({ event }) => event === 'waiting');
      assert.ok(waiting.length >= 2);
      await scene.records('workers', '--drop', String(waiting.at(-1)?.['id']));
      const after = (await shown()).divided;
      assert.equal(after?.['left'], Number(divided?.['left']) - 1);
      assert.equal(after?.['done'], undefined);
      const { stdout } = await scene.run(['workers'], host.environment, host);
      assert.match(stdout, /\d+ of \d+ stretches left/);
    });

    it('a span of a queued download counts back from the time that it was queued for', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const chat = String(scene.filled.chats.readOnly.id);
      const words = ['download', chat, '--since', '12h', '--enqueue'];
      const before = Date.now();
      await scene.records(...words);
      await scene.records(...words, '--ext', 'zip', '--at', '2090-01-01');
      await scene.records(...words, '--schedule', '0 3 * * *');
      const jobs = await administer(
        scene.address,
        "select data->'asOf' as at, data->>'flags' as flags from telepi_queue.job where name like 'account-%' order by start_after",
      );
      const [now, later] = jobs as { at: string; flags: string }[];
      assert.ok(Number(now?.at) >= before && Number(now?.at) <= Date.now());
      assert.match(now?.flags ?? '', /--since=12h/);
      assert.equal(Number(later?.at), Date.UTC(2090, 0));
      const schedules = await administer(
        scene.address,
        "select data->'order'->'asOf' as at from telepi_queue.schedule where name like 'schedule-%'",
      );
      assert.deepEqual(schedules, [{ at: null }], 'each time from when it is due');
    });

    it('the logs of jobs that ended long ago go while a worker lives', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const folder = join(host.cwd, 'data', 'worker');
      mkdirSync(folder, { mode: 0o700 });
      for (let index = 0; index < 501; index += 1)
        writeFileSync(join(folder, `${'0'.repeat(32)}${String(index).padStart(4, '0')}.log`), '');
      const chat = String(scene.filled.chats.readOnly.id);
      const [queued] = await scene.records('download', chat, '--enqueue', '--stretch', '0');
      const worker = host.start('--until-empty');
      assert.equal(await worker.ended, 0, worker.stderr());
      const names = readdirSync(folder).filter((name) => name !== 'worker.log' && name.endsWith('.log'));
      assert.equal(names.length, 500);
      assert.ok(names.includes(`${String(queued?.['job'])}.log`));
    });

    it('a schedule that only some readers know is refused in a sentence', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const chat = String(scene.filled.chats.readOnly.id);
      const args = ['download', chat, '--enqueue', '--schedule', '@midnight'];
      const { status, stderr } = await scene.run(args, host.environment, host);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /the queue can't keep "@midnight": write five fields/);
    });
  },
  ['postgres'],
);
