import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram';
import { KIB, PART_SIZE } from '../../lib/base/bytes.js';
import type { FailedError } from '../../lib/base/errors.js';
import { uploadedFileRef } from '../../lib/sandbox/methods/upload.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { fromLong } from '../../lib/sandbox/tl.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { JumpingClock } from '../support/jumping-clock.js';

/** 500s that only one message meets, and 500s that all meet. */
const clock = new JumpingClock();
let scene: CloneScene;
before(async () => {
  clock.start();
  scene = await cloneScene({ seed: 'faults', clock });
});
after(async () => {
  await scene.close();
  clock.stop();
});

const internal: Fate = { kind: 'refuse', error: new RpcError(500, 'INTERNAL') };
const MINUTE_MS = 60_000;

/** Answers every request that `broken` selects with a 500, until `restore`. */
function breaks(broken: (method: string, request: unknown) => boolean): { restore(): void } {
  const { weather } = scene.sandbox;
  weather.judge = (method, request) => (broken(method, request) ? internal : undefined);
  return {
    restore() {
      weather.judge = undefined;
    },
  };
}

/** Names of the files that a request sends or has the server make its files of; ids where it sends the server's own. */
function namesOf(request: unknown): string[] {
  const { media, multiMedia = [] } = request as {
    readonly media?: Api.TypeInputMedia;
    readonly multiMedia?: readonly Api.InputSingleMedia[];
  };
  const all = [...(media ? [media] : []), ...multiMedia.map((single) => single.media)];
  return all.flatMap((each) => ('file' in each && 'name' in each.file ? [each.file.name] : []));
}

function texts(chat: Chat): string[] {
  return (chat.box?.messages ?? []).flatMap(({ text, action }) => (action ? [] : text));
}

function document(name: string): object {
  return scene.document(5 * KIB, { attributes: [{ type: 'filename', name }] });
}

