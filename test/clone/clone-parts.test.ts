import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { KIB, MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { PART_LIFE_MS } from '../../lib/clone/file-upload.js';
import type { UploadReport } from '../../lib/sandbox/files/uploads.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';
import { ShiftedClock } from '../support/shifted-clock.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'parts' });
});
after(() => scene.close());

const BIG = 12 * MIB + 7;
const BIG_PARTS = Math.ceil(BIG / PART_SIZE);

const thumb = { thumb: { width: 320, height: 180 } };
const media = (size: number, more: object = {}): Media =>
  scene.document(size, { dcId: 1, mimeType: 'video/mp4', ...more });

/** A source with one file, and an empty target. */
function pair(title: string, file: Media | undefined): { source: Chat; target: Chat } {
  const chats = { source: scene.group(title), target: scene.group(`${title} copy`) };
  scene.post(chats.source, { text: title, ...(file && { media: file }) });
  return chats;
}

/** The uploads that `work` made or continued, with how often each part came meanwhile. */
async function uploadsDuring(work: () => Promise<unknown>): Promise<(UploadReport & { came: number[] })[]> {
  const before = new Map(scene.sandbox.report().uploads.map((upload) => [upload.key, [...upload.arrivals]]));
  await work();
  return scene.sandbox.report().uploads.flatMap((upload) => {
    const came = upload.arrivals.map((count, part) => count - (before.get(upload.key)?.[part] ?? 0));
    return came.some((count) => count > 0) ? [{ ...upload, came }] : [];
  });
}

/** Ends at the first write of `name`, before it or after. */
async function cloneUntil(
  { source, target }: { source: Chat; target: Chat },
  name: string,
  when: 'before' | 'after',
  options: RunOptions = {},
): Promise<CloneRun> {
  const run = await scene.clone(source, target, {
    ...options,
    wrapJob(job) {
      const dead = dyingJob(job, { write: 1, when: 'before' }).job;
      let killed = false;
      return new Proxy(job, {
        get(inner, key) {
          if (killed) return Reflect.get(dead, key) as unknown;
          const value: unknown = Reflect.get(inner, key, inner);
          if (typeof value !== 'function') return value;
          const call = value.bind(inner) as (...args: unknown[]) => Promise<unknown>;
          if (key !== name) return call;
          return async (...args: unknown[]) => {
            killed = true;
            if (when === 'after') await call(...args);
            throw new Death(`Killed ${when} ${name}.`);
          };
        },
      });
    },
  });
  assert.ok(run.error instanceof Death, String(run.error));
  return run;
}

