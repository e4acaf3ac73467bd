import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { ATTRIBUTION_FIELDS } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, type DamageScene, remove } from '../support/damages.js';
import { withLedger } from '../support/ledger-scene.js';
import { queueAll, repairAll, runQueued } from '../support/repair-all.js';
import { type ClonedScene, clonedScene, findingsOf } from '../support/verify-scene.js';

const template = readTemplate('by {author}', ATTRIBUTION_FIELDS, '--attribution-template');
const ATTRIBUTED = { text: { attribution: { place: 'header', template } } } as const;

function photo({ sandbox }: CloneScene, width: number): object {
  const { id: fileId } = sandbox.files.add({ kind: 'photo', dcId: 1, width, height: 240 });
  return { kind: 'photo', fileId, spoiler: false };
}

const paragraph = (text: string): TlData => ({
  _: 'PageBlockParagraph',
  text: { _: 'TextPlain', text },
});

function fill(scene: CloneScene, chat: Chat) {
  const first = scene.post(chat, { text: 'first' });
  const captioned = scene.post(chat, { text: 'a photo', media: photo(scene, 320) });
  const groupedId = scene.sandbox.world.nextGroupedId();
  const album = [1, 2].map((nth) =>
    scene.post(chat, { text: '', groupedId, media: photo(scene, 320 + nth) }),
  ) as [number, number];
  const rich = scene.post(chat, {
    text: '',
    rich: { blocks: [paragraph('rich words')], photos: [], documents: [] },
  });
  const last = scene.post(chat, { text: 'last' });
  return { first, captioned, album, rich, last };
}

type Content = ReturnType<typeof fill>;

const now = ({ target }: ClonedScene<Content>, id: number): Message | undefined =>
  target.box?.messages.find((each) => each.id === id);
const verified = async (cloned: ClonedScene<Content>): Promise<string[]> =>
  findingsOf(await cloned.verify({ byLedger: true }));

/** Puts other words into the copies of two texts and of a rich message. */
function damageWords(cloned: ClonedScene<Content>): void {
  const { first, captioned, rich } = cloned.content;
  for (const id of [first, captioned]) change(cloned, cloned.copy(id).id, { text: 'damaged' });
  const copy = cloned.copy(rich);
  assert.ok(copy.rich);
  change(cloned, copy.id, { rich: { ...copy.rich, blocks: [paragraph('damaged')] } });
}

test("an edit gives a copy the source's own text again, whatever is to be added to texts by now", async (t) => {
  const cloned = await clonedScene(t, fill, { premium: true });
  assert.deepEqual(await verified(cloned), []);
  damageWords(cloned);
  const { queued, summary } = await repairAll(cloned, ATTRIBUTED);
  assert.deepEqual([queued, summary?.failed], [3, []]);
  const { first, captioned, rich } = cloned.content;
  assert.deepEqual(
    [first, captioned].map((id) => now(cloned, cloned.copy(id).id)?.text),
    ['first', 'a photo'],
  );
  assert.equal(now(cloned, cloned.copy(rich).id)?.rich?.blocks.length, 1);
  assert.deepEqual(await verified(cloned), []);
});

test('a rich message that was sent with other words gets these again, or stays as it is', async (t) => {
  const cloned = await clonedScene(t, fill, { premium: true, run: ATTRIBUTED });
  assert.deepEqual(await verified(cloned), []);
  const { rich } = cloned.content;
  for (const [run, failed] of [
    [{}, [{ sourceId: rich, reason: 'other_words' }]],
    [ATTRIBUTED, []],
  ] as const) {
    damageWords(cloned);
    const { queued, summary } = await repairAll(cloned, run);
    assert.deepEqual([queued, summary?.failed], [3, failed]);
    const left = failed.length > 0 ? [`attributes richMessage.blocks ${rich}→${cloned.copy(rich).id}`] : [];
    assert.deepEqual(await verified(cloned), left);
  }
});

test('a copy whose original is gone by the time of the repair counts as failed once', async (t) => {
  const cloned = await clonedScene(t, fill);
  const { first } = cloned.content;
  change(cloned, cloned.copy(first).id, { text: 'damaged' });
  assert.equal(await queueAll(cloned), 1);
  remove({ ...cloned, target: cloned.from } as unknown as DamageScene, first);
  const { summary, events } = await runQueued(cloned);
  const failed = [{ sourceId: first, reason: 'original_gone' }];
  assert.deepEqual(summary?.failed, failed);
  const told = events.filter(([kind]) => kind === 'failed').map(([, event]) => event['message']);
  assert.match(String(told[0]), /no longer in the source/);
  assert.deepEqual((await runQueued(cloned)).summary?.failed, []);
  assert.equal(now(cloned, cloned.copy(first).id)?.text, 'damaged');
});

test('messages that the ledger does not know are planned and sent, an album as one', async (t) => {
  const cloned = await clonedScene(t, fill);
  const at = cloned as unknown as DamageScene;
  const { first, album, last } = cloned.content;
  const lost = [first, ...album];
  await withLedger(dirname(cloned.folder), async ({ db }) => {
    await db.deleteFrom('ledger_files').where('source_id', 'in', lost).execute();
    await db.deleteFrom('ledger_messages').where('source_id', 'in', lost).execute();
  });
  for (const id of lost) remove(at, cloned.copy(id).id);
  assert.deepEqual(
    await verified(cloned),
    lost.map((id) => `missing ${id}→`),
  );
  const { queued, summary } = await repairAll(cloned);
  assert.deepEqual([queued, summary?.sent, summary?.failed], [3, 3, []]);
  const [text, ...items] = cloned.target.box?.messages.slice(-3) ?? [];
  assert.equal(text?.text, 'first');
  assert.equal(new Set(items.map(({ groupedId }) => groupedId)).size, 1);
  assert.ok(items[0]?.groupedId);
  assert.ok((await verified(cloned)).every((each) => each.startsWith('order ')));
  assert.equal(now(cloned, cloned.copy(last).id)?.text, 'last');
});
