import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram';
import type { DocumentAttribute } from '../../lib/sandbox/files/stored-file.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { dyingJob } from '../support/dying-job.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'concessions' });
});
after(() => scene.close());

function sticker(): Media & { kind: 'document' } {
  const attributes: DocumentAttribute[] = [
    { type: 'image-size', width: 512, height: 512 },
    { type: 'sticker', alt: '🙂', set: { kind: 'id', id: '77', accessHash: '78' } },
    { type: 'filename', name: 'sticker.webp' },
  ];
  const { id } = scene.sandbox.files.add({
    kind: 'document',
    dcId: 2,
    size: 9_000,
    mimeType: 'image/webp',
    attributes,
  });
  return { kind: 'document', fileId: id, spoiler: false };
}

function photo(width = 320, height = 240): Media & { kind: 'photo' } {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width, height });
  return { kind: 'photo', fileId: id, spoiler: false };
}

function coveredVideo(): Media {
  const { id } = scene.sandbox.files.add({
    kind: 'document',
    dcId: 1,
    size: 30_000,
    mimeType: 'video/mp4',
    attributes: [{ type: 'video', duration: 5, width: 640, height: 360 }],
  });
  return { kind: 'document', fileId: id, spoiler: false, cover: photo(640, 360).fileId };
}

const refuse = (error: string, match?: (request: unknown) => boolean) =>
  scene.sandbox.weather.script({
    method: 'messages.SendMedia',
    ...(match && { match }),
    fate: { kind: 'refuse', error: new RpcError(400, error) },
  });

const mediaOf = (chat: Chat): (Media | undefined)[] =>
  (chat.box?.messages ?? []).filter(({ action }) => !action).map(({ media }) => media);

const saved = (): number => scene.sandbox.report().weather.requests['upload.SaveFilePart'] ?? 0;

describe('a sticker of a set', () => {
  it('is sent by reference, and stays in its set', async () => {
    const [source, target] = [scene.group('sticker'), scene.group('sticker copy')];
    const media = sticker();
    scene.post(source, { media });
    const parts = saved();
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(mediaOf(target), [media], 'the very same file');
    assert.equal(saved(), parts, 'nothing was uploaded');
  });

  it('may be a custom emoji', async () => {
    const [source, target] = [scene.group('emoji'), scene.group('emoji copy')];
    const { id } = scene.sandbox.files.add({
      kind: 'document',
      dcId: 1,
      size: 5_000,
      mimeType: 'application/x-tgsticker',
      attributes: [
        { type: 'image-size', width: 100, height: 100 },
        { type: 'custom-emoji', alt: '🔥', set: { kind: 'id', id: '79', accessHash: '80' } },
      ],
    });
    const media = { kind: 'document', fileId: id, spoiler: false } as const;
    scene.post(source, { media });
    const { summary } = await scene.clone(source, target);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(mediaOf(target), [media], 'the very same file');
  });

  it('is requested again when its reference has expired', async () => {
    const [source, target] = [scene.group('old sticker'), scene.group('old sticker copy')];
    const media = sticker();
    scene.post(source, { media });
    const fault = refuse('FILE_REFERENCE_EXPIRED');
    const { summary } = await scene.clone(source, target);
    assert.ok(fault.done);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(mediaOf(target), [media]);
  });

  it('is uploaded if Telegram refuses the reference, and the loss is counted', async () => {
    for (const wire of ['PREMIUM_ACCOUNT_REQUIRED', 'CHAT_FORWARDS_RESTRICTED', 'MEDIA_EMPTY']) {
      const [source, target] = [scene.group('refused sticker'), scene.group('refused sticker copy')];
      scene.post(source, { media: sticker() });
      refuse(wire);
      const { summary, error } = await scene.clone(source, target);
      assert.equal(error, undefined, wire);
      assert.deepEqual(summary?.reduced, { sticker_set: 1 }, wire);
      const [original] = await chatContent(scene.sandbox, source);
      const [copy] = await chatContent(scene.sandbox, target);
      const [wanted, got] = [original?.media, copy?.media] as { attributes: DocumentAttribute[] }[];
      const alone = wanted?.attributes.map((each) =>
        each.type === 'sticker' ? { ...each, set: { kind: 'none' } } : each,
      );
      assert.deepEqual(got, { ...wanted, attributes: alone }, wire);
    }
  });
});

describe('a GIF', () => {
  function gif(): Media & { kind: 'document' } {
    const { id } = scene.sandbox.files.add({
      kind: 'document',
      dcId: 2,
      size: 40_000,
      mimeType: 'video/mp4',
      attributes: [
        { type: 'video', duration: 2, width: 320, height: 180, nosound: true },
        { type: 'animated' },
        { type: 'filename', name: 'a.mp4' },
      ],
    });
    return { kind: 'document', fileId: id, spoiler: false };
  }

  it('is sent by reference', async () => {
    const [source, target] = [scene.group('gif'), scene.group('gif copy')];
    const media = gif();
    scene.post(source, { media, text: 'caption' });
    const parts = saved();
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(mediaOf(target), [media], 'the very same file');
    assert.equal(saved(), parts, 'nothing was uploaded');
  });

  it('is uploaded if Telegram refuses the reference, and stays a GIF', async () => {
    const [source, target] = [scene.group('refused gif'), scene.group('refused gif copy')];
    scene.post(source, { media: gif() });
    refuse('CHAT_FORWARDS_RESTRICTED');
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    await scene.assertSame(source, target);
  });
});