describe('an interrupted transfer', () => {
  it('continues with the parts that were not acknowledged, under the same file_id', async () => {
    const chats = pair('cut off', media(BIG));
    const [first] = await uploadsDuring(() => cloneUntil(chats, 'acknowledged', 'after'));
    const [second, ...others] = await uploadsDuring(() => scene.clone(chats.source, chats.target));
    assert.deepEqual(others, []);
    assert.equal(second?.key, first?.key);
    const sentAgain = second?.came.reduce((sum, count) => sum + count, 0) ?? 0;
    assert.ok(sentAgain <= BIG_PARTS - 16, `${sentAgain} parts were sent again`);
    await scene.assertSame(chats.source, chats.target);
  });

  it('starts again when its parts are older than their lifetime', async () => {
    const chats = pair('old', media(BIG));
    await cloneUntil(chats, 'acknowledged', 'after');
    const clock = new ShiftedClock();
    clock.forward(PART_LIFE_MS + 60_000);
    const uploads = await uploadsDuring(() => scene.clone(chats.source, chats.target, { clock }));
    assert.deepEqual(
      uploads.map(({ came }) => came),
      [Array(BIG_PARTS).fill(1)],
    );
    await scene.assertSame(chats.source, chats.target);
  });

  it('starts again when another file of the same size has replaced it', async () => {
    const chats = pair('edited', media(BIG));
    await cloneUntil(chats, 'acknowledged', 'after');
    const messages = chats.source.box?.messages ?? [];
    const message = messages.at(-1);
    assert.ok(message);
    messages[messages.length - 1] = { ...message, media: media(BIG) };
    const uploads = await uploadsDuring(() => scene.clone(chats.source, chats.target));
    assert.deepEqual(
      uploads.map(({ came }) => came),
      [Array(BIG_PARTS).fill(1)],
    );
    await scene.assertSame(chats.source, chats.target);
  });

  it('sends again only the parts that the server has dropped since', async () => {
    const chats = pair('let go', media(BIG));
    // All parts are recorded, but the send is not.
    const [first] = await uploadsDuring(() => cloneUntil(chats, 'sending', 'before'));
    scene.sandbox.files.uploads.expireParts({ fileId: BigInt(first?.fileId ?? 0), parts: [2, 5, 24] });
    const uploads = await uploadsDuring(() => scene.clone(chats.source, chats.target));
    assert.deepEqual(
      uploads.map(({ came }) => came.flatMap((count, part) => Array<number>(count).fill(part))),
      [[2, 5, 24]],
    );
    await scene.assertSame(chats.source, chats.target);
  });

  it('carries over again the file or the thumbnail, whichever lacks the part', async () => {
    const chats = pair('thumbnail', media(300 * KIB, thumb));
    await cloneUntil(chats, 'sending', 'before');
    scene.sandbox.weather.script({
      method: 'messages.SendMedia',
      match: () => {
        const { uploads } = scene.sandbox.files;
        const thumbnail = uploads.report().at(-2);
        uploads.expireParts({ fileId: BigInt(thumbnail?.fileId ?? 0) });
        return true;
      },
      fate: { kind: 'pass' },
    });
    assert.equal((await scene.clone(chats.source, chats.target)).error, undefined);
    await scene.assertSame(chats.source, chats.target);
  });
});

describe('a send that was left in doubt', () => {
  it('is found in the target, and nothing is uploaded again', async () => {
    const chats = pair('in doubt', media(40 * KIB));
    await cloneUntil(chats, 'sent', 'before');
    let second: CloneRun | undefined;
    const uploads = await uploadsDuring(async () => {
      second = await scene.clone(chats.source, chats.target);
    });
    assert.deepEqual(uploads, []);
    assert.equal(second?.error, undefined);
    assert.equal(second?.summary?.sent, 1);
    assert.deepEqual(second?.summary?.skipped, {}, 'it is told once');
    await scene.assertSame(chats.source, chats.target);
  });

  it('is repeated with its random_id when the target does not show it', async () => {
    const chats = pair('not shown', undefined);
    await cloneUntil(chats, 'sent', 'before');
    // As if a message with the same text stood where it can't be looked for.
    const there = chats.target.box?.messages.at(-1);
    assert.ok(there);
    Object.assign(there, { text: 'edited since' });
    assert.equal((await scene.clone(chats.source, chats.target)).error, undefined);
    const texts = (chats.target.box?.messages ?? []).filter(({ action }) => !action).map(({ text }) => text);
    assert.deepEqual(texts, ['edited since']);
  });

  it('is looked for but not sent when the checkpoint was moved beyond it by hand', async () => {
    const chats = pair('moved', undefined);
    const { folder } = await cloneUntil(chats, 'sending', 'after');
    await writeFile(`${folder}/checkpoint.txt`, '9\n');
    const { error, summary } = await scene.clone(chats.source, chats.target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.skipped], [0, { checkpoint: 1 }]);
  });
});

describe('--verify-source', () => {
  it('asks for the hashes of every file, and sends the bytes that match them', async () => {
    const chats = pair('verified', media(3 * PART_SIZE + 9, thumb));
    const before = scene.sandbox.report().weather.requests['upload.GetFileHashes'] ?? 0;
    const { error, summary } = await scene.clone(chats.source, chats.target, { verifySource: true });
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 1);
    const asked = (scene.sandbox.report().weather.requests['upload.GetFileHashes'] ?? 0) - before;
    assert.ok(asked > 0);
    await scene.assertSame(chats.source, chats.target);
  });
});
