import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Chat, Topic } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'threads' });
});
after(() => scene.close());

const LARGE = 1_000;

const textsOf = async (chat: Chat, where: CloneScene = scene): Promise<string[]> =>
  (await chatContent(where.sandbox, chat)).map(({ text }) => text);

/** A forum with much in its topic "Large", and little in "Small" and General. */
function largeForum(where: CloneScene, title: string): { chat: Chat; large: Topic; small: Topic } {
  const { world } = where.sandbox;
  const chat = where.forum(title);
  const [large, small] = ['Large', 'Small'].map((name) => world.createTopic(chat, { title: name }));
  assert.ok(large && small);
  for (let index = 0; index < LARGE; index += 1) {
    where.post(chat, { text: `large ${index}`, topicId: large.id });
    if (index % 400 === 0) where.post(chat, { text: `small ${index}`, topicId: small.id });
    if (index % 400 === 200) where.post(chat, { text: `general ${index}` });
  }
  return { chat, large, small };
}

/** How many requests that read messages the run made, of the source and of the target. */
async function reads(where: CloneScene, run: () => Promise<unknown>): Promise<number> {
  const count = (): number => {
    const { requests } = where.sandbox.report().weather;
    const methods = ['messages.GetHistory', 'messages.GetReplies', 'channels.GetMessages'];
    return methods.reduce((sum, method) => sum + (requests[method] ?? 0), 0);
  };
  const earlier = count();
  await run();
  return count() - earlier;
}

describe('a small topic of a large forum', () => {
  it('is read by itself, and the next run continues where the last one ended', async () => {
    const { chat, large, small } = largeForum(scene, 'large forum');
    const target = scene.group('small copy');
    const options = { sourceTopic: small.id };
    let planned: unknown;
    let posted = false;
    const first = await reads(scene, async () => {
      const { summary, error } = await scene.clone(chat, target, {
        ...options,
        onEvent([name, value]) {
          if (name === 'plan') planned = (value as { total?: number }).total;
          if (name !== 'sent' || posted) return;
          posted = true;
          scene.post(chat, { text: 'large, meanwhile', topicId: large.id });
          scene.post(chat, { text: 'small, meanwhile', topicId: small.id });
        },
      });
      assert.equal(error, undefined);
      assert.equal(summary?.sent, 4);
      assert.deepEqual(summary?.skipped, { service: 1 }, "the topic's root");
    });
    assert.equal(planned, 4, 'its messages and its root');
    assert.ok(first <= 9, `${first} requests for 5 messages`);
    const again = await reads(scene, async () => {
      const { summary } = await scene.clone(chat, target, options);
      assert.equal(summary?.sent, 0);
    });
    assert.ok(again <= 3, `${again} requests for none`);
    scene.post(chat, { text: 'small, later', topicId: small.id });
    const { folder } = await scene.clone(chat, target, options);
    assert.deepEqual(await textsOf(target), [
      'small 0',
      'small 400',
      'small 800',
      'small, meanwhile',
      'small, later',
    ]);
    // Moved back by hand to a message of another topic: sent messages stay sent.
    writeFileSync(join(folder, 'checkpoint.txt'), `${small.id + 3}\n`);
    scene.post(chat, { text: 'small, at last', topicId: small.id });
    const { summary } = await scene.clone(chat, target, options);
    assert.equal(summary?.sent, 1);
    assert.equal((await textsOf(target)).length, 6);
  });

  it('is read in the same way if it is General', async () => {
    const { chat } = largeForum(scene, 'large, general');
    const target = scene.group('general copy');
    const first = await reads(scene, () => scene.clone(chat, target, { sourceTopic: 1 }));
    assert.deepEqual(await textsOf(target), ['general 200', 'general 600']);
    assert.ok(first <= 7, `${first} requests`);
  });

  it("is filtered from the history of a server that doesn't serve threads, once", async () => {
    const simple = await cloneScene({
      seed: 'no threads',
      methods: (methods) => new Map([...methods].filter(([name]) => name !== 'messages.GetReplies')),
    });
    try {
      const { chat, small } = largeForum(simple, 'picked out');
      const target = simple.group('picked out copy');
      const options = { sourceTopic: small.id };
      const { error, checkpoint } = await simple.clone(chat, target, options);
      assert.equal(error, undefined);
      assert.deepEqual(await textsOf(target, simple), ['small 0', 'small 400', 'small 800']);
      assert.equal(checkpoint, chat.box?.messages.at(-1)?.id, 'beyond the messages of other topics');
      const again = await reads(simple, () => simple.clone(chat, target, options));
      assert.ok(again <= 4, `${again} requests for none`);
    } finally {
      await simple.close();
    }
  });
});

describe('a thread of a group without topics', () => {
  it('includes the whole album that it stands under, whichever item is named', async () => {
    const source = scene.group('thread');
    const photo = (text: string, groupedId: bigint): number => {
      const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 64, height: 48 });
      return scene.post(source, { text, media: { kind: 'photo', fileId: id, spoiler: false }, groupedId });
    };
    const [root, other] = [scene.sandbox.world.nextGroupedId(), scene.sandbox.world.nextGroupedId()];
    photo('other', other);
    photo('one', root);
    scene.post(source, { text: 'somebody else' });
    const second = photo('two', root);
    photo('three', root);
    const comment = scene.post(source, { text: 'comment', replyTo: second });
    scene.post(source, { text: 'not of it' });
    scene.post(source, { text: 'answer to the comment', replyTo: comment });
    const target = scene.group('thread copy');
    let planned: unknown;
    const { error, summary } = await scene.clone(source, target, {
      sourceTopic: second,
      onEvent: ([name, { total }]) => {
        if (name === 'plan') planned = total;
      },
    });
    assert.equal(error, undefined);
    assert.equal(planned, 5);
    assert.deepEqual(summary?.reduced, {});
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, album, answers }) => [text, album, answers?.place]),
      [
        ['one', 0, undefined],
        ['two', 0, undefined],
        ['three', 0, undefined],
        ['comment', undefined, 1],
        ['answer to the comment', undefined, 3],
      ],
    );
  });
});
