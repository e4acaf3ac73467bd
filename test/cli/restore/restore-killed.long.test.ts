import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { test } from 'node:test';
import { openRestoreScene } from '../../support/restore-scene.js';

test('a restore that is killed at any post continues: each message is there once, in order, albums whole', async (t) => {
  const scene = await openRestoreScene(t);
  const { world, files } = scene.sandbox;
  const creator = scene.filled.user.id;
  for (const deaths of [[1], [2, 5], [4, 3, 1], [7, 1]]) {
    const chat = world.createChannel({ title: `Old ${deaths.join(' ')}`, megagroup: true, creator });
    const file = (name: string) => {
      const { id: fileId } = files.add({
        ...{ kind: 'document', dcId: 2, size: 600_000, mimeType: 'application/zip' },
        attributes: [{ type: 'filename', name }],
      });
      return { kind: 'document', fileId, spoiler: false } as const;
    };
    const post = (fields: object): void => void world.post({ chat: chat.id, from: creator, ...fields });
    for (let index = 1; index <= 5; index += 1) post({ text: `text ${index}` });
    const groupedId = world.nextGroupedId();
    for (let index = 1; index <= 3; index += 1)
      post({ text: `item ${index}`, media: file(`${index}.zip`), groupedId });
    post({ text: 'alone', media: file('4.zip') });
    const look = () =>
      scene
        .messages(chat)
        .flatMap(({ action, text, groupedId: album }) => (action ? [] : [[text, album !== undefined]]));
    const before = look();
    const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
    await scene.keep(chat);
    scene.erase(chat, ids);
    const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
    const words = ['restore', plan, '--attribution', 'none'];
    for (const death of deaths) {
      let [child, posts] = [undefined as ChildProcess | undefined, 0];
      const stop = world.onPosted(({ message }) => {
        if (message.peer !== chat.id) return;
        posts += 1;
        // The answer never comes to whoever asked for this.
        if (posts === death) child?.kill('SIGKILL');
      });
      const killed = await scene.run(
        words,
        { MIN_INTERVAL: '0' },
        { onStart: (started) => (child = started) },
      );
      stop();
      assert.equal(killed.signal, 'SIGKILL', `${death} of ${deaths}: ${killed.stdout}${killed.stderr}`);
    }
    const last = await scene.run(words, { MIN_INTERVAL: '0' });
    assert.equal(last.status, 0, last.stderr);
    assert.deepEqual(look(), before, `killed at post ${deaths.join(', then at post ')}`);
  }
});
