import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { InterruptedError } from '../../lib/base/errors.js';
import type { Job } from '../../lib/ledger/job.js';
import { uploadedFileRef } from '../../lib/sandbox/methods/upload.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/**
 * A server that accepts an upload only once, as the weather says: an upload that a stopped run has used must not block
 * the next run.
 */
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'uploads', weather: { oneShotUploads: 'INTERNAL' } });
});
after(() => scene.close());

const REFUSALS = ['INTERNAL', 'MEDIA_EMPTY', 'FILE_PARTS_INVALID'] as const;
const internal = { kind: 'refuse', error: new RpcError(500, 'INTERNAL') } as const;

function film(size: number): object {
  const attributes = [{ type: 'video', duration: 3, width: 320, height: 180 }] as const;
  return scene.document(size, { mimeType: 'video/mp4', attributes, thumb: { width: 320, height: 180 } });
}

/** A text, an album with thumbnails, a file with one, a text. */
function filled(title: string): Chat {
  const chat = scene.group(title);
  scene.post(chat, { text: 'first' });
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (let item = 0; item < 2; item += 1)
    scene.post(chat, { media: film(9 * KIB + item), text: `${item}`, groupedId });
  scene.post(chat, { media: film(30 * KIB), text: 'film' });
  scene.post(chat, { text: 'last' });
  return chat;
}

/** Most refusals of used uploads that a run may meet: one for each of its files, and no minutes of them. */
const MOST_REFUSED = 4;

/** Clones to the end, and returns how often a method was called meanwhile. */
async function finish(
  source: Chat,
  target: Chat,
  context: string,
  options: RunOptions = {},
): Promise<(method: string) => number> {
  const before = scene.sandbox.weather.report();
  const { error, summary } = await scene.clone(source, target, options);
  assert.equal(error, undefined, context);
  assert.deepEqual(summary?.failed, [], context);
  await scene.assertSame(source, target);
  const now = scene.sandbox.weather.report();
  const refused = (now.faults['used-upload'] ?? 0) - (before.faults['used-upload'] ?? 0);
  assert.ok(refused <= MOST_REFUSED, `${context}: ${refused} refusals`);
  return (method) => (now.requests[method] ?? 0) - (before.requests[method] ?? 0);
}

function inWeather(weather: Partial<WeatherOptions>): { restore(): void } {
  const { options } = scene.sandbox.weather;
  scene.sandbox.weather.change(weather);
  return { restore: () => scene.sandbox.weather.change(options) };
}

/**
 * A run that ends when the `nth` request of `method` has come, whose connection is closed: before it is carried out, or
 * after.
 */
async function stoppedAt(
  source: Chat,
  target: Chat,
  { method, nth, fate }: { method: string; nth: number; fate: 'drop-before' | 'drop-after' },
): Promise<CloneRun> {
  const stop = new AbortController();
  const fault = scene.sandbox.weather.script({
    method,
    nth,
    match: () => {
      if (fault.seen + 1 === nth) setImmediate(() => stop.abort(new InterruptedError('SIGTERM')));
      return true;
    },
    fate: { kind: fate },
  });
  const run = await scene.clone(source, target, { signal: stop.signal });
  fault.cancel();
  return run;
}

describe('uploads that can be used only once', () => {
  it('cause no trouble in an undisturbed run', async () => {
    const [source, target] = [filled('calm'), scene.group('calm copy')];
    await finish(source, target, 'calm');
    assert.equal(scene.sandbox.weather.report().faults['used-upload'], undefined);
  });

  it("don't block a run after one that died at any durable write", async () => {
    const source = filled('every write');
    let died = true;
    for (let write = 1; died; write += 1) {
      const when = write % 2 === 0 ? 'before' : 'after';
      const refusal = REFUSALS[write % REFUSALS.length] ?? 'INTERNAL';
      scene.sandbox.weather.change({ oneShotUploads: refusal });
      const target = scene.group(`every write ${write}`);
      const dead = await scene.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write, when }).job,
      });
      died = dead.error !== undefined;
      if (died) assert.ok(dead.error instanceof Death, String(dead.error));
      const context = `${when} write ${write}, ${refusal}`;
      await finish(source, target, context);
      assert.ok(write < 200, 'it never came to its end');
    }
    scene.sandbox.weather.change({ oneShotUploads: 'INTERNAL' });
  });

  it("don't block a run after one that was stopped at any messages.uploadMedia, done or not", async () => {
    const source = filled('every upload');
    for (const fate of ['drop-before', 'drop-after'] as const) {
      for (const nth of [1, 2]) {
        const context = `${fate} ${nth}`;
        const target = scene.group(context);
        const { error } = await stoppedAt(source, target, { method: 'messages.UploadMedia', nth, fate });
        assert.ok(error instanceof InterruptedError, `${context}: ${error}`);
        await finish(source, target, context);
      }
    }
  });

  it('are repeated in the same run when the answers of messages.uploadMedia are lost', async () => {
    const [source, target] = [filled('lost answers'), scene.group('lost answers copy')];
    for (const refusal of REFUSALS) {
      const { restore } = inWeather({ oneShotUploads: refusal });
      const fate = { kind: 'drop-after' } as const;
      const fault = scene.sandbox.weather.script({ method: 'messages.UploadMedia', times: 3, fate });
      await finish(source, scene.group(refusal), refusal);
      assert.ok(fault.done);
      restore();
    }
    await finish(source, target, 'afterwards');
  });

  it("are looked for in the target before they are repeated, when a send's answer and its random_id are lost", async () => {
    const [source, target] = [scene.group('forgotten'), scene.group('forgotten copy')];
    for (const text of ['one', 'two']) scene.post(source, { media: film(5 * KIB), text });
    for (const refusal of REFUSALS) {
      const { restore } = inWeather({ oneShotUploads: refusal, randomIdSeconds: 0.001 });
      const fate = { kind: 'drop-after' } as const;
      const fault = scene.sandbox.weather.script({ method: 'messages.SendMedia', fate });
      await finish(source, scene.group(refusal), refusal);
      assert.ok(fault.done);
      restore();
    }
    await finish(source, target, 'afterwards');
  });

  it('are repeated at once by a run after one that died after such a send', async () => {
    const [source, target] = [scene.group('used, died'), scene.group('used, died, copy')];
    scene.post(source, { media: film(5 * KIB), text: 'used' });
    const stop = new AbortController();
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMedia',
      match: (request) => {
        setImmediate(() => stop.abort(new InterruptedError('SIGTERM')));
        return useUp((request as Api.messages.SendMedia).media);
      },
      times: 9,
      fate: internal,
    });
    const { error } = await scene.clone(source, target, { signal: stop.signal });
    fault.cancel();
    assert.ok(error instanceof InterruptedError, String(error));
    await finish(source, target, 'used, died');
  });
});

