import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'refusals' });
});
after(() => scene.close());

function filled(title: string, more: object = {}): Chat {
  const chat = scene.group(title, more);
  for (const text of ['one', 'two', 'three']) scene.post(chat, { text });
  return chat;
}

function codeOf({ error }: CloneRun): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

async function textsOf(chat: Chat): Promise<string[]> {
  return (await chatContent(scene.sandbox, chat)).map(({ text }) => text);
}

/** Nothing was sent, and the error is the user's to fix. */
async function assertRefused(run: CloneRun, target: Chat, code: string, says: RegExp): Promise<void> {
  assert.equal(codeOf(run), code);
  assert.equal((run.error as { exitStatus?: number }).exitStatus, 2);
  assert.match(String(run.error), says);
  assert.equal(run.checkpoint, 0);
  assert.deepEqual(await textsOf(target), []);
}

/** As when AUTO_CREATE_TOPICS isn't set. */
const undecided: RunOptions = { autoCreateTopics: undefined };

describe('before any work, a clone refuses', () => {
  it('protected content, unless it is allowed explicitly', async () => {
    const source = filled('protected', { noforwards: true });
    const target = scene.group('protected copy');
    const refused = await scene.clone(source, target);
    await assertRefused(refused, target, 'PROTECTED_CHAT', /"protected".*--allow-protected/);
    const { error } = await scene.clone(source, target, { allowProtected: true });
    assert.equal(error, undefined);
    assert.deepEqual(await textsOf(target), ['one', 'two', 'three']);
  });

  it('a private chat that either side has protected', async () => {
    const { world } = scene.sandbox;
    const friend = world.createUser({ firstName: 'Careful' });
    world.post({ chat: scene.me.id, from: friend.id, text: 'between us' });
    const target = scene.group('careful copy');
    for (const [one, other] of [
      [friend, scene.me],
      [scene.me, friend],
    ] as const) {
      one.protects = new Set([other.id]);
      const refused = await scene.clone(friend, target);
      await assertRefused(refused, target, 'PROTECTED_CHAT', /"Careful".*--allow-protected/);
      one.protects = new Set();
    }
  });

  it('a target that this account may only read', async () => {
    const owner = scene.sandbox.world.createUser({ phone: '9996600021', code: '1', firstName: 'Owner' });
    const target = scene.sandbox.world.createChannel({
      title: 'read only',
      creator: owner.id,
      megagroup: false,
    });
    scene.sandbox.world.addMember(target, scene.me.id);
    const run = await scene.clone(filled('to read only'), target);
    await assertRefused(run, target, 'TARGET_READ_ONLY', /"read only"/);
  });

  it("topics that don't exist", async () => {
    const [source, target] = [filled('no topics'), scene.group('no topics copy')];
    const forum = scene.forum('some topics');
    await assertRefused(
      await scene.clone(forum, target, { sourceTopic: 77 }),
      target,
      'UNKNOWN_TOPIC',
      /topic 77/,
    );
    await assertRefused(
      await scene.clone(source, forum, { targetTopic: 77 }),
      forum,
      'UNKNOWN_TOPIC',
      /topic 77/,
    );
    await assertRefused(
      await scene.clone(source, target, { targetTopic: 7 }),
      target,
      'TARGET_NO_FORUM',
      /no topics/,
    );
    const created = await scene.clone(source, target, { autoCreateTopics: true });
    await assertRefused(created, target, 'TARGET_NO_FORUM', /AUTO_CREATE_TOPICS/);
  });

  it('to merge the topics of a forum, unless that is requested', async () => {
    const [source, target] = [scene.forum('undecided'), scene.forum('undecided copy')];
    const topic = scene.sandbox.world.createTopic(source, { title: 'Red' });
    scene.post(source, { text: 'red', topicId: topic.id });
    const run = await scene.clone(source, target, undecided);
    await assertRefused(run, target, 'TOPICS_UNDECIDED', /AUTO_CREATE_TOPICS=yes .*=no .*TARGET_TOPIC/);
    assert.equal(run.folder, '', 'no job was opened');
    for (const choice of [{ sourceTopic: topic.id }, { targetTopic: 1 }]) {
      const { error } = await scene.clone(source, scene.forum('chosen'), { ...undecided, ...choice });
      assert.equal(error, undefined);
    }
    const { error } = await scene.clone(source, scene.group('no topics'), undecided);
    assert.equal(error, undefined, 'a chat without topics leaves no choice');
  });

  it('a closed topic, for an account that may create topics but not manage them', async () => {
    const { world } = scene.sandbox;
    const owner = world.createUser({ phone: '9996600022', code: '1', firstName: 'Owner' });
    const target = world.createChannel({ title: 'closed', creator: owner.id, megagroup: true, forum: true });
    world.addMember(target, scene.me.id);
    const topic = world.createTopic(target, { title: 'Shut', from: owner.id });
    topic.closed = true;
    const source = filled('to a closed topic');
    const run = await scene.clone(source, target, { targetTopic: topic.id });
    await assertRefused(run, target, 'TOPIC_CLOSED', /"Shut".*closed/);
    const own = world.createTopic(target, { title: 'Own', from: scene.me.id });
    own.closed = true;
    assert.equal((await scene.clone(source, target, { targetTopic: own.id })).error, undefined);
  });

  it('both ways to choose a topic at once', async () => {
    const forum = scene.forum('both ways');
    const run = await scene.clone(filled('both'), forum, { autoCreateTopics: true, targetTopic: 1 });
    await assertRefused(run, forum, 'TOPIC_CONFLICT', /exclude each other/);
  });
});

