import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
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

test('messages in the TL of an older layer, and ones without any, come back as their documents say, and are counted', async (t) => {
  const scene = await openRestoreScene(t);
  const { world, files } = scene.sandbox;
  const { user, plain } = scene.filled;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator: user.id });
  world.addMember(chat, plain.user.id);
  const attributes = [{ type: 'filename', name: 'report.pdf' } as const];
  const photo = files.add({ kind: 'photo', dcId: 1, width: 64, height: 48, seed: 'p' });
  const report = files.add({
    ...{ kind: 'document', dcId: 2, size: 3000, mimeType: 'application/pdf', attributes },
  });
  const entities = [{ kind: 'bold', offset: 0, length: 5 }] as const;
  const first = world.post({ chat: chat.id, from: plain.user.id, text: 'first one', entities });
  world.post({ chat: chat.id, from: user.id, text: 'answer', replyTo: first.id });
  const groupedId = 77n;
  for (const [kind, { id: fileId }] of [
    ['photo', photo],
    ['document', report],
  ] as const)
    world.post({ chat: chat.id, from: user.id, text: kind, media: { kind, fileId, spoiler: false } });
  for (const text of ['one', 'two'])
    world.post({
      ...{ chat: chat.id, from: user.id, text, groupedId },
      media: { kind: 'photo', fileId: photo.id, spoiler: false },
    });
  const shown = () => {
    const all = scene.messages(chat).filter(({ action }) => !action);
    const albums = [...new Set(all.map((each) => each.groupedId))];
    return all.map(({ text, entities: marks, reply, media, groupedId: album }) => {
      const file = media && 'fileId' in media ? files.get(media.fileId) : undefined;
      const answered = reply && all.findIndex(({ id }) => id === reply.toId);
      return [text, marks, answered, media?.kind, file?.size, file?.attributes, albums.indexOf(album)];
    });
  };
  const before = shown();
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  scene.erase(chat, ids);
  await inDatabase(scene, async (db) => {
    for (const id of ids) {
      const row = (of: typeof db) => of.updateTable('messages').where('message_id', '=', id as never);
      if (id % 2 === 0) {
        await row(db).set({ raw: null, raw_layer: null }).execute();
        continue;
      }
      const tl = Buffer.alloc(40);
      tl.writeUInt32LE(0x38116ee0);
      await row(db)
        .set({ raw: deflateRawSync(tl) as never, raw_layer: 167 as never })
        .execute();
    }
  });
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const outcome = await scene.call(['restore', plan, '--attribution', 'none', '--json']);
  assert.equal(outcome.status, 0, String(outcome.thrown) + outcome.stdout);
  assert.deepEqual(
    outcome.records.find(({ event }) => event === 'left'),
    { event: 'left', rebuilt: 6, dryRun: false },
  );
  assert.deepEqual(shown(), before);
});

test('what no document can bring back is left out with the layer that would read it', async (t) => {
  const { ids, change, texts, restore } = await openErased(t, 4);
  const tl = Buffer.alloc(40);
  tl.writeUInt32LE(0x38116ee0);
  const other = JSON.stringify({ kind: 'unknown' });
  const raw = deflateRawSync(tl);
  await change(ids[0], { document: other, raw, raw_layer: 167 });
  await change(ids[1], { document: other, raw, raw_layer: 9999 });
  await change(ids[2], { document: other, raw: null, raw_layer: null });
  const outcome = await restore();
  assert.equal(outcome.status, 1, String(outcome.thrown));
  assert.deepEqual(
    outcome.records.find(({ event }) => event === 'left'),
    { event: 'left', older_form: 1, newer_form: 1, no_raw: 1, dryRun: false },
  );
  assert.deepEqual(texts(), ['text 4']);
});
