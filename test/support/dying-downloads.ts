import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { DyingDownload } from '../download/dying-download.js';
import { clientOf, memorySessionStore } from './client-of.js';
import type { CloneScene } from './clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene } from './download-scene.js';
import { repositoryRoot } from './paths.js';
import { temporaryFolder } from './temporary-folder.js';

/** A chat with files, and processes that die while they download it. */
export interface DyingDownloads {
  readonly chat: Chat;
  /** How many of its messages have a file. */
  readonly files: number;
  /** Downloads in a process that dies at a step; 0: it lives. Returns how many steps there were, if it lived. */
  die(places: Places, dedupe: DyingDownload['dedupe'], dieAt: number): Promise<number>;
  /** Downloads the rest, and checks that each file is there once, under one name, and that the rows say so. */
  complete(t: TestContext, places: Places, dedupe: DyingDownload['dedupe']): Promise<void>;
}

interface Places {
  readonly folder: string;
  readonly dataDir: string;
}

export function newPlaces(t: TestContext): Places {
  return { folder: temporaryFolder(t), dataDir: temporaryFolder(t) };
}

/** `sizes`: of the documents, of which the first is posted twice, and a third time as another document of its content. */
export async function dyingDownloads(scene: CloneScene, sizes: readonly number[]): Promise<DyingDownloads> {
  const chat = scene.group(`dying ${sizes.join()}`);
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width: 120, height: 30 });
  const [first = 0] = sizes;
  const documents = sizes.map((size) => scene.document(size, { seed: `dying ${size}` }));
  const [twice = assert.fail()] = documents;
  const media: Media[] = [
    { kind: 'photo', fileId: id, spoiler: false },
    ...documents,
    twice,
    scene.document(first, { seed: `dying ${first}` }),
  ];
  for (const each of media) scene.post(chat, { text: '', media: each });
  const session = memorySessionStore();
  await (await clientOf(scene.sandbox, scene.me, { session })).close();
  return {
    chat,
    files: media.length,
    async die(places, dedupe, dieAt) {
      const { server } = scene.sandbox;
      const order: DyingDownload = {
        server,
        session: session.text ?? assert.fail(),
        accountId: scene.me.id,
        chatId: chat.id,
        ...places,
        dedupe,
        dieAt,
      };
      const program = join(repositoryRoot, 'dist/test/download/dying-download.js');
      const child = spawn(process.execPath, [program, JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [output, [status, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      if (signal === 'SIGKILL') return 0;
      assert.equal(status, 0);
      const { steps, error } = JSON.parse(output) as { steps: number; error: string | null };
      assert.equal(error, null);
      return steps;
    },
    async complete(t, places, dedupe) {
      const here = await downloadScene(t, scene, places);
      const { summary, error } = await here.run([await chatOrder(scene, chat)], { dedupe });
      assert.equal(error, undefined);
      assert.equal(summary?.files, media.length);
      assert.deepEqual(summary?.failed, []);
      const due = dedupe === 'skip' ? media.length - 2 : media.length;
      await assertOnce(here, { names: due, contents: media.length - 2, messages: media.length });
    },
  };
}

async function assertOnce(
  { folder, store: { db } }: DownloadScene,
  due: { readonly names: number; readonly contents: number; readonly messages: number },
): Promise<void> {
  const names = (await readdir(folder)).sort();
  assert.deepEqual(
    names.filter((name) => /\.(?:part|lock)$/.test(name)),
    [],
  );
  assert.equal(names.length, due.names, names.join());
  const hashes = new Map<string, string>();
  for (const name of names) {
    const path = join(folder, name);
    hashes.set(
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  assert.equal(new Set(hashes.values()).size, due.contents);
  const copies = await db.selectFrom('file_copies').selectAll().execute();
  assert.deepEqual(
    copies.map(({ path, state, sha256 }) => [path, state, sha256]).sort(),
    [...hashes].map(([path, sha256]) => [path, 'there', sha256]).sort(),
  );
  const log = await db
    .selectFrom('download_log')
    .selectAll()
    .where('download_status', '=', 'success')
    .execute();
  const logged = log.map(({ message_id }) => String(message_id));
  assert.equal(new Set(logged).size, logged.length, 'an attempt that succeeded is one row');
  const done = await db
    .selectFrom('messages')
    .select('message_id')
    .where('status', '=', 'downloaded')
    .execute();
  assert.equal(
    done.length,
    due.messages,
    'each message has its file, and one that was found there has no attempt',
  );
  const doneIds = new Set(done.map(({ message_id }) => String(message_id)));
  assert.deepEqual(
    logged.filter((id) => !doneIds.has(id)),
    [],
  );
}