describe('an error that every message would meet', () => {
  it('stops the run with the checkpoint before it, and a later run continues', async () => {
    for (const wire of ['CHAT_WRITE_FORBIDDEN', 'USER_BANNED_IN_CHANNEL', 'CHANNEL_PRIVATE']) {
      const [source, target] = [filled(wire), scene.group(`${wire} copy`)];
      scene.sandbox.weather.script({
        method: 'messages.SendMessage',
        nth: 2,
        fate: { kind: 'refuse', error: new RpcError(403, wire) },
      });
      const stopped = await scene.clone(source, target);
      assert.equal((stopped.error as { errorMessage?: string }).errorMessage, wire);
      assert.deepEqual(await textsOf(target), ['one']);
      const first = source.box?.messages.find(({ text }) => text === 'one');
      assert.equal(stopped.checkpoint, first?.id);
      const { error } = await scene.clone(source, target);
      assert.equal(error, undefined);
      assert.deepEqual(await textsOf(target), ['one', 'two', 'three']);
    }
  });

  it('stops at a message that is itself protected, with everything before it done', async () => {
    const [source, target] = [scene.group('one protected'), scene.group('one protected copy')];
    scene.post(source, { text: 'free' });
    const guarded = scene.post(source, { text: 'mine', noforwards: true });
    scene.post(source, { text: 'free again' });
    const stopped = await scene.clone(source, target);
    assert.equal(codeOf(stopped), 'PROTECTED_MESSAGE');
    assert.match(String(stopped.error), /"one protected".*--allow-protected/);
    assert.equal(stopped.checkpoint, guarded - 1);
    assert.deepEqual(await textsOf(target), ['free']);
    await scene.clone(source, target, { allowProtected: true });
    assert.deepEqual(await textsOf(target), ['free', 'mine', 'free again']);
  });

  it('is also assumed when the same unknown refusal comes ten times in a row', async () => {
    const [source, target] = [scene.group('unknown'), scene.group('unknown copy')];
    for (let index = 0; index < 15; index += 1) scene.post(source, { text: `${index}` });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      times: 15,
      fate: { kind: 'refuse', error: new RpcError(400, 'SOMETHING_NEW_INVALID') },
    });
    const { error, events } = await scene.clone(source, target);
    fault.cancel();
    assert.equal((error as { code?: string }).code, 'SAME_FAILURE');
    assert.match(String(error), /something_new_invalid/);
    assert.equal(events.filter(([event]) => event === 'failed').length, 10);
  });
});

