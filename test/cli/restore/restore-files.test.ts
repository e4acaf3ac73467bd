import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { addressOf } from '../../../lib/blobs/address.js';
import { filesIn } from '../../support/download-command.js';
import { openRestoreScene } from '../../support/restore-scene.js';

/** A group with four files that were kept and then erased: damaged.zip, moved.zip, blob.zip and whole.zip. */
async function openFiles(t: Parameters<typeof openRestoreScene>[0]) {
  const scene = await openRestoreScene(t);
  const { world, files } = scene.sandbox;
  const creator = scene.filled.user.id;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator });
  const sizes = { damaged: 700_000, moved: 3000, blob: 600_000, whole: 11 * 2 ** 20 };
  for (const [name, size] of Object.entries(sizes)) {
    const { id: fileId } = files.add({
      ...{ kind: 'document', dcId: 2, size, mimeType: 'application/zip' },
      attributes: [{ type: 'filename', name: `${name}.zip` }],
    });
    world.post({ chat: chat.id, from: creator, media: { kind: 'document', fileId, spoiler: false } });
  }
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  scene.erase(chat, ids);
  const folder = join(scene.cwd, 'files');
  const kept = (name: string): string =>
    join(folder, filesIn(folder).find((path) => path.includes(name)) ?? name);
  const restored = (): string[] =>
    scene.messages(chat).flatMap(({ media }) => {
      const file = media && 'fileId' in media ? files.get(media.fileId) : undefined;
      const named = file?.attributes.find((attribute) => attribute.type === 'filename');
      return named && 'name' in named ? [named.name] : [];
    });
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  return { scene, kept, restored, plan, ids };
}

test('a kept file with other content fails with its message, and nothing of it is posted; the others come back', async (t) => {
  const { scene, kept, restored, plan, ids } = await openFiles(t);
  const [damaged, moved, blob] = ['damaged', 'moved', 'blob'].map(kept) as [string, string, string];
  const right = readFileSync(damaged);
  const wrong = Buffer.from(right);
  wrong[650_000] = (wrong[650_000] ?? 0) ^ 1;
  writeFileSync(damaged, wrong);
  renameSync(moved, `${moved}.elsewhere`);
  // Content counts, wherever it lies: this one is a blob by now.
  const address = join(
    scene.cwd,
    'data',
    'blobs',
    addressOf(createHash('sha256').update(readFileSync(blob)).digest('hex')),
  );
  mkdirSync(dirname(address), { recursive: true });
  renameSync(blob, address);
  const first = await scene.call(['restore', plan, '--json']);
  assert.equal(first.status, 1, String(first.thrown));
  const summary = first.records.find(({ event }) => event === 'summary');
  const failed = summary?.['failed'] as readonly { sourceId: number; reason: string }[] | undefined;
  assert.deepEqual(
    failed?.map(({ sourceId, reason }) => [sourceId, reason]),
    [
      [ids[0], 'kept_file_damaged'],
      [ids[1], 'kept_file_away'],
    ],
  );
  assert.deepEqual(restored(), ['blob.zip', 'whole.zip']);
  const verified = await scene.call(['verify', '--restored', plan, '--hashes', '--json']);
  assert.deepEqual(verified.records[0]?.['differences'], { missing: 2 });
  writeFileSync(damaged, right);
  renameSync(`${moved}.elsewhere`, moved);
  const second = await scene.call(['restore', plan, '--retry-failed']);
  assert.equal(second.status, 0, String(second.thrown));
  assert.deepEqual(restored(), ['blob.zip', 'whole.zip', 'damaged.zip', 'moved.zip']);
});
