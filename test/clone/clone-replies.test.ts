import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'replies' });
});
after(() => scene.close());

describe('a reply', () => {
  it('in a discussion group that the account is not in names its own chat, and is kept', async () => {
    const { world } = scene.sandbox;
    const owner = world.createUser({ phone: '9996600077', code: '1', firstName: 'Owner' });
    const channel = world.createChannel({ title: 'Channel', creator: owner.id });
    const source = world.createChannel({
      title: 'Comments',
      creator: owner.id,
      megagroup: true,
      username: 'comments_of_it',
      discussionOf: channel.id,
    });
    const say = (text: string, more: object = {}): number =>
      world.post({ chat: source.id, from: owner.id, text, ...more }).id;
    const root = say('post');
    const comment = say('comment', { replyTo: root, quote: { text: 'os', offset: 1 } });
    say('answer', { replyTo: comment });
    say('elsewhere', { replyPeer: channel.id, replyTo: 1 });
    const target = scene.group('comments copy');
    const { error, summary } = await scene.clone(source, target, { text: { replyFallback: 'none' } });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { reply: 1 }, 'the answer to a message of another chat');
    assert.deepEqual(
      (await chatContent(scene.sandbox, target)).map(({ text, answers }) => [text, answers]),
      [
        ['post', undefined],
        ['comment', { place: 0, quote: { text: 'os', offset: 1 } }],
        ['answer', { place: 1, quote: undefined }],
        ['elsewhere', undefined],
      ],
    );
  });
});

/** Each message as its text, and what it answers elsewhere. */
function repliesElsewhere(chat: Chat): unknown[] {
  const messages = (chat.box?.messages ?? []).filter(({ action }) => !action);
  return messages.map(({ text, reply }) => [text, reply?.elsewhere?.peer, reply?.quote?.text]);
}

describe('a reply to a message of another chat', () => {
  it('answers that message again, with its quote, if the account can read it', async () => {
    const other = scene.group('elsewhere');
    const there = scene.post(other, { text: 'words elsewhere' });
    const [source, target] = [scene.group('to elsewhere'), scene.group('to elsewhere copy')];
    const quote = { text: 'elsewhere', offset: 6 };
    scene.post(source, { text: 'answer', replyPeer: other.id, replyTo: there, quote });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(repliesElsewhere(target), [['answer', other.id, 'elsewhere']]);
  });

  it('is one in a basic group and in Saved Messages, too, where another message has the same id', async () => {
    const { sandbox, me } = scene;
    const other = scene.group('elsewhere, with the ids of a box');
    const there = scene.post(other, { text: 'words elsewhere' });
    const source = scene.group('to a box');
    scene.post(source, { text: 'first' });
    scene.post(source, { text: 'answer', replyPeer: other.id, replyTo: there });
    const group = sandbox.world.createGroup({ title: 'Basic', creator: me.id, members: [] });
    for (const target of [group, 'me'] as const) {
      const { error, summary } = await scene.clone(source, target);
      assert.equal(error, undefined);
      assert.deepEqual(summary?.reduced, {});
      const copies = sandbox.world
        .messagesWith(me.id, target === 'me' ? me.id : target.id)
        .filter(({ action }) => !action);
      assert.deepEqual(
        copies.map(({ text, reply }) => [text, reply?.elsewhere?.peer]),
        [
          ['first', undefined],
          ['answer', other.id],
        ],
      );
    }
  });

  it('is quoted by its own words if Telegram allows no answer there', async () => {
    const { world } = scene.sandbox;
    const other = scene.group('protected elsewhere');
    const there = scene.post(other, { text: 'words elsewhere' });
    const [source, target] = [scene.group('to protected'), scene.group('to protected copy')];
    const quote = { text: 'elsewhere', offset: 6 };
    scene.post(source, { text: 'answer', replyPeer: other.id, replyTo: there, quote });
    scene.post(source, { text: 'no quote', replyPeer: other.id, replyTo: there });
    Object.assign(world.chat(other.id) ?? {}, { noforwards: true });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { reply: 2 });
    assert.deepEqual(repliesElsewhere(target), [
      ['Ann\nelsewhere\nanswer', undefined, undefined],
      ['↩ In reply to\nno quote', undefined, undefined],
    ]);
  });

  it('is quoted, too, when Telegram refuses the answer at its send', async () => {
    const other = scene.group('refused elsewhere');
    const there = scene.post(other, { text: 'words elsewhere' });
    const [source, target] = [scene.group('to refused'), scene.group('to refused copy')];
    scene.post(source, { text: 'answer', replyPeer: other.id, replyTo: there });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 1,
      fate: { kind: 'refuse', error: new RpcError(400, 'CHAT_FORWARDS_RESTRICTED') },
    });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.ok(fault.done);
    assert.deepEqual(summary?.reduced, { reply: 1 });
    assert.deepEqual(repliesElsewhere(target), [['Ann\nwords elsewhere\nanswer', undefined, undefined]]);
  });
});

