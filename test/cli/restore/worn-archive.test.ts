import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDatabase } from '../../support/download-command.js';
import { openRestoreScene } from '../../support/restore-scene.js';

/** A group with texts, kept and erased, a plan of them, and changes to what the store has of a message. */
async function openErased(t: Parameters<typeof openRestoreScene>[0], count: number) {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator: scene.filled.user.id });
  for (let index = 1; index <= count; index += 1)
    world.post({ chat: chat.id, from: scene.filled.user.id, text: `text ${index}` });
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  scene.erase(chat, ids);
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const change = (id: number | undefined, values: Record<string, unknown>) =>
    inDatabase(scene, (db) =>
      db
        .updateTable('messages')
        .set(values)
        .where('chat_id', '=', chat.id as never)
        .where('message_id', '=', id as never)
        .execute(),
    );
  const texts = () => scene.messages(chat).flatMap(({ action, text }) => (action ? [] : [text]));
  const restore = (...flags: string[]) =>
    scene.call(['restore', plan, '--attribution', 'none', '--json', ...flags]);
  return { scene, chat, ids, change, texts, restore };
}

test('rows of the archive that are damaged are left out and counted, and all others are posted', async (t) => {
  const { ids, change, texts, restore } = await openErased(t, 4);
  await change(ids[1], { raw: Buffer.from('xx') });
  await change(ids[2], { document: '{"kind":' });
  const rehearsed = await restore('--dry-run');
  assert.equal(rehearsed.status, 1, 'a dry run ends as the run will');
  const outcome = await restore();
  assert.equal(outcome.status, 1, String(outcome.thrown));
  assert.deepEqual(
    outcome.records.find(({ event }) => event === 'left'),
    { event: 'left', damaged: 2, dryRun: false },
  );
  assert.deepEqual(texts(), ['text 1', 'text 4']);
});
