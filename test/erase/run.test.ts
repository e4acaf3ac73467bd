import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DiskBlobs } from '../../lib/blobs/disk/disk-blobs.js';
import type { EraseStep } from '../../lib/erase/events.js';
import { sealPlan } from '../../lib/erase/plan-file.js';
import { type EraseScene, eraseScene, largeGroup, plannedIds, wickedDelete } from '../support/erase-scene.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const STEPS: readonly EraseStep[] = ['proved', 'read', 'journalled', 'called', 'marked', 'ended'];

test('a run that dies after any step is continued by the next one, and nothing goes that the plan does not have', async (t) => {
  const scene = await eraseScene(t);
  const { group } = await largeGroup(scene);
  const before = scene.there(group);
  const { plan, refused } = await scene.plan(group);
  assert.deepEqual(refused, []);
  const planned = plannedIds(plan, group);
  assert.equal(planned.length, 230);
  const stays = before.filter((id) => !planned.includes(id));
  for (const step of STEPS) {
    let seen = 0;
    const { error } = await scene.run(plan, {
      onStep(each) {
        if (each !== step) return;
        seen += 1;
        throw new Error(`death after ${step}`);
      },
    });
    assert.equal(seen, 1, step);
    assert.match(String(error), /death after/);
    const now = scene.there(group);
    assert.deepEqual(
      now.filter((id) => !planned.includes(id)),
      stays,
    );
    const noted = new Set(
      (await scene.batches(plan)).flatMap(({ ids }) => ids.flatMap(([a, b]) => rangeOf(a, b))),
    );
    const gone = before.filter((id) => !now.includes(id));
    assert.ok(
      gone.every((id) => noted.has(id)),
      `${step}: what went is in the journal`,
    );
  }
  const { summary, error } = await scene.run(plan);
  assert.equal(error, undefined);
  assert.deepEqual(scene.there(group), stays);
  assert.deepEqual(await scene.marked(group), planned);
  assert.equal((summary?.deleted ?? 0) + (summary?.earlier ?? 0), 230);
  assert.equal(summary?.gone, 0);
  assert.ok((await scene.batches(plan)).every(({ state }) => state === 'ended'));
});

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test('a batch in doubt whose call was never made is deleted by the next run, in a batch of its own', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Small');
  const ids = [scene.post(group, { text: 'one' }), scene.post(group, { text: 'two' })];
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  await scene.run(plan, { onStep: dieAt('journalled') });
  assert.deepEqual(
    (await scene.batches(plan)).map(({ state }) => state),
    ['begun'],
  );
  const { summary } = await scene.run(plan);
  assert.deepEqual([summary?.deleted, summary?.earlier], [2, 0]);
  const batches = await scene.batches(plan);
  assert.deepEqual(
    batches.map(({ batch, state, left }) => [batch, state, left.length]),
    [
      [1, 'ended', 1],
      [2, 'ended', 0],
    ],
  );
  assert.ok(ids.every((id) => !scene.there(group).includes(id)));
});

function dieAt(step: EraseStep) {
  return (each: EraseStep): void => {
    if (each === step) throw new Error('death');
  };
}

test('an answer that is lost after the deletion does no harm: the call is made again, and the messages are gone', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Lost answer');
  for (const text of ['one', 'two', 'three']) scene.post(group, { text });
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  scene.sandbox.weather.script({ method: 'channels.DeleteMessages', fate: { kind: 'drop-after' } });
  const { summary, error } = await scene.run(plan);
  assert.equal(error, undefined);
  assert.equal((summary?.deleted ?? 0) + (summary?.gone ?? 0), 3);
  assert.deepEqual(await scene.marked(group), plannedIds(plan, group));
});

for (const [what, wicked, left] of [
  ['fewer messages than it was asked for', (ids: number[]) => ids.slice(1), 1],
  ['more messages than it was asked for', (ids: number[]) => [...ids, 2], 0],
] as const) {
  test(`a server that deletes ${what} stops the run`, async (t) => {
    const scene = await eraseScene(t, {
      methods: wickedDelete((ids) => wicked(ids)),
    });
    const group = scene.group('Wicked');
    scene.post(group, { text: 'kept' });
    for (let index = 0; index < 150; index += 1) scene.post(group, { text: `text ${index}` });
    await scene.archive(group);
    const { plan } = await scene.plan(group, { selection: await selectionFrom(scene, 3) });
    const { error } = await scene.run(plan);
    assert.equal((error as { code?: string }).code, 'ERASE_DIFFERS');
    const [batch, ...others] = await scene.batches(plan);
    assert.deepEqual(others, [], 'nothing more was asked for');
    assert.equal(batch?.state, 'ended');
    assert.equal(batch?.left.length, left);
  });
}

async function selectionFrom({ me }: EraseScene, id: number) {
  return selectionFor({ fromId: String(id) }, { self: me.id });
}

