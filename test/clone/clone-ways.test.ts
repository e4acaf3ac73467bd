import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { fromLong } from '../../lib/sandbox/tl.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

/** The files that the sandbox lets nobody name. */
const kept = new Set<bigint>();
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'ways',
    methods(methods) {
      const table = new Map(methods);
      for (const name of ['messages.SendMedia', 'messages.SendMultiMedia']) {
        table.set(name, (request, caller) => {
          if (filesOf(request).some((id) => kept.has(id)))
            throw new RpcError(400, 'CHAT_FORWARDS_RESTRICTED');
          return methods.get(name)?.(request, caller);
        });
      }
      return table;
    },
  });
});
after(() => scene.close());

function filesOf(request: Api.messages.SendMedia | Api.messages.SendMultiMedia): bigint[] {
  const media = 'multiMedia' in request ? request.multiMedia.map((single) => single.media) : [request.media];
  return media.flatMap((each) =>
    (each instanceof Api.InputMediaPhoto || each instanceof Api.InputMediaDocument) && 'accessHash' in each.id
      ? [fromLong(each.id.id)]
      : [],
  );
}

function photo(): Media {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width: 80, height: 60 });
  return { kind: 'photo', fileId: id, spoiler: true };
}

const fileIds = (chat: Chat) =>
  chat.box?.messages.flatMap(({ media }) => (media && 'fileId' in media ? [media.fileId] : []));
const bytesMoved = (before = 0) =>
  (scene.sandbox.report().weather.requests['upload.GetFile'] ?? 0) +
  (scene.sandbox.report().weather.requests['upload.SaveFilePart'] ?? 0) -
  before;

/** A text, a photo, a document, and an album of both kinds. */
function content(source: Chat): void {
  scene.post(source, { text: 'text' });
  scene.post(source, { text: 'photo', media: photo() });
  scene.post(source, { media: scene.document(700 * KIB) });
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (const text of ['one', 'two']) scene.post(source, { text, media: photo(), groupedId });
}

describe('a clone by reference', () => {
  it("names the source's files, so that no bytes move, and counts how messages went", async () => {
    const [source, target] = [scene.group('Named'), scene.group('Names')];
    content(source);
    const before = bytesMoved();
    const { summary, error } = await scene.clone(source, target, { via: 'reference' });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.ways, { no_file: 1, reference: 4 });
    assert.deepEqual([summary?.bytes, bytesMoved(before)], [0, 0]);
    assert.deepEqual(fileIds(target), fileIds(source));
    await scene.assertSame(source, target);
  });

  it('keeps the list of stickers on a photo, which a streamed copy loses', async () => {
    const [source, target, other] = [scene.group('Stickers'), scene.group('Kept'), scene.group('Lost')];
    const { id } = scene.sandbox.files.add({
      kind: 'photo',
      dcId: 2,
      width: 80,
      height: 60,
      hasStickers: true,
    });
    scene.post(source, { media: { kind: 'photo', fileId: id, spoiler: false } });
    const named = await scene.clone(source, target, { via: 'reference' });
    const streamed = await scene.clone(source, other);
    assert.deepEqual(named.summary?.reduced, {});
    assert.deepEqual(streamed.summary?.reduced, { attached_stickers: 1 });
  });

  it('fetches a reference that has expired', async () => {
    const [source, target] = [scene.group('Expired'), scene.group('Fetched')];
    content(source);
    let expired = 0;
    const { summary } = await scene.clone(source, target, {
      via: 'reference',
      onEvent([kind]) {
        if (kind !== 'sent') return;
        expired += 1;
        scene.sandbox.files.expireReferences();
      },
    });
    assert.deepEqual(summary?.ways, { no_file: 1, reference: 4 });
    assert.ok(expired > 1);
    assert.deepEqual(fileIds(target), fileIds(source));
  });

  it('fails a message whose file may not be named, and streams it with auto', async () => {
    const [source, target, other] = [scene.group('Kept'), scene.group('Lacking'), scene.group('Whole')];
    content(source);
    const [, second] = fileIds(source) ?? [];
    kept.add(second ?? 0n);
    const { summary } = await scene.clone(source, target, { via: 'reference' });
    assert.deepEqual(
      summary?.failed.map(({ reason }) => reason),
      ['reference_refused'],
    );
    assert.deepEqual(summary?.ways, { no_file: 1, reference: 3 });
    const auto = await scene.clone(source, other, { via: 'auto' });
    assert.deepEqual(auto.summary?.ways, { no_file: 1, reference: 3, stream: 1 });
    assert.deepEqual(auto.summary?.reduced, {});
    assert.ok((auto.summary?.bytes ?? 0) >= 700 * KIB);
    await scene.assertSame(source, other);
  });

  it('streams an album with auto when one of its files may not be named', async () => {
    const [source, target] = [scene.group('Album'), scene.group('Streamed')];
    content(source);
    kept.add(fileIds(source)?.at(-1) ?? 0n);
    const { summary } = await scene.clone(source, target, { via: 'auto' });
    assert.deepEqual(summary?.ways, { no_file: 1, reference: 2, stream: 2 });
    await scene.assertSame(source, target);
  });
});

describe('a clone as a stream', () => {
  it('moves every byte, and counts so', async () => {
    const [source, target] = [scene.group('Moved'), scene.group('Moving')];
    content(source);
    const { summary } = await scene.clone(source, target);
    assert.deepEqual(summary?.ways, { no_file: 1, stream: 4 });
    await scene.assertSame(source, target);
  });
});