describe("a video's own cover", () => {
  it('is kept, in an album too', async () => {
    const [source, target] = [scene.group('cover'), scene.group('cover copy')];
    scene.post(source, { media: coveredVideo(), text: 'alone' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    scene.post(source, { media: coveredVideo(), groupedId });
    scene.post(source, { media: photo(), groupedId });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    await scene.assertSame(source, target);
    assert.ok(mediaOf(target).every((media) => media?.kind !== 'document' || media.cover !== undefined));
  });

  it('is left out if Telegram refuses it, and the loss is counted', async () => {
    const [source, target] = [scene.group('no cover'), scene.group('no cover copy')];
    scene.post(source, { media: coveredVideo() });
    refuse('CHAT_FORWARDS_RESTRICTED', (request) => {
      const { media } = request as Api.messages.SendMedia;
      return media instanceof Api.InputMediaUploadedDocument && Boolean(media.videoCover);
    });
    const { summary } = await scene.clone(source, target);
    assert.deepEqual(summary?.reduced, { video_cover: 1 });
    assert.equal(summary?.sent, 1);
  });
});

describe('a photo that Telegram refuses as a photo', () => {
  const thin = (): Media => photo(2_100, 100);

  /** Kinds of the target's media; those of one album in brackets. */
  async function kinds(chat: Chat): Promise<string> {
    const content = await chatContent(scene.sandbox, chat);
    return content
      .map(({ media, album, text }, index) => {
        const opens = album !== undefined && content[index - 1]?.album !== album ? '[' : '';
        const closes = album !== undefined && content[index + 1]?.album !== album ? ']' : '';
        return `${opens}${text}:${(media as Media).kind}${closes}`;
      })
      .join(' ');
  }

  it('is sent as a file with the same bytes', async () => {
    const [source, target] = [scene.group('thin'), scene.group('thin copy')];
    scene.post(source, { media: thin(), text: 'a' });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(summary?.reduced, { photo_as_file: 1 });
    assert.equal(await kinds(target), 'a:document');
    const [original] = (await chatContent(scene.sandbox, source)) as { media: { sha256: string } }[];
    const [copy] = (await chatContent(scene.sandbox, target)) as { media: { sha256: string } }[];
    assert.equal(copy?.media.sha256, original?.media.sha256);
  });

  it('leaves its album and comes right after it, or all items form an album of files', async () => {
    const [source, target] = [scene.group('thin album'), scene.group('thin album copy')];
    const album = (items: Readonly<Record<string, Media>>): void => {
      const groupedId = scene.sandbox.world.nextGroupedId();
      for (const [text, media] of Object.entries(items)) scene.post(source, { text, media, groupedId });
    };
    album({ a: photo(), b: thin(), c: photo(), d: thin() });
    scene.post(source, { text: 'between', media: photo() });
    album({ e: thin(), f: thin() });
    album({ g: thin(), h: photo() });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(summary?.reduced, { photo_as_file: 5 });
    assert.equal(
      await kinds(target),
      '[a:photo c:photo] [b:document d:document] between:photo [e:document f:document] h:photo g:document',
    );
  });

  it('is sent once, whichever call of its album the run died after', async () => {
    for (const write of [1, 2]) {
      const [source, target] = [scene.group(`died ${write}`), scene.group(`died ${write} copy`)];
      const groupedId = scene.sandbox.world.nextGroupedId();
      scene.post(source, { text: 'before' });
      for (const [text, media] of Object.entries({ a: photo(), b: thin(), c: photo(), d: thin() })) {
        scene.post(source, { text, media, groupedId });
      }
      const first = await scene.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write: write + 1, of: 'sent', when: 'before' }).job,
      });
      assert.ok(first.error);
      scene.me.randomIds.clear();
      const { error } = await scene.clone(source, target);
      assert.equal(error, undefined);
      const content = await chatContent(scene.sandbox, target);
      assert.deepEqual(
        content.map(({ text }) => text),
        ['before', 'a', 'c', 'b', 'd'],
        `died at write ${write}`,
      );
    }
  });

  it('is found in the target after a crash', async () => {
    const [source, target] = [scene.group('thin crash'), scene.group('thin crash copy')];
    scene.post(source, { media: thin(), text: 'a' });
    const first = await scene.clone(source, target, {
      wrapJob: (job) => dyingJob(job, { write: 1, of: 'sent', when: 'before' }).job,
    });
    assert.ok(first.error);
    assert.equal(await kinds(target), 'a:document');
    scene.me.randomIds.clear();
    const { error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(await kinds(target), 'a:document');
  });
});