test('ids of another private chat are never passed on: messages.deleteMessages names no chat', async (t) => {
  const scene = await eraseScene(t);
  const { sandbox, me } = scene;
  const [bo, cy] = ['Bo', 'Cy'].map((firstName, index) =>
    sandbox.world.createUser({ phone: `999660001${index}`, code: '1', firstName }),
  );
  assert.ok(bo && cy);
  const mine = [sandbox.world.post({ chat: bo.id, from: me.id, text: 'to Bo' }).id];
  const others = [sandbox.world.post({ chat: cy.id, from: me.id, text: 'to Cy' }).id];
  await scene.archive(bo);
  const { plan } = await scene.plan(bo, { forEveryone: false });
  const { hash: _, ...content } = plan;
  const forged = sealPlan({
    ...content,
    unarchived: true,
    counts: { ...content.counts, messages: 2, own: 2, by_kind: { text: 2 } },
    messages: [{ chat: String(bo.id), ids: [[mine[0] ?? 0, others[0] ?? 0]] }],
  });
  const { summary } = await scene.run(forged);
  assert.deepEqual([summary?.deleted, summary?.gone], [1, 1]);
  assert.deepEqual(scene.there(bo), []);
  assert.deepEqual(scene.there(cy), others);
  assert.equal(sandbox.world.messagesWith(bo.id, me.id).length, 1, 'the other side keeps its copy');
});

test('for everyone in a private chat both sides lose a message, own ones and with --others those of the other side', async (t) => {
  const scene = await eraseScene(t);
  const { sandbox, me } = scene;
  const bo = sandbox.world.createUser({ phone: '9996600012', code: '1', firstName: 'Bo' });
  sandbox.world.post({ chat: bo.id, from: me.id, text: 'to Bo' });
  sandbox.world.post({ chat: me.id, from: bo.id, text: 'from Bo' });
  await scene.archive(bo);
  const own = await scene.plan(bo);
  assert.deepEqual(own.plan.counts, { messages: 1, own: 1, others: 0, by_kind: { text: 1 } });
  await scene.run(own.plan);
  assert.equal(sandbox.world.messagesWith(bo.id, me.id).length, 1);
  const all = await scene.plan(bo, { others: true });
  assert.equal(all.plan.counts.others, 1);
  await scene.run(all.plan);
  assert.equal(sandbox.world.messagesWith(bo.id, me.id).length, 0);
});

test('what this account has imported from another messenger is not its own, although Telegram names it as the sender', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Imported');
  const own = scene.post(group, { text: 'mine' });
  const forward = { from: undefined, name: 'Cy', date: 1_500_000_000, imported: true };
  const imported = scene.post(group, { text: "Cy's", forward });
  await scene.archive(group);
  const { plan } = await scene.plan(group);
  assert.deepEqual(plannedIds(plan, group), [own]);
  const all = await scene.plan(group, { others: true });
  assert.deepEqual([all.plan.counts.own, all.plan.counts.others], [1, 1]);
  const { summary } = await scene.run(all.plan);
  assert.equal(summary?.deleted, 2);
  assert.ok(!scene.there(group).includes(imported));
});

test('both histories of an upgraded group are planned, each under its own id, and deleted', async (t) => {
  const scene = await eraseScene(t);
  const { sandbox, me } = scene;
  const old = scene.basicGroup('Upgraded');
  scene.post(old, { text: 'before' });
  const group = sandbox.world.upgradeGroup(old);
  scene.post(group, { text: 'after' });
  await scene.archive(group);
  const { plan, kept } = await scene.plan(group);
  assert.equal(plan.chat.older, String(old.id));
  assert.deepEqual(
    plan.messages.map(({ chat }) => chat),
    [String(old.id), String(group.id)],
  );
  assert.ok(kept >= 2, 'the notes about the upgrade stay');
  const { summary, error } = await scene.run(plan);
  assert.equal(error, undefined);
  assert.equal(summary?.deleted, plan.counts.messages);
  const texts = [old, group]
    .flatMap(({ id }) => sandbox.world.messagesWith(me.id, id))
    .filter(({ action }) => !action);
  assert.deepEqual(texts, []);
});

test('a file that rests as a blob, or is in the archive by its hash, is proven by it', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Blobs');
  scene.post(group, { text: '', media: scene.document(5000) });
  await scene.archive(group);
  const { db } = scene.store;
  const copy = await db.selectFrom('file_copies').select(['path', 'sha256']).executeTakeFirstOrThrow();
  const blobs = new DiskBlobs(join(temporaryFolder(t), 'blobs'));
  const { signal } = new AbortController();
  await mkdir(blobs.place, { recursive: true });
  const bytes = readFileSync(copy.path);
  const writer = await blobs.write({ key: 'k', size: bytes.length }, signal);
  await writer.append(bytes);
  assert.equal(await writer.finish(), copy.sha256);
  await writer.close();
  rmSync(copy.path);
  const { plan, refused } = await scene.plan(group);
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['no_copy_found'],
  );
  const { summary } = await scene.run(plan, { blobs: [blobs] });
  assert.equal(summary?.deleted, 1);
});
