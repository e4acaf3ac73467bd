import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Job } from '../../lib/ledger/job.js';
import type { PaidMedia } from '../../lib/sandbox/kinds/paid-media.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** Paid media that the account sees becomes an ordinary album: one message of the source, several of the target. */

const REFUSED = 'video/x-refused';
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'paid',
    methods: (methods) => {
      const upload = methods.get('messages.UploadMedia');
      assert.ok(upload);
      return new Map([
        ...methods,
        [
          'messages.UploadMedia',
          (request, caller) => {
            const { media } = request as { readonly media: { readonly mimeType?: string } };
            if (media.mimeType === REFUSED) throw new RpcError(400, 'MEDIA_INVALID');
            return upload(request, caller);
          },
        ],
      ]);
    },
  });
});
after(() => scene.close());

type Item = PaidMedia['items'][number];

function photo(): Item {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
  return { kind: 'photo', fileId: id, spoiler: false };
}

function video(size: number, mimeType = 'video/mp4'): Item {
  const attributes = [{ type: 'video', duration: 2, width: 320, height: 240 }] as const;
  const media = scene.document(size, { mimeType, attributes });
  return media.kind === 'document' ? media : assert.fail(media.kind);
}

function paid(items: readonly Item[], seen = true): PaidMedia {
  return { kind: 'paid', stars: 50n, items, seenBy: seen ? [scene.me.id] : [] };
}

const copiesIn = (chat: Chat): Message[] =>
  (chat.box?.messages ?? []).filter(({ action }) => action === undefined);

/** The kind and size of each message's file, and its text. */
function shownIn(chat: Chat): readonly (readonly [string | undefined, number | undefined, string])[] {
  return copiesIn(chat).map(({ media, text }) => {
    const file = media?.kind === 'document' ? scene.sandbox.files.get(media.fileId) : undefined;
    return [media?.kind, file?.size, text] as const;
  });
}

function chats(title: string): readonly [Chat, Chat] {
  return [scene.group(title), scene.group(`${title} copy`)];
}

/** Clones one more message, and returns the copies of those before it that the ledger doesn't know. */
async function strangersIn(source: Chat, target: Chat): Promise<readonly number[]> {
  const ids = copiesIn(target).map(({ id }) => id);
  let strangers: readonly number[] = [0];
  scene.post(source, { text: 'next' });
  const { summary, error } = await scene.clone(source, target, {
    wrapJob(job) {
      const { plan } = job;
      job.plan = async (messages) => {
        strangers = await job.unclaimed(ids);
        return plan.call(job, messages);
      };
      return job;
    },
  });
  assert.deepEqual([error, summary?.sent], [undefined, 1]);
  return strangers;
}