describe('a reply to a story', () => {
  it('names its owner, and links to it', async () => {
    const { world } = scene.sandbox;
    const owner = world.createChannel({
      title: 'Stories',
      creator: scene.me.id,
      username: 'stories_of_it',
    });
    const [source, target] = [scene.group('to a story'), scene.group('to a story copy')];
    const header = { _: 'MessageReplyStoryHeader', peer: { _: 'peer', id: owner.id }, storyId: 7 };
    scene.post(source, { text: 'answer', fields: { replyTo: header } });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { reply: 1 });
    const [copy] = (target.box?.messages ?? []).filter(({ action }) => !action);
    assert.equal(copy?.text, 'Stories\nStory\nanswer');
    const link = copy.entities.find(({ kind }) => kind === 'textUrl');
    assert.deepEqual([link?.url, link?.offset], ['https://t.me/stories_of_it/s/7', 8]);
  });
});

describe('a reply to something that destroys itself', () => {
  it('says nothing of it, not even the words that somebody quoted', async () => {
    const [source, target] = [scene.group('destroyed'), scene.group('destroyed copy')];
    const { id: fileId } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
    const media = { kind: 'photo', fileId, spoiler: false, ttl: 10 } as const;
    const secret = scene.post(source, { text: 'my secret', media });
    const quote = { text: 'secret', offset: 3 };
    scene.post(source, { text: 'answer', replyTo: secret, quote });
    const { error } = await scene.clone(source, target, { cards: false });
    assert.equal(error, undefined);
    const texts = (target.box?.messages ?? []).map(({ text }) => text);
    assert.ok(texts.some((text) => text.endsWith('answer')));
    assert.ok(!texts.some((text) => text.includes('secret')), texts.join('; '));
  });
});

describe('what a reply says of the answered message', () => {
  it('is kept where the copy has it: the answer of a poll, the task of a checklist', async () => {
    const [source, target] = [scene.group('details'), scene.group('details copy')];
    const answers = ['a', 'b'].map((text) => ({ text, entities: [], option: Buffer.from(`old ${text}`) }));
    const question = { text: 'Which?', entities: [] };
    const poll = {
      kind: 'poll',
      poll: { id: 77n, creator: scene.me.id, question, answers, votes: new Map() },
    };
    const asked = scene.post(source, { media: poll });
    scene.post(source, { text: 'b it is', replyTo: asked, pollOption: Buffer.from('old b') });
    const tasks = [{ id: 3, text: 'Task', entities: [] }];
    const title = { text: 'List', entities: [] };
    const done = new Map();
    const list = { kind: 'checklist', title, tasks, done };
    const listed = scene.post(source, { media: list });
    scene.post(source, { text: 'the task', replyTo: listed, task: 3 });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    // Without Premium, the list is written as text, and has no tasks.
    assert.deepEqual(summary?.reduced, { checklist_as_text: 1, reply_detail: 1 });
    const copies = (target.box?.messages ?? []).filter(({ action }) => !action);
    const [polled, answered] = copies;
    assert.ok(polled?.media?.kind === 'poll');
    assert.deepEqual(answered?.reply?.pollOption, polled.media.poll.answers[1]?.option);
    assert.notDeepEqual(answered?.reply?.pollOption, Buffer.from('old b'));
  });

  it('is a counted loss where the copy lacks the quoted words', async () => {
    const [source, target] = [scene.group('quotes'), scene.group('quotes copy')];
    const first = scene.post(source, { text: 'some words' });
    scene.post(source, { text: 'answer', replyTo: first, quote: { text: 'other words', offset: 0 } });
    const { error, summary } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { quote: 1 });
  });
});

describe('a reply to a message of another topic', () => {
  /** Each message as `text in topic > what it answers`. */
  function threads(chat: Chat): string[] {
    const messages = (chat.box?.messages ?? []).filter(({ action }) => !action);
    return messages.map(({ text, topicId, reply }) => {
      const answered = messages.find(({ id }) => id === reply?.toId)?.text;
      return `${text} in ${chat.topics.get(topicId ?? 1)?.title} > ${answered}`;
    });
  }

  it('stays in its own topic, and stays a reply', async () => {
    const [source, target] = [scene.forum('across'), scene.forum('across copy')];
    const [one = 0, two = 0] = ['One', 'Two'].map(
      (title) => scene.sandbox.world.createTopic(source, { title }).id,
    );
    const general = scene.post(source, { text: 'general' });
    const first = scene.post(source, { text: 'first', topicId: one });
    scene.post(source, { text: 'same', topicId: one, replyTo: first });
    scene.post(source, { text: 'to two', topicId: two, replyTo: first });
    scene.post(source, { text: 'to general', topicId: 1, replyTo: first });
    scene.post(source, { text: 'from general', topicId: one, replyTo: general });
    const { error, summary } = await scene.clone(source, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(threads(target), threads(source));
  });

  it('stays in its topic even if that is newer than the copy that it answers', async () => {
    const [source, target] = [scene.forum('newer'), scene.forum('newer copy')];
    const { id: topicId } = scene.sandbox.world.createTopic(source, { title: 'One' });
    const first = scene.post(source, { text: 'first', topicId });
    assert.equal((await scene.clone(source, target)).error, undefined);
    scene.post(source, { text: 'second', topicId, replyTo: first });
    const { error } = await scene.clone(source, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(threads(target), ['first in General > undefined', 'second in One > first']);
  });
});
