import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { Prover } from '../../lib/erase/prove.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import { type EraseScene, eraseScene } from '../support/erase-scene.js';

async function refusedOf(scene: EraseScene, chat: Parameters<EraseScene['plan']>[0]) {
  const { refused } = await scene.plan(chat);
  return refused.map(({ id, reason }) => [id, reason]);
}

test('a copy that cannot be read is named so: it says nothing about its content', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Unreadable');
  const id = scene.post(group, { text: '', media: scene.document(5000) });
  await scene.archive(group);
  const { path } = await scene.store.db.selectFrom('file_copies').select('path').executeTakeFirstOrThrow();
  assert.deepEqual(await refusedOf(scene, group), []);
  rmSync(path);
  mkdirSync(path);
  assert.deepEqual(await refusedOf(scene, group), [[id, 'copy_unreadable']]);
});

test("a video's cover, which no download brings, keeps its message; as a photo of its own it is proven", async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Cover');
  const { id: cover } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 70, height: 30 });
  const video: Media = { ...(scene.document(5000) as Media & { kind: 'document' }), cover };
  const id = scene.post(group, { text: '', media: video });
  await scene.archive(group);
  assert.deepEqual(await refusedOf(scene, group), [[id, 'photo_not_kept']]);
  scene.post(group, { text: '', media: { kind: 'photo', fileId: cover, spoiler: false } });
  await scene.archive(group);
  assert.deepEqual(await refusedOf(scene, group), []);
});

test('twenty messages with files are proven by as many queries as one', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Many files');
  const ids = Array.from({ length: 20 }, (_, index) =>
    scene.post(group, { text: '', media: scene.document(1000 + index) }),
  );
  await scene.archive(group);
  const { signal } = new AbortController();
  const queriesOf = async (some: readonly number[]) => {
    let queries = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        queries += 1;
        return result;
      },
    };
    const db = scene.store.db.withPlugin(counting);
    const prover = new Prover({
      ...{ db, accountId: scene.me.id, blobs: [], signal },
      openCopy: async () => undefined,
    });
    const reasons = await prover.reasonsOf(group.id, some);
    assert.deepEqual([...new Set(reasons.values())], ['no_copy_found']);
    assert.equal(reasons.size, some.length);
    return queries;
  };
  const one = await queriesOf(ids.slice(0, 1));
  assert.ok(one >= 3);
  assert.equal(await queriesOf(ids), one);
});
