import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EraseStep } from '../../lib/erase/events.js';
import { runsOf, sealPlan } from '../../lib/erase/plan-file.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { deleteMessages, editMessage } from '../../lib/sandbox/world/changing.js';
import { eraseScene, found, largeGroup, plannedIds, wickedDelete } from '../support/erase-scene.js';

test('a message that Telegram forbids to delete is left alone, and the others of its batch go', async (t) => {
  const scene = await eraseScene(t, {
    methods: wickedDelete((ids) => {
      if (ids.includes(forbidden)) throw new RpcError(403, 'MESSAGE_DELETE_FORBIDDEN');
      return ids;
    }),
  });
  let forbidden = 0;
  const group = scene.group('Forbidden');
  for (let index = 0; index < 20; index += 1) scene.post(group, { text: `text ${index}` });
  forbidden = scene.post(group, { text: 'stays' });
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  const { summary, error } = await scene.run(plan);
  assert.equal(error, undefined);
  assert.deepEqual(summary?.left, [{ chat: group.id, id: forbidden, reason: 'forbidden' }]);
  assert.equal(summary?.deleted, 20);
});

test('however many messages Telegram forbids to delete, the others go, and the next run tries the forbidden ones last', async (t) => {
  const asked: number[][] = [];
  const forbidden = new Set<number>();
  const scene = await eraseScene(t, {
    methods: wickedDelete((ids) => {
      asked.push(ids);
      if (ids.some((id) => forbidden.has(id))) throw new RpcError(403, 'MESSAGE_DELETE_FORBIDDEN');
      return ids;
    }),
  });
  const group = scene.group('Forbidden');
  for (let index = 0; index < 20; index += 1) {
    const id = scene.post(group, { text: `text ${index}` });
    if (index < 8) forbidden.add(id);
  }
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  const first = await scene.run(plan, { onStep: dieAfterForbidden(forbidden.size, asked) });
  assert.match(String(first.error), /death/);
  const from = asked.length;
  const { summary, error } = await scene.run(plan);
  assert.equal(error, undefined);
  assert.deepEqual(new Set(summary?.left.map(({ id }) => id)), forbidden);
  assert.equal((summary?.deleted ?? 0) + (summary?.earlier ?? 0), 12);
  const isForbidden = asked.slice(from).map((ids) => ids.some((id) => forbidden.has(id)));
  assert.deepEqual(isForbidden, [...isForbidden].sort());
});

/** Dies when each of n messages was asked for alone. */
function dieAfterForbidden(count: number, asked: readonly number[][]) {
  return (step: EraseStep): void => {
    if (step === 'ended' && asked.filter((ids) => ids.length === 1).length === count)
      throw new Error('death');
  };
}

test('a run stops when Telegram forbids whole batches one after another, and says how many were refused', async (t) => {
  const scene = await eraseScene(t, {
    methods: wickedDelete(() => {
      throw new RpcError(403, 'MESSAGE_DELETE_FORBIDDEN');
    }),
  });
  const { group } = await largeGroup(scene, 310);
  const before = scene.there(group);
  const { plan } = await scene.plan(group);
  const { error } = await scene.run(plan);
  const { code, fields } = error as { code?: string; fields?: object };
  assert.equal(code, 'ERASE_FORBIDDEN');
  assert.deepEqual(fields, { planned: 310, deleted: 0, earlier: 0, gone: 0, forbidden: 300 });
  assert.deepEqual(scene.there(group), before);
});

