// Comments below a channel's posts: found by their own dates, under posts of any age, and not at the price of the channel's files.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { findReads } from '../../lib/cli/download/reads.js';
import { readWanted } from '../../lib/cli/download/wanted.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene } from '../support/download-scene.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'comments' });
});
after(() => scene.close());

const OLD = Date.UTC(2024, 0, 5) / 1000;
const NEW = Date.UTC(2024, 5, 5) / 1000;

/** A channel with an old post and a new one, which are both discussed, and a group in which other things are said, too. */
function discussed(title: string) {
  const { world } = scene.sandbox;
  const channel = world.createChannel({ title, creator: scene.me.id });
  const group = world.createChannel({
    title: `${title}: comments`,
    creator: scene.me.id,
    megagroup: true,
    discussionOf: channel.id,
  });
  const channelId = BigInt(-group.id - 1_000_000_000_000);
  const replies = { _: 'MessageReplies', comments: true, replies: 3, repliesPts: 1, channelId };
  const file = (size: number) => ({ text: '', media: scene.document(size) });
  const postAt = (date: number, size: number) => {
    const post = scene.post(channel, { ...file(size), date, fields: { replies } });
    const forward = { from: channel.id, date, post };
    return { post, root: scene.post(group, { text: 'post', date, forward }) };
  };
  const old = postAt(OLD, 30_000);
  scene.post(group, { ...file(30_001), date: OLD, replyTo: old.root });
  scene.post(group, { ...file(30_002), date: OLD });
  const young = postAt(NEW, 30_003);
  const comment = scene.post(group, { ...file(30_004), date: NEW + 1, replyTo: old.root });
  scene.post(group, { ...file(30_005), date: NEW + 2, replyTo: comment });
  scene.post(group, { ...file(30_006), date: NEW + 3, replyTo: young.root });
  scene.post(group, { ...file(30_007), date: NEW + 4 });
  return { channel, group, old, young, comment };
}

async function opened(t: TestContext): Promise<DownloadScene> {
  return downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
}

test('new comments come whatever the age of their posts, and what is not a comment does not', async (t) => {
  const { channel, old, young } = discussed('Discussed');
  const here = await opened(t);
  const order = await chatOrder(scene, channel, { withComments: true });
  const sizesOf = async (words: Record<string, string>) => {
    const selection = await selectionFor(words, { self: scene.me.id });
    const plan = await here.plan([order], { selection });
    return plan.map(({ size }) => size).sort();
  };
  assert.deepEqual(await sizesOf({ since: '2024-06-01' }), [30_003, 30_004, 30_005, 30_006]);
  assert.deepEqual(await sizesOf({ since: '2024-03-01', until: '2024-04-01' }), []);
  assert.deepEqual(await sizesOf({ since: '2024-01-01', until: '2024-02-01' }), [30_000, 30_001]);
  assert.deepEqual(await sizesOf({ since: '2024-06-01', toId: String(old.post) }), [30_004, 30_005]);
  assert.deepEqual(await sizesOf({ since: '2024-06-01', fromId: String(young.post) }), [30_003, 30_006]);
  assert.deepEqual(await sizesOf({}), [30_000, 30_001, 30_003, 30_004, 30_005, 30_006]);
});

test('a link to a comment names that message of the discussion group', async (t) => {
  const { channel, group, old, comment } = discussed('Linked');
  const bare = String(channel.id).slice('-100'.length);
  const here = await opened(t);
  const { signal } = new AbortController();
  const readsOf = async (link: string) => {
    const wanted = readWanted({ words: [link], source: undefined, list: undefined });
    const whyUnread = async () => undefined;
    const options = { withComments: false, topic: undefined, whyUnread, signal };
    return (await findReads(scene.client, wanted, options)).reads;
  };
  for (const link of [
    `https://t.me/c/${bare}/${old.post}?comment=${comment}`,
    `tg://privatepost?channel=${bare}&post=${old.post}&comment=${comment}`,
  ]) {
    const [file, ...others] = await here.plan(await readsOf(link));
    assert.deepEqual(
      [file?.chatId, file?.messageId, file?.size, others],
      [group.id, comment, 30_004, []],
      link,
    );
  }
  await assert.rejects(readsOf(`t.me/c/${bare}/9999?comment=1`), {
    code: 'MESSAGE_LINK',
    message: /message 9999 of "Linked" .* has no comments that this account may see/,
  });
  const gone = await here.run(await readsOf(`t.me/c/${bare}/${old.post}?comment=9999`));
  assert.deepEqual(gone.summary?.missing, [{ chatId: group.id, messageId: 9999 }]);
});

test('a protected group is refused before any work, and costs nothing but its comments when it turns out later', async (t) => {
  const { channel, group } = discussed('Protected later');
  group.noforwards = true;
  const here = await opened(t);
  const order = await chatOrder(scene, channel, { withComments: true });
  const { error } = await here.run([order]);
  assert.equal((error as { code?: string }).code, 'PROTECTED_CHAT');
  assert.match(
    String(error),
    /leave out --with-comments or, if you may copy them, say so with --allow-protected/,
  );
  assert.equal((await here.run([order], { allowProtected: true })).summary?.downloaded, 6);
  group.noforwards = false;
  const later = await opened(t);
  const client: TelepiClient = new Proxy(scene.client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (request: { className?: string }) => unknown;
      return (...args: Parameters<typeof call>) => {
        if (name === 'call' && args[0].className === 'messages.GetDiscussionMessage') group.noforwards = true;
        return call(...args);
      };
    },
  });
  const run = await later.run([order], { client });
  assert.equal(run.error, undefined);
  assert.equal(run.summary?.downloaded, 2);
  assert.deepEqual(
    run.summary?.leftOut.map(({ chatId }) => chatId),
    [group.id],
  );
  assert.match(run.summary?.leftOut[0]?.why ?? '', /--allow-protected/);
});
