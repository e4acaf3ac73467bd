import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTION_FIELDS } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, type DamageScene, remove } from '../support/damages.js';
import { repairAll } from '../support/repair-all.js';
import { type ClonedScene, clonedScene, findingsOf, verifyScene } from '../support/verify-scene.js';

/** A text of four parts between two others. */
function fill(scene: CloneScene, chat: Chat) {
  const first = scene.post(chat, { text: 'first' });
  const words = Array.from({ length: 2400 }, (_, index) => `word ${index}`).join(' ');
  const long = scene.post(chat, { text: words });
  const last = scene.post(chat, { text: 'last' });
  return { first, long, last };
}

type Content = ReturnType<typeof fill>;

const messagesOf = ({ target }: ClonedScene<Content>): readonly Message[] => target.box?.messages ?? [];

function partsOf(cloned: ClonedScene<Content>): readonly Message[] {
  const { id } = cloned.copy(cloned.content.long);
  return messagesOf(cloned).filter(({ reply }) => reply?.toId === id);
}

const verified = async (cloned: ClonedScene<Content>): Promise<string[]> =>
  findingsOf(await cloned.verify({ byLedger: true, inFiles: true }));

test('a run sends a continuation again that was deleted, and edits one back that was edited', async (t) => {
  const cloned = await clonedScene(t, fill);
  const at = cloned as unknown as DamageScene;
  const { long } = cloned.content;
  const [first, second, third] = partsOf(cloned);
  assert.ok(first && second && third);
  remove(at, second.id);
  change(at, third.id, { text: 'other words' });
  assert.deepEqual(await verified(cloned), [
    `missing continuation.2 ${long}→${second.id}`,
    `text continuation.3.text ${long}→${third.id}`,
  ]);
  const { queued, summary, events } = await repairAll(cloned);
  assert.deepEqual([queued, summary?.failed], [2, []]);
  assert.equal(events.filter(([kind]) => kind === 'repaired').length, 1);
  const again = partsOf(cloned).at(-1);
  assert.equal(again?.text, second.text);
  assert.equal(messagesOf(cloned).find(({ id }) => id === third.id)?.text, third.text);
  assert.deepEqual(await verified(cloned), [`order ${long}→${again.id}`]);
});

test('a run sends a long text again whose copy is gone, with everything that continues it', async (t) => {
  for (const whole of [true, false]) {
    const cloned = await clonedScene(t, fill);
    const at = cloned as unknown as DamageScene;
    const { long, last } = cloned.content;
    const [copy, parts] = [cloned.copy(long), partsOf(cloned)];
    for (const { id } of [copy, ...(whole ? parts : [])]) remove(at, id);
    assert.deepEqual(await verified(cloned), [`missing ${long}→${copy.id}`]);
    const { queued, summary } = await repairAll(cloned);
    assert.deepEqual([queued, summary?.sent, summary?.failed], [1, 1, []]);
    const again = messagesOf(cloned).slice(-1 - parts.length);
    assert.deepEqual(
      again.map(({ text }) => text),
      [copy, ...parts].map(({ text }) => text),
    );
    assert.ok(again.slice(1).every(({ reply }) => reply?.toId === again[0]?.id));
    // The last text stands before them now. What continued a copy that is gone is left to people.
    assert.deepEqual(await verified(cloned), [
      ...(whole ? [] : parts.map(({ id }) => `extra →${id}`)),
      `order ${last}→${cloned.copy(last).id}`,
    ]);
  }
});

test('a run edits a copy back to its text with the attribution that it was sent with', async (t) => {
  const template = readTemplate('by {author}', ATTRIBUTION_FIELDS, '--attribution-template');
  const run = { text: { attribution: { place: 'header', template } } } as const;
  const cloned = await clonedScene(t, fill, { run });
  const { first } = cloned.content;
  const copy = cloned.copy(first);
  assert.match(copy.text, /^by .*\n+first$/);
  assert.deepEqual(await verified(cloned), []);
  change(cloned, copy.id, { text: 'first' });
  assert.deepEqual(await verified(cloned), [`text text ${first}→${copy.id}`]);
  // Whatever the settings of the later run are.
  const { queued, summary } = await repairAll(cloned);
  assert.deepEqual([queued, summary?.failed], [1, []]);
  assert.equal(messagesOf(cloned).find(({ id }) => id === copy.id)?.text, copy.text);
  assert.deepEqual(await verified(cloned), []);
});

test('an album that a later run sent at the end stands out of order, as one post', async (t) => {
  const scene = await verifyScene(t);
  const [source, target] = [scene.group('source'), scene.group('target')];
  scene.post(source, { text: 'first' });
  const groupedId = scene.sandbox.world.nextGroupedId();
  const album = [1000, 2000, 3000].map((size) =>
    scene.post(source, { text: '', groupedId, media: scene.document(size) }),
  );
  for (const text of ['second', 'third', 'fourth', 'fifth']) scene.post(source, { text });
  const { weather } = scene.sandbox;
  weather.judge = (method) =>
    /^messages\.Send(?:Multi)?Media$/.test(method)
      ? { kind: 'refuse', error: new RpcError(400, 'MEDIA_INVALID') }
      : undefined;
  const { folder, summary } = await scene.clone(source, target);
  weather.judge = undefined;
  assert.equal(summary?.failed.length, 3);
  const retried = await scene.clone(source, target, { retryFailed: true });
  assert.equal(retried.summary?.sent, 3);
  const copies = target.box?.messages.slice(-3) ?? [];
  const expected = album.map((id, index) => `order ${id}→${copies[index]?.id}`);
  for (const how of [{ folder }, {}]) {
    assert.deepEqual(findingsOf(await scene.verify(source, target, how)), expected);
  }
});
