import assert from 'node:assert/strict';
import { it } from 'node:test';
import { postedIn } from '../support/download-command.js';
import { administer } from './administer.js';
import { onServers } from './databases.js';
import { queueScene } from './queue-scene.js';

onServers(
  'why a job of the queue is not done',
  (subject) => {
    it('the dead letter of a stretch names the file that failed, the reason and its code', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      const chat = scene.filled.chats.readOnly;
      const [posted] = postedIn(scene);
      assert.ok(host && posted);
      const message = chat.box?.messages.find(({ id }) => id === posted.id);
      assert.ok(message);
      Object.assign(message, { noforwards: true });
      await scene.records(
        ...['download', String(chat.id), '--media-type', 'all', '--enqueue', '--stretch', '6'],
        ...['--retries', '0'],
      );
      const worker = host.start('--until-empty');
      assert.equal(await worker.ended, 1, worker.stderr());
      const dead = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      const { code, message: words } = (dead[0]?.['ending'] ?? {}) as Record<string, string>;
      assert.deepEqual([dead.length, code], [1, 'PROTECTED_MESSAGE']);
      const name = new RegExp(
        `^1 file failed, .+ of message ${posted.id} in ${chat.id}: Message ${posted.id} of .* by its sender's wish`,
      );
      assert.match(String(words), name);
      const { stdout } = await scene.run(['workers'], host.environment, host);
      assert.match(stdout, /\n {4}PROTECTED_MESSAGE on \S+: 1 file failed, /);
    });

    it('a job whose own --output cannot be written is a dead letter after its tries, and holds up no other job', async (t) => {
      const scene = await queueScene(t, subject(), ['one']);
      const [host] = scene.hosts;
      assert.ok(host);
      const words = ['download', String(scene.filled.chats.readOnly.id), '--ext', 'none', '--enqueue'];
      const [bad] = await scene.records(
        ...[...words, '--output', '/dev/null/none', '--stretch', '0', '--retries', '1', '--priority', '1'],
      );
      const [good] = await scene.records(...words, '--stretch', '0');
      const worker = host.start();
      await worker.said(({ event, job }) => event === 'failed' && job === bad?.['job']);
      await worker.said(({ event, job }) => event === 'done' && job === good?.['job']);
      await administer(
        scene.address,
        "update telepi_queue.job set start_after = now() where state = 'retry'",
      );
      await worker.said(({ event, job }) => event === 'dead' && job === bad?.['job']);
      const dead = (await scene.records('workers')).find(({ event }) => event === 'dead');
      const { code, message } = (dead?.['ending'] ?? {}) as Record<string, string>;
      assert.deepEqual([code, dead?.['tries']], ['OUTPUT_UNWRITABLE', 2]);
      assert.match(String(message), /^The folder of --output can't be used, \/dev\/null\/none: /);
      worker.child.kill('SIGTERM');
      await worker.ended;
    });
  },
  ['postgres'],
);