describe('an error of one message', () => {
  it('is listed as failed, and the next message follows', async () => {
    const [source, target] = [filled('one bad'), scene.group('one bad copy')];
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 2,
      fate: { kind: 'refuse', error: new RpcError(400, 'MESSAGE_TOO_LONG') },
    });
    const { summary, error, events, checkpoint } = await scene.clone(source, target);
    assert.equal(error, undefined);
    const bad = source.box?.messages.find(({ text }) => text === 'two')?.id;
    assert.deepEqual(summary?.failed, [{ sourceId: bad, reason: 'message_too_long' }]);
    assert.equal(summary?.sent, 2);
    assert.deepEqual(await textsOf(target), ['one', 'three']);
    const failed = events.find(([event]) => event === 'failed')?.[1];
    assert.equal(failed?.['sourceId'], bad);
    assert.equal(checkpoint, source.box?.messages.at(-1)?.id);
  });

  it('is noticed before any byte moves, if possible: captions and texts that are too long', async () => {
    const [source, target] = [scene.group('too long'), scene.group('too long copy')];
    const { id: fileId } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 100, height: 100 });
    scene.post(source, { media: { kind: 'photo', fileId, spoiler: false }, text: 'ä'.repeat(1025) });
    scene.post(source, { media: { kind: 'photo', fileId, spoiler: false }, text: '👍'.repeat(1024) });
    scene.post(source, { text: 'x'.repeat(4097) });
    const { summary, events } = await scene.clone(source, target, { text: { long: 'fail' } });
    const reasons = summary?.failed.map(({ reason }) => reason);
    assert.ok(reasons?.includes('caption_too_long') && reasons.includes('text_too_long'), String(reasons));
    const [first] = summary?.failed ?? [];
    assert.ok(
      !events.some(([event, { sourceId }]) => event === 'transferEnd' && sourceId === first?.sourceId),
    );
  });

  it('keeps the rest of its album an album', async () => {
    const [source, target] = [scene.group('bad in album'), scene.group('bad in album copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    const { id: fileId } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 100, height: 100 });
    for (const text of ['a', 'x'.repeat(2000), 'c']) {
      scene.post(source, { media: { kind: 'photo', fileId, spoiler: false }, text, groupedId });
    }
    const { summary } = await scene.clone(source, target, { text: { long: 'fail' } });
    assert.equal(summary?.failed.length, 1);
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, albumIndex }) => [text, albumIndex]),
      [
        ['a', 0],
        ['c', 1],
      ],
    );
  });

  it('is only a loss if Telegram refuses entities: the text is sent, and the loss counted', async () => {
    const [source, target] = [scene.group('entities'), scene.group('entities copy')];
    const id = scene.post(source, { text: 'bold', entities: [{ kind: 'bold', offset: 0, length: 4 }] });
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      fate: { kind: 'refuse', error: new RpcError(400, 'ENTITY_BOUNDS_INVALID') },
    });
    const { summary, events } = await scene.clone(source, target);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(summary?.reduced, { entities: 1 });
    assert.ok(events.some(([event, { sourceId }]) => event === 'reduced' && sourceId === id));
    const [copy] = await chatContent(scene.sandbox, target);
    assert.deepEqual([copy?.text, copy?.entities], ['bold', []]);
  });

  it('is skipped if the message was deleted after it was listed', async () => {
    const [source, target] = [scene.group('deleted'), scene.group('deleted copy')];
    scene.post(source, { text: 'first' });
    const { id: fileId } = scene.sandbox.files.add({
      kind: 'document',
      dcId: 2,
      size: 9,
      mimeType: 'text/plain',
      attributes: [{ type: 'filename', name: 'a.txt' }],
    });
    const doomed = scene.post(source, { media: { kind: 'document', fileId, spoiler: false } });
    scene.post(source, { text: 'last' });
    scene.sandbox.weather.script({
      method: 'upload.GetFile',
      match: () => {
        scene.sandbox.files.expireReferences();
        const messages = source.box?.messages ?? [];
        messages.splice(
          messages.findIndex(({ id }) => id === doomed),
          1,
        );
        return true;
      },
      fate: { kind: 'pass' },
    });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.skipped.deleted, 1);
    assert.deepEqual(await textsOf(target), ['first', 'last']);
  });
});