describe('a 500 that only one message meets', () => {
  it('makes that message fail with the reason if its file is the cause, and --retry-failed sends it later', async () => {
    const [source, target] = [scene.group('file'), scene.group('file copy')];
    const ids = ['good', 'bad', 'text'].map((text) =>
      scene.post(source, { text, ...(text !== 'text' && { media: document(`${text}.zip`) }) }),
    );
    const { restore } = breaks((_, request) => namesOf(request).includes('bad.zip'));
    const { error, summary, events } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, [{ sourceId: ids[1], reason: 'internal' }]);
    assert.deepEqual(texts(target), ['good', 'text']);
    const told = events.find(([name]) => name === 'failed')?.[1]['message'];
    assert.match(String(told), /keeps answering .* for message \d+ with INTERNAL, while other calls succeed/);
    const again = await scene.clone(source, target, { clock, retryFailed: true });
    assert.equal(again.summary?.sent, 1);
    assert.deepEqual(texts(target), ['good', 'text', 'bad']);
  });

  it('makes that message fail if its text is the cause, also with a caption', async () => {
    const [source, target] = [scene.group('text'), scene.group('text copy')];
    const ids = ['one', 'bad text', 'two', 'bad caption', 'three'].map((text) =>
      scene.post(source, { text, ...(text === 'bad caption' && { media: document('x.zip') }) }),
    );
    const { restore } = breaks((_, request) =>
      String((request as { message?: unknown }).message).startsWith('bad'),
    );
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(
      summary?.failed.map(({ sourceId, reason }) => [sourceId, reason]),
      [
        [ids[1], 'internal'],
        [ids[3], 'internal'],
      ],
    );
    assert.deepEqual(texts(target), ['one', 'two', 'three']);
  });

  it('leaves out one item of an album, and sends the others as one', async () => {
    const [source, target] = [scene.group('item'), scene.group('item copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    const ids = ['0', 'bad', '2'].map((text) =>
      scene.post(source, { media: document(`${text}.zip`), text, groupedId }),
    );
    const { restore } = breaks((_, request) => namesOf(request).includes('bad.zip'));
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, [{ sourceId: ids[1], reason: 'internal' }]);
    assert.deepEqual(texts(target), ['0', '2']);
  });

  it("is avoided by sending the server's own file, if only sendMedia fails on the upload", async () => {
    const [source, target] = [scene.group('way'), scene.group('way copy')];
    scene.post(source, { media: document('way.zip'), text: 'way' });
    const { restore } = breaks(
      (method, request) => method === 'messages.SendMedia' && namesOf(request).includes('way.zip'),
    );
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    await scene.assertSame(source, target);
  });

  it('has the upload repeated, which the server may have dropped when it failed', async () => {
    const [source, target] = [scene.group('used up'), scene.group('used up copy')];
    scene.post(source, { media: document('used.zip'), text: 'used' });
    scene.post(source, { text: 'next' });
    const { uploads } = scene.sandbox.files;
    scene.sandbox.weather.change({ oneShotUploads: 'INTERNAL' });
    let isUsed = false;
    const { restore } = breaks((method, request) => {
      if (isUsed || method !== 'messages.SendMedia') return false;
      const { media } = request as Api.messages.SendMedia;
      if (!(media instanceof Api.InputMediaUploadedDocument)) return false;
      isUsed = true;
      uploads.used(uploads.assemble(scene.uploader, uploadedFileRef(media.file)));
      return true;
    });
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    scene.sandbox.weather.change({ oneShotUploads: 'none' });
    assert.equal(error, undefined);
    assert.ok(isUsed);
    assert.deepEqual(summary?.failed, []);
    await scene.assertSame(source, target);
  });

  it('makes that message fail if its file cannot be read, on either DC, and loses a thumbnail', async () => {
    const [source, target] = [scene.group('unread'), scene.group('unread copy')];
    const film = {
      mimeType: 'video/mp4',
      attributes: [{ type: 'video', duration: 3, width: 320, height: 180 }],
      thumb: { width: 320, height: 180 },
    } as const;
    const ids = [1, 2].map((dcId) =>
      scene.post(source, { text: `unread ${dcId}`, media: scene.document(3 * PART_SIZE, { dcId }) }),
    );
    scene.post(source, { text: 'film', media: scene.document(9 * KIB, { ...film, dcId: 1 }) });
    scene.post(source, { text: 'good', media: scene.document(9 * KIB, { dcId: 2 }) });
    const unread = (source.box?.messages ?? [])
      .filter(({ id }) => ids.includes(id))
      .map(({ media }) => (media && 'fileId' in media ? media.fileId : assert.fail()));
    const { restore } = breaks((method, request) => {
      if (method !== 'upload.GetFile') return false;
      const { location, offset } = request as Api.upload.GetFile;
      if (!(location instanceof Api.InputDocumentFileLocation)) return false;
      if (location.thumbSize !== '') return true;
      // The first part comes, the others never do.
      return unread.includes(fromLong(location.id)) && Number(offset) > 0;
    });
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(
      summary?.failed,
      ids.map((sourceId) => ({ sourceId, reason: 'internal' })),
    );
    assert.deepEqual(summary?.reduced, { thumbnail: 1 });
    assert.deepEqual(texts(target), ['film', 'good']);
    const again = await scene.clone(source, target, { clock, retryFailed: true });
    assert.equal(again.summary?.sent, 2);
  });

  it('makes that message fail if a part of its file is refused, small or big', async () => {
    const [source, target] = [scene.group('untaken'), scene.group('untaken copy')];
    const sizes = [5 * KIB + 1, 20 * PART_SIZE + 1];
    const ids = sizes.map((size) => scene.post(source, { media: scene.document(size), text: `${size}` }));
    scene.post(source, { text: 'good', media: document('good.zip') });
    const last = (bytes: Uint8Array): boolean => bytes.length === 1 || bytes.length === 5 * KIB + 1;
    const fileIds = new Set<bigint>();
    const { restore } = breaks((method, request) => {
      if (!/^upload\.Save(Big)?FilePart$/.test(method)) return false;
      const { fileId, bytes } = request as Api.upload.SaveFilePart;
      if (!last(bytes)) return false;
      fileIds.add(fromLong(fileId));
      return true;
    });
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(
      summary?.failed,
      ids.map((sourceId) => ({ sourceId, reason: 'internal' })),
    );
    assert.deepEqual(texts(target), ['good']);
    assert.equal(fileIds.size, 4, 'each went under another file_id before it was given up');
    const again = await scene.clone(source, target, { clock, retryFailed: true });
    assert.equal(again.summary?.sent, 2);
  });

  it('ends if the part is accepted under another file_id', async () => {
    const [source, target] = [scene.group('other id'), scene.group('other id copy')];
    scene.post(source, { media: scene.document(3 * PART_SIZE), text: 'other' });
    let first: bigint | undefined;
    const { restore } = breaks((method, request) => {
      if (method !== 'upload.SaveFilePart') return false;
      const { fileId, filePart } = request as Api.upload.SaveFilePart;
      if (filePart !== 1) return false;
      first ??= fromLong(fileId);
      return first === fromLong(fileId);
    });
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    await scene.assertSame(source, target);
  });

  it('stops the run with --stop-on-error', async () => {
    const [source, target] = [scene.group('stop'), scene.group('stop copy')];
    const id = scene.post(source, { media: document('bad.zip') });
    const { restore } = breaks((_, request) => namesOf(request).includes('bad.zip'));
    const { error } = await scene.clone(source, target, { clock, stopOnError: true });
    restore();
    assert.equal((error as FailedError).code, 'STOPPED_ON_ERROR');
    assert.match((error as FailedError).message, new RegExp(`^Stopped at message ${id}, .*INTERNAL`));
    assert.equal((await scene.clone(source, target, { clock, stopOnError: true })).error, undefined);
    await scene.assertSame(source, target);
  });
});