describe('a clone of paid media', () => {
  it('posts what the account sees as one album in its order, and a single item alone', async () => {
    const [source, target] = chats('bought');
    scene.post(source, { media: paid([photo(), video(5 * KIB), video(3 * KIB)]), text: 'worth it' });
    scene.post(source, { media: paid([video(7 * KIB)]), text: 'one' });
    scene.post(source, { text: 'next' });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.failed, summary?.reduced], [3, [], { price: 2 }]);
    assert.deepEqual(shownIn(target), [
      ['photo', undefined, 'worth it'],
      ['document', 5 * KIB, ''],
      ['document', 3 * KIB, ''],
      ['document', 7 * KIB, 'one'],
      [undefined, undefined, 'next'],
    ]);
    const [first, second, third, alone] = copiesIn(target).map(({ groupedId }) => groupedId);
    assert.ok(first !== undefined && first === second && second === third);
    assert.equal(alone, undefined);
    assert.equal((await scene.clone(source, target)).summary?.sent, 0);
  });

  it('writes a card for what it has not paid for, and nothing of it', async () => {
    const [source, target] = chats('hidden');
    scene.post(source, { media: paid([photo(), video(5 * KIB)], false), text: 'only 50 Stars' });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { card: 1 });
    assert.deepEqual(shownIn(target), [[undefined, undefined, '[paid media]\n\nonly 50 Stars']]);
  });

  it('leaves out an item that Telegram refuses, and says so', async () => {
    const [source, target] = chats('reduced');
    scene.post(source, { media: paid([photo(), video(5 * KIB, REFUSED), video(3 * KIB)]) });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced], [1, { price: 1, album: 1 }]);
    assert.deepEqual(
      shownIn(target).map(([, size]) => size),
      [undefined, 3 * KIB],
    );
  });

  it('sends the others as an album when the first item is refused, with the caption', async () => {
    const [source, target] = chats('without the first');
    scene.post(source, {
      media: paid([video(5 * KIB, REFUSED), video(2 * KIB, REFUSED), video(3 * KIB), photo()]),
      text: 'worth it',
    });
    scene.post(source, { media: paid([video(6 * KIB, REFUSED), video(7 * KIB)]), text: 'one' });
    scene.post(source, { text: 'next' });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.failed, summary?.reduced], [3, [], { price: 2, album: 2 }]);
    assert.deepEqual(shownIn(target), [
      ['document', 3 * KIB, 'worth it'],
      ['photo', undefined, ''],
      ['document', 7 * KIB, 'one'],
      [undefined, undefined, 'next'],
    ]);
    const [first, second, alone] = copiesIn(target).map(({ groupedId }) => groupedId);
    assert.ok(first !== undefined && first === second && alone === undefined);
    assert.deepEqual(await strangersIn(source, target), []);
  });

  it('posts it exactly once, wherever a crash comes, and knows all of its messages', async () => {
    for (const [of, when] of [
      ['sending', 'before'],
      ['sending', 'after'],
      ['sent', 'before'],
      ['sent', 'after'],
    ] as const) {
      const [source, target] = chats(`${of} ${when}`);
      scene.post(source, { media: paid([photo(), video(5 * KIB)]), text: 'same' });
      scene.post(source, { media: paid([photo(), video(5 * KIB)]), text: 'same' });
      const killed = await scene.clone(source, target, {
        wrapJob: (job) => dyingJob(job, { write: 1, of, when }).job,
      });
      assert.ok(killed.error instanceof Death, `${of} ${when}`);
      let ids: readonly (readonly number[])[] = [];
      const { error } = await scene.clone(source, target, {
        onEvent([kind, { targetIds }]) {
          if (kind === 'sent') ids = [...ids, targetIds as number[]];
        },
      });
      assert.equal(error, undefined);
      const copies = copiesIn(target);
      assert.equal(copies.length, 4, `${of} ${when}`);
      if (when === 'before') {
        assert.deepEqual(
          ids.flat(),
          copies.map(({ id }) => id),
        );
      }
      assert.deepEqual(await strangersIn(source, target), []);
    }
  });

  it('knows all of its messages when a crash comes right after it has found them', async () => {
    const [source, target] = chats('found');
    scene.post(source, { media: paid([photo(), video(5 * KIB)]) });
    for (const [of, when] of [
      ['sent', 'before'],
      ['claim', 'after'],
    ] as const) {
      const wrapJob = (job: Job): Job => dyingJob(job, { write: 1, of, when }).job;
      const killed = await scene.clone(source, target, { wrapJob });
      assert.ok(killed.error instanceof Death, of);
    }
    assert.deepEqual(await strangersIn(source, target), []);
    assert.equal(shownIn(target).length, 3);
  });

  it('finds an album again whose answer was lost', async () => {
    const [source, target] = chats('lost');
    scene.post(source, { media: paid([photo(), video(5 * KIB)]), text: 'once' });
    scene.post(source, { text: 'next' });
    scene.sandbox.weather.script({ method: 'messages.SendMultiMedia', nth: 1, fate: { kind: 'drop-after' } });
    scene.sandbox.world.refuseRepeats = true;
    const { summary, error } = await scene.clone(source, target);
    scene.sandbox.world.refuseRepeats = false;
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 2);
    assert.deepEqual(
      shownIn(target).map(([, , text]) => text),
      ['once', '', 'next'],
    );
  });
});