for (const [what, fate] of [
  ['asks to wait', { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_1') }],
  ['has a fault', { kind: 'refuse', error: new RpcError(500, 'RPC_CALL_FAIL') }],
] as const) {
  test(`a message that is edited while Telegram ${what} stays: it is read again before the call is repeated`, async (t) => {
    const scene = await eraseScene(t);
    const group = scene.group('Edited while waiting');
    const ids = ['one', 'two', 'three'].map((text) => scene.post(group, { text }));
    await scene.archive(group);
    const { plan } = await scene.plan(group);
    const method = 'channels.DeleteMessages';
    scene.sandbox.weather.script({ method, fate });
    const edit = scene.untilWait().then((wait) => {
      assert.match(wait.method, /deleteMessages/i);
      editMessage(scene.sandbox.world, found(group, ids[1]), { text: 'another' }, undefined);
    });
    const { summary, error } = await scene.run(plan);
    await edit;
    assert.equal(error, undefined);
    assert.deepEqual(summary?.left, [{ chat: group.id, id: ids[1], reason: 'differs' }]);
    assert.equal(summary?.deleted, 2);
    assert.deepEqual(
      (await scene.batches(plan)).map(({ state, affected, left }) => [state, affected, left.length]),
      [
        ['ended', undefined, 1],
        ['ended', 2, 0],
      ],
    );
  });
}

test('what others delete meanwhile is counted as gone, and what was edited stays, also without an archive', async (t) => {
  const scene = await eraseScene(t);
  const { sandbox } = scene;
  const group = scene.group('Meanwhile');
  const ids = ['one', 'two', 'three'].map((text) => scene.post(group, { text }));
  const [gone, edited] = ids;
  const { plan } = await scene.plan(group, { unarchived: true });
  const decided = () => {
    deleteMessages(sandbox.world, [found(group, gone)], {});
    editMessage(sandbox.world, found(group, edited), { text: 'another' }, undefined);
  };
  const { summary } = await scene.run(plan, { decided });
  assert.deepEqual([summary?.deleted, summary?.gone], [1, 1]);
  assert.deepEqual(summary?.left, [{ chat: group.id, id: edited, reason: 'edited' }]);
});

test('of a plan that asks for no proof, a message that the archive has with other content stays, whenever it was edited', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Half kept');
  const kept = ['one', 'two'].map((text) => scene.post(group, { text }));
  await scene.archive(group);
  editMessage(scene.sandbox.world, found(group, kept[0]), { text: 'another' }, undefined);
  const unkept = scene.post(group, { text: 'three' });
  const planned = await scene.plan(group, { unarchived: true });
  const stays = { chat: group.id, id: kept[0], reason: 'differs' };
  assert.deepEqual(planned.refused, [stays]);
  assert.deepEqual(planned.lost, [{ chat: group.id, id: unkept, reason: 'not_archived' }]);
  const { summary } = await scene.run(planned.plan);
  assert.equal(summary?.deleted, 2);
  assert.deepEqual(summary?.left, [stays]);
});

test('a message whose file becomes another one after the proof stays, although the archive has the edit: its file was never downloaded', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Another file');
  const ids = [5000, 6000].map((size) => scene.post(group, { text: '', media: scene.document(size) }));
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  const { summary, error } = await scene.run(plan, {
    async decided() {
      const message = found(group, ids[0]);
      editMessage(scene.sandbox.world, message, { media: scene.document(7000) }, undefined);
      await scene.archive(group, { files: false });
    },
  });
  assert.equal(error, undefined);
  assert.deepEqual(summary?.left, [{ chat: group.id, id: ids[0], reason: 'no_copy_noted' }]);
  assert.equal(summary?.deleted, 1);
  assert.ok(scene.there(group).includes(ids[0] ?? 0));
});

test("a plan that was sealed again with others' messages, or ones that Telegram keeps, deletes neither", async (t) => {
  const scene = await eraseScene(t);
  const { group } = await largeGroup(scene);
  const before = scene.there(group);
  const { plan } = await scene.plan(group);
  const { hash: _, ...content } = plan;
  const messages = before.length;
  const forged = sealPlan({
    ...content,
    counts: { messages, own: messages, others: 0, by_kind: { text: messages } },
    messages: [{ chat: String(group.id), ids: runsOf(before) }],
  });
  const { summary, error } = await scene.run(forged);
  assert.equal(error, undefined);
  assert.equal(summary?.deleted, 230);
  const stays = before.filter((id) => !plannedIds(plan, group).includes(id));
  assert.deepEqual(scene.there(group), stays);
  assert.deepEqual(
    summary?.left.map(({ id, reason }) => [id, reason]),
    stays.map((id) => [id, id === 1 ? 'kept_for_good' : 'not_own']),
  );
});