describe('a 500 that all calls meet', () => {
  function filled(title: string): Chat {
    const chat = scene.group(title);
    for (let index = 0; index < 6; index += 1)
      scene.post(chat, { text: `${index}`, ...(index % 2 === 1 && { media: document(`${index}.zip`) }) });
    return chat;
  }

  it('is waited for, and makes no message fail', async () => {
    const [source, target] = [filled('outage'), scene.group('outage copy')];
    let endsAt: number | undefined;
    // It begins with the second send.
    let sends = 0;
    const { restore } = breaks((method) => {
      if (method.startsWith('messages.Send')) sends += 1;
      if (sends >= 2) endsAt ??= clock.monotonic() + 8 * MINUTE_MS;
      return endsAt !== undefined && clock.monotonic() < endsAt;
    });
    const { error, summary } = await scene.clone(source, target, { clock });
    restore();
    assert.equal(error, undefined);
    assert.ok(endsAt !== undefined && clock.monotonic() >= endsAt);
    assert.deepEqual(summary?.failed, []);
    await scene.assertSame(source, target);
  });

  it('is not blamed on one message after an hour of waiting for permission', async () => {
    const [source, target] = [scene.group('flood'), scene.group('flood copy')];
    scene.post(source, { text: 'flooded' });
    const { weather } = scene.sandbox;
    const flood = { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_3600') } as const;
    weather.script({ method: 'messages.SendMessage', fate: flood });
    weather.script({ method: 'messages.SendMessage', nth: 2, times: 12, fate: internal });
    const { error, summary } = await scene.clone(source, target, { clock });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(texts(target), ['flooded']);
  });

  it('makes at most three messages fail if no file of another DC can be read', async () => {
    const [source, target] = [scene.group('dc'), scene.group('dc copy')];
    for (let index = 0; index < 12; index += 1)
      scene.post(source, { text: `${index}`, media: scene.document(9 * KIB + index, { dcId: 2 }) });
    const { restore } = breaks(
      (method, request) =>
        method === 'upload.GetFile' && sizeOf((request as Api.upload.GetFile).location) > 9 * KIB - 1,
    );
    const { error, events } = await scene.clone(source, target, { clock });
    assert.equal((error as FailedError).code, 'TELEGRAM_FAILING');
    const failed = events.filter(([name]) => name === 'failed').length;
    assert.ok(failed <= 3, `${failed}`);
    const second = await scene.clone(source, target, { clock });
    assert.equal((second.error as FailedError).code, 'TELEGRAM_FAILING');
    assert.equal(second.events.filter(([name]) => name === 'failed').length, 3 - failed);
    restore();
    assert.equal((await scene.clone(source, target, { clock })).summary?.sent, 9);
  });

  it('stops the run after ten minutes and is reported, and the next run continues', async () => {
    const [source, target] = [filled('long outage'), scene.group('long outage copy')];
    let sends = 0;
    const { restore } = breaks((method) => {
      if (method.startsWith('messages.Send')) sends += 1;
      return sends >= 2;
    });
    const began = clock.monotonic();
    const { error, events } = await scene.clone(source, target, { clock });
    restore();
    assert.equal((error as FailedError).code, 'TELEGRAM_FAILING');
    assert.match(
      (error as FailedError).message,
      /has answered messages\.(sendMedia|getHistory) with errors for 10 minutes/,
    );
    const minutes = (clock.monotonic() - began) / MINUTE_MS;
    assert.ok(minutes > 9, `${minutes}`);
    assert.equal(events.filter(([name]) => name === 'failed').length, 0);
    assert.equal((await scene.clone(source, target, { clock })).error, undefined);
    await scene.assertSame(source, target);
  });

  for (const [what, broken] of [
    ['files', /^messages\.(SendMedia|SendMultiMedia)$/],
    ['texts', /^messages\.SendMessage$/],
  ] as const) {
    it(`makes at most three messages fail if only posts of ${what} meet it, counted over runs, and then stops`, async () => {
      const [source, target] = [scene.group(what), scene.group(`${what} copy`)];
      for (let index = 0; index < 6; index += 1) {
        scene.post(source, { text: `text ${index}` });
        scene.post(source, { text: `files ${index}`, media: document(`${index}.zip`) });
      }
      const { restore } = breaks((method) => broken.test(method));
      const failed: number[] = [];
      const began = clock.monotonic();
      for (let run = 0; run < 2; run += 1) {
        const { error, events } = await scene.clone(source, target, { clock });
        assert.equal((error as FailedError).code, 'TELEGRAM_FAILING');
        for (const [name, { sourceId }] of events) if (name === 'failed') failed.push(Number(sourceId));
      }
      restore();
      assert.equal(failed.length, 3);
      assert.ok(clock.monotonic() - began > 40 * MINUTE_MS, 'each had its ten minutes');
      const { error, summary } = await scene.clone(source, target, { clock });
      assert.equal(error, undefined);
      assert.deepEqual(summary?.failed, []);
      const all = await chatContent(scene.sandbox, source);
      const wanted = all.map(({ text }) => text).filter((_, index) => !failed.includes(index + 2));
      assert.deepEqual(texts(target), wanted);
    });
  }
});

/** Bytes of the document at `location`. */
function sizeOf(location: Api.TypeInputFileLocation): number {
  if (!(location instanceof Api.InputDocumentFileLocation)) return 0;
  return scene.sandbox.files.get(fromLong(location.id))?.size ?? 0;
}
