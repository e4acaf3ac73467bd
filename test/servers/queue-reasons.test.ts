import assert from 'node:assert/strict';
import { it } from 'node:test';
import { postedIn } from '../support/download-command.js';
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
      assert.equal(await worker.ended, 0, worker.stderr());
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
  },
  ['postgres'],
);
