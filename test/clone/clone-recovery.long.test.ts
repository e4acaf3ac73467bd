import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import type { Method, MethodTable } from '../../lib/sandbox/rpc.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';
import { inputPeer } from '../support/input-peer.js';
import { withLedger } from '../support/ledger-scene.js';
import { ShiftedClock } from '../support/shifted-clock.js';

/**
 * A copy is found by its appearance in the target, in every kind of chat, when Telegram knows no random_id any more.
 */

const REMEMBERED_SECONDS = 300;
const { signal } = new AbortController();
const clock = new ShiftedClock();
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'recovery',
    clock,
    weather: { randomIdSeconds: REMEMBERED_SECONDS },
    methods: (methods) => new Map([...methods, ['messages.GetHistory', withForwards(methods)]]),
  });
});
after(() => scene.close());

/**
 * Saved Messages show messages that were forwarded to them from elsewhere, here all whose text begins with "forwarded".
 */
function withForwards(methods: MethodTable): Method {
  return async (request, caller) => {
    const page = (await methods.get('messages.GetHistory')?.(request, caller)) as Api.messages.Messages;
    for (const message of page.messages) {
      if (!(message instanceof Api.Message) || !message.message.startsWith('forwarded')) continue;
      const channelId = toLong(2_200_000_001);
      const from = new Api.PeerChannel({ channelId });
      if (message.message.endsWith('by a hidden account')) {
        message.fwdFrom = new Api.MessageFwdHeader({ date: message.date, fromName: 'Somebody' });
      } else Object.assign(message, { savedPeerId: from });
    }
    return page;
  };
}

/** A run is killed when its sends are over, before the ledger knows; Telegram forgets; the next run settles them. */
async function killAndSettle(source: Chat, target: Chat | 'me', options: RunOptions = {}): Promise<CloneRun> {
  for (let write = 1; ; write += 1) {
    const killed = await scene.clone(source, target, {
      ...options,
      wrapJob: (job) => dyingJob(job, { write, of: 'sent', when: 'before' }).job,
    });
    clock.forward((REMEMBERED_SECONDS + 1) * 1000);
    if (killed.error === undefined) return killed;
    assert.ok(killed.error instanceof Death, String(killed.error));
    assert.ok(write < 20, 'it never came to its end');
  }
}

/** The copies' ids according to the ledger, in the source's order; the run ended well, and no message lacks a copy. */
async function targetIds({ error, folder, summary }: CloneRun): Promise<number[]> {
  assert.equal(error, undefined);
  assert.deepEqual(summary?.failed, []);
  return withLedger(dirname(folder), async ({ db }) => {
    const job = db
      .selectFrom('ledger_jobs')
      .select('job_id')
      .where('folder', '=', folder.split('/').at(-1) ?? '');
    const rows = await db
      .selectFrom('ledger_messages')
      .select(['state', 'target_id', 'reason'])
      .where('job_id', 'in', job)
      .orderBy('source_id')
      .execute();
    return rows.flatMap(({ state, target_id, reason }) => {
      if (reason === 'service') return [];
      assert.deepEqual([state, reason === null || reason === 'found'], ['sent', true]);
      return [Number(target_id)];
    });
  });
}

function fill(source: Chat, topicId?: number): void {
  const more = topicId === undefined ? {} : { topicId };
  const first = scene.post(source, { text: 'one', ...more });
  scene.post(source, { text: 'two', replyTo: first, ...more });
  scene.post(source, { media: scene.document(KIB), text: 'file', ...more });
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (const item of [2, 3])
    scene.post(source, { media: scene.document(item * KIB), text: `${item}`, groupedId, ...more });
  scene.post(source, { text: 'one', ...more });
}

async function assertRecovered(source: Chat, target: Chat | 'me', options: RunOptions = {}): Promise<void> {
  const ids = await targetIds(await killAndSettle(source, target, options));
  const targetId = target === 'me' ? scene.me.id : target.id;
  const messages = scene.sandbox.world.messagesWith(scene.me.id, targetId);
  assert.deepEqual(
    ids,
    messages.filter(({ action, sender }) => !action && sender === scene.me.id).map(({ id }) => id),
  );
}