describe('the result of messages.uploadMedia', () => {
  /** A run that is stopped when it has made the files of an album of two. */
  async function stoppedAhead(source: Chat, target: Chat): Promise<void> {
    const stop = new AbortController();
    let made = 0;
    const noted = (job: Job): Job['madeFile'] => {
      return async (...args) => {
        await job.madeFile(...args);
        made += 1;
        if (made === 2) stop.abort(new InterruptedError('SIGTERM'));
      };
    };
    const run = await scene.clone(source, target, {
      signal: stop.signal,
      wrapJob: (job) =>
        new Proxy(job, {
          get(inner, name) {
            if (name === 'madeFile') return noted(inner);
            const value: unknown = Reflect.get(inner, name, inner);
            return typeof value === 'function' ? (value.bind(inner) as unknown) : value;
          },
        }),
    });
    assert.ok(run.error instanceof InterruptedError, String(run.error));
    assert.equal(made, 2);
  }

  function album(title: string): Chat {
    const chat = scene.group(title);
    scene.post(chat, { text: 'first' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    scene.post(chat, { media: film(9 * KIB), text: '0', groupedId });
    const photo = scene.sandbox.files.add({ kind: 'photo', width: 640, height: 480, dcId: 1 });
    scene.post(chat, { media: { kind: 'photo', fileId: photo.id, spoiler: true }, text: '1', groupedId });
    return chat;
  }

  it("is sent by the next run, which doesn't read, upload or make it again", async () => {
    const [source, target] = [album('kept'), scene.group('kept copy')];
    await stoppedAhead(source, target);
    const calls = await finish(source, target, 'kept');
    assert.deepEqual(
      ['upload.GetFile', 'upload.SaveFilePart', 'messages.UploadMedia', 'messages.SendMultiMedia'].map(calls),
      [0, 0, 0, 1],
    );
  });

  it('is made again when it has expired meanwhile', async () => {
    const [source, target] = [album('run out'), scene.group('run out copy')];
    for (const words of ['FILE_REFERENCE_1_EXPIRED', 'FILE_REFERENCE_INVALID', 'MEDIA_EMPTY', 'INTERNAL']) {
      const copy = scene.group(words);
      await stoppedAhead(source, copy);
      const error = new RpcError(words === 'INTERNAL' ? 500 : 400, words);
      const fault = scene.sandbox.weather.script({
        method: 'messages.SendMultiMedia',
        fate: { kind: 'refuse', error },
      });
      const calls = await finish(source, copy, words);
      assert.ok(fault.done);
      assert.equal(calls('messages.SendMultiMedia'), 2, words);
    }
    await stoppedAhead(source, target);
    scene.sandbox.files.expireReferences();
    await finish(source, target, 'expired');
  });

  it('stays a file if Telegram refuses it as a photo, also when it is made again', async () => {
    const [source, target] = [scene.group('thin'), scene.group('thin copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const [width, height] of [
      [2200, 100],
      [640, 480],
    ] as const) {
      const { id: fileId } = scene.sandbox.files.add({ kind: 'photo', width, height, dcId: 1 });
      scene.post(source, { media: { kind: 'photo', fileId, spoiler: false }, text: `${width}`, groupedId });
    }
    await stoppedAhead(source, target);
    scene.sandbox.files.expireReferences();
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(summary?.reduced, { photo_as_file: 1 });
    const kinds = (target.box?.messages ?? []).flatMap(({ media }) => (media ? media.kind : []));
    assert.deepEqual(kinds.sort(), ['document', 'photo']);
  });

  it('is not kept for a message that an edit has given another file', async () => {
    const [source, target] = [album('edited'), scene.group('edited copy')];
    await stoppedAhead(source, target);
    const edited = source.box?.messages.at(-2) ?? assert.fail();
    Object.assign(edited, { media: film(9 * KIB) });
    const calls = await finish(source, target, 'edited');
    assert.equal(calls('messages.UploadMedia'), 1);
  });
});

/**
 * The effect of a server that breaks after it has accepted a file's parts. Returns true, so that a script counts it.
 */
function useUp(media: Api.TypeInputMedia): true {
  const { uploads } = scene.sandbox.files;
  if (media instanceof Api.InputMediaUploadedDocument) {
    for (const file of [media.file, ...(media.thumb ? [media.thumb] : [])]) {
      const weather = inWeather({ oneShotUploads: 'none' });
      uploads.used(uploads.assemble(scene.uploader, uploadedFileRef(file)));
      weather.restore();
    }
  }
  return true;
}