describe('after a crash, when Telegram has forgotten the random_ids, the copies are found', () => {
  it('in Saved Messages, where no message is marked as outgoing', async () => {
    const source = scene.group('to self');
    fill(source);
    const self = { id: scene.me.id, creator: scene.me.id, topics: new Map() } as unknown as Chat;
    await assertRecovered(source, 'me');
    const looks = await chatContent(scene.sandbox, self);
    assert.deepEqual(looks, await chatContent(scene.sandbox, source));
  });

  it('of places, venues, contacts, polls and cards, each alone in its source', async () => {
    const place = { latitude: 46.948, longitude: 7.4474 };
    const contact = { phone: '+999 66 777777', firstName: 'Zoë', lastName: '', vcard: '' };
    const kinds = [
      { kind: 'geo', ...place },
      { kind: 'venue', ...place, title: 'Old town', address: 'Kramgasse 1' },
      { kind: 'contact', ...contact },
      { kind: 'dice', emoticon: '🎲', value: 5 },
      {
        kind: 'poll',
        poll: {
          id: 5n,
          creator: scene.me.id,
          question: { text: 'Why?', entities: [] },
          answers: ['a', 'b'].map((text) => ({ text, entities: [], option: Buffer.from(text) })),
          votes: new Map(),
        },
      },
    ];
    for (const media of kinds) {
      const [source, target] = [scene.group(media.kind), scene.group(`${media.kind} copy`)];
      scene.post(source, { media });
      scene.post(target, { media: { kind: 'geo', latitude: 1, longitude: 1 } });
      await targetIds(await killAndSettle(source, target));
      const copies = scene.sandbox.world.messagesWith(scene.me.id, target.id).filter(({ action }) => !action);
      assert.equal(copies.length, 2, media.kind);
    }
  });

  it('in Saved Messages, and a message forwarded there does not count as a copy', async () => {
    for (const text of ['forwarded from a channel', 'forwarded by a hidden account']) {
      const source = scene.group(text);
      scene.post(source, { text });
      const killed = await scene.clone(source, 'me', {
        wrapJob: (job) => dyingJob(job, { write: 1, of: 'sending', when: 'after' }).job,
      });
      assert.ok(killed.error instanceof Death);
      // As a person forwards it, before the run that settles.
      const forward = scene.sandbox.world.post({ chat: scene.me.id, from: scene.me.id, text });
      const [id, ...others] = await targetIds(await scene.clone(source, 'me'));
      assert.deepEqual([id, others], [forward.id + 1, []]);
    }
  });

  it('in a channel, signed or not', async () => {
    for (const signatures of [false, true]) {
      const [source, target] = [
        scene.group(`signed ${signatures}`),
        scene.sandbox.world.createChannel({
          title: `signed ${signatures} copy`,
          creator: scene.me.id,
          signatures,
        }),
      ];
      fill(source);
      await assertRecovered(source, target);
      await scene.assertSame(source, target);
    }
  });

  it('in a channel with other admins, whose post of the same text does not count as a copy', async () => {
    const { world } = scene.sandbox;
    const source = scene.group('other admins');
    const target = world.createChannel({ title: 'other admins copy', creator: scene.me.id });
    const other = world.createUser({ firstName: 'Other' });
    world.addMember(target, other.id, { admin: true });
    scene.post(source, { text: 'same' });
    const killed = await scene.clone(source, target, {
      wrapJob: (job) => dyingJob(job, { write: 1, of: 'sending', when: 'after' }).job,
    });
    assert.ok(killed.error instanceof Death);
    const theirs = world.post({ chat: target.id, from: other.id, text: 'same' });
    assert.deepEqual(await targetIds(await scene.clone(source, target)), [theirs.id + 1]);
  });

  it('in a group where the account is an anonymous admin', async () => {
    const [source, target] = [scene.group('anonymous'), scene.group('anonymous copy')];
    const member = target.members.get(scene.me.id);
    assert.ok(member);
    member.adminRights.add('anonymous');
    member.rank = 'Boss';
    fill(source);
    await assertRecovered(source, target);
    await scene.assertSame(source, target);
    const peer = inputPeer(scene.sandbox.world, scene.me.id, target.id);
    const newest = {
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 1,
      maxId: 0,
      minId: 0,
      hash: toLong(0),
    };
    const page = await scene.client.call(new Api.messages.GetHistory({ peer, ...newest }), { signal });
    const seen = 'messages' in page ? page.messages[0] : undefined;
    assert.ok(seen instanceof Api.Message);
    assert.deepEqual([seen?.out, seen?.fromId?.className, seen?.postAuthor], [true, 'PeerChannel', 'Boss']);
  });

  it('in a group where the account sends as its channel', async () => {
    const { world } = scene.sandbox;
    const [source, target] = [scene.group('send as'), scene.group('send as copy')];
    const channel = world.createChannel({ title: 'Mask', creator: scene.me.id });
    const peers = {
      peer: inputPeer(world, scene.me.id, target.id),
      sendAs: inputPeer(world, scene.me.id, channel.id),
    };
    assert.equal(await scene.client.call(new Api.messages.SaveDefaultSendAs(peers), { signal }), true);
    fill(source);
    await assertRecovered(source, target);
    await scene.assertSame(source, target);
    assert.ok((target.box?.messages ?? []).slice(1).every(({ from }) => from === channel.id));
  });

  it('in a private chat and in a basic group', async () => {
    const { world } = scene.sandbox;
    const friend = world.createUser({ firstName: 'Friend' });
    world.post({ chat: scene.me.id, from: friend.id, text: 'hello' });
    const group = world.createGroup({ title: 'Basic', creator: scene.me.id, members: [friend.id] });
    for (const target of [{ id: friend.id } as unknown as Chat, group]) {
      const source = scene.group(`to ${target.id}`);
      fill(source);
      await assertRecovered(source, target);
    }
  });

  it('in a forum, in its topic, including replies', async () => {
    const { world } = scene.sandbox;
    const [source, target] = [scene.forum('topics'), scene.forum('topics copy')];
    // Equal texts in the other topics must not be taken.
    const topics = ['A', 'B'].map((title) => world.createTopic(source, { title }));
    for (const topic of [undefined, ...topics]) fill(source, topic?.id);
    fill(source);
    await assertRecovered(source, target, { autoCreateTopics: true });
    await scene.assertSame(source, target);
  });

  it('in General, and not among equal texts of other topics', async () => {
    const { world } = scene.sandbox;
    const [source, target] = [scene.group('general'), scene.forum('general copy')];
    const topic = world.createTopic(target, { title: 'Elsewhere' });
    scene.post(source, { text: 'same' });
    const killed = await scene.clone(source, target, {
      wrapJob: (job) => dyingJob(job, { write: 1, of: 'sending', when: 'after' }).job,
    });
    assert.ok(killed.error instanceof Death);
    const elsewhere = scene.post(target, { text: 'same', topicId: topic.id });
    const run = await scene.clone(source, target);
    const ids = await targetIds(run);
    assert.ok(!ids.includes(elsewhere), `${ids} has ${elsewhere}`);
    const general = (target.box?.messages ?? []).filter(({ topicId, action }) => topicId === 1 && !action);
    assert.deepEqual(
      general.map(({ text }) => text),
      ['same'],
    );
  });
});
