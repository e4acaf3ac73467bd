import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { pinnedIds } from '../../lib/telegram/pins.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
let friend: Account;
before(async () => {
  scene = await cloneScene({ seed: 'pins' });
  friend = scene.sandbox.world.createUser({ firstName: 'Friend' });
});
after(() => scene.close());

const PIN = 'messages.UpdatePinnedMessage';
const pinCalls = (): number => scene.sandbox.report().weather.requests[PIN] ?? 0;

function messagesOf(chat: Chat | 'me'): readonly Message[] {
  if (chat === 'me') return scene.me.box.messages.filter(({ peer }) => peer === scene.me.id);
  return chat.box?.messages ?? scene.me.box.messages.filter(({ peer }) => peer === chat.id);
}

const pinnedIn = (chat: Chat | 'me'): string[] =>
  messagesOf(chat)
    .filter(({ pinned }) => pinned)
    .map(({ text }) => text);

const notesIn = (chat: Chat | 'me'): number =>
  messagesOf(chat).filter(({ action }) => action?.kind === 'pinMessage').length;

/** Five messages, of which the second and the fourth are pinned, the later one first. */
function fill(chat: Chat, more: object = {}): void {
  const ids = ['one', 'two', 'three', 'four', 'five'].map((text) => scene.post(chat, { text, ...more }));
  pin(chat, ids[3]);
  pin(chat, ids[1]);
}

function pin(chat: Chat, id: number | undefined): void {
  for (const message of messagesOf(chat)) if (message.id === id) message.pinned = true;
}

describe('pinned messages', () => {
  it('are pinned in every kind of target, whichever way they went, and without notes', async () => {
    const source = scene.group('pins');
    fill(source);
    const targets = [
      scene.group('pins copy'),
      scene.sandbox.world.createChannel({ title: 'pins channel', creator: scene.me.id }),
      scene.basicGroup('pins basic'),
      'me',
    ] as const;
    for (const target of targets) {
      for (const via of ['stream', 'reference', 'auto', 'forward'] as const) {
        if (target === 'me' && via !== 'stream') continue;
        const before = pinnedIn(target).length;
        const { summary, error, events } = await scene.clone(source, target, { via, restart: true });
        assert.equal(error, undefined);
        assert.deepEqual(pinnedIn(target).slice(before), ['two', 'four']);
        assert.deepEqual([summary?.pinned, summary?.reduced], [2, {}]);
        assert.equal(notesIn(target), 0, `${via} into ${target === 'me' ? target : target.title}`);
        const order = events.filter(([kind]) => kind === 'pinned').map(([, { sourceId }]) => sourceId);
        assert.deepEqual(
          order,
          [...order].sort((one, other) => Number(one) - Number(other)),
        );
      }
    }
  });

  it('are pinned in their topics, and once; a pin that comes later is followed by the next run', async () => {
    const source = scene.forum('topic pins');
    for (const title of ['A', 'B']) {
      fill(source, { topicId: scene.sandbox.world.createTopic(source, { title }).id });
    }
    const target = scene.forum('topic pins copy');
    assert.equal((await scene.clone(source, target, { autoCreateTopics: true })).summary?.pinned, 4);
    const places = messagesOf(target).filter(({ pinned }) => pinned);
    const titles = places.map(({ topicId, text }) => `${target.topics.get(topicId ?? 1)?.title} ${text}`);
    assert.deepEqual(titles, ['A two', 'A four', 'B two', 'B four']);
    const calls = pinCalls();
    assert.equal((await scene.clone(source, target, { autoCreateTopics: true })).summary?.pinned, 0);
    assert.equal(pinCalls(), calls);
    pin(source, messagesOf(source).findLast(({ text }) => text === 'five')?.id);
    assert.equal((await scene.clone(source, target, { autoCreateTopics: true })).summary?.pinned, 1);
    assert.equal(pinnedIn(target).at(-1), 'five');
  });

  it('are found beyond the first page of the list', async () => {
    const source = scene.group('many pins');
    const ids = Array.from({ length: 103 }, (_, index) => scene.post(source, { text: `pin ${index}` }));
    for (const message of messagesOf(source)) message.pinned = ids.includes(message.id);
    const { signal } = new AbortController();
    const chat = await resolveChat(scene.client, parseChatRef(String(source.id)), signal);
    assert.deepEqual(await pinnedIds(scene.client, chat, signal), ids);
  });

  it('are pinned by the next run if one dies among its pins', async () => {
    const source = scene.group('cut pins');
    fill(source);
    const target = scene.group('cut pins copy');
    const stop = new AbortController();
    await scene.clone(source, target, {
      signal: stop.signal,
      onEvent: ([kind]) => kind === 'pinned' && stop.abort(new Error('killed')),
    });
    assert.deepEqual(pinnedIn(target), ['two']);
    const second = await scene.clone(source, target);
    assert.deepEqual(
      [second.error, second.summary?.pinned, pinnedIn(target)],
      [undefined, 1, ['two', 'four']],
    );
  });

  it('are counted once as lost where this account may not pin, and are pinned when it may', async () => {
    const source = scene.group('no right');
    fill(source);
    for (const known of [true, false]) {
      const target = scene.sandbox.world.createChannel({
        title: `no right copy ${known}`,
        creator: friend.id,
        megagroup: true,
      });
      scene.sandbox.world.addMember(target, scene.me.id);
      if (known) target.defaultBans.add('pinMessages');
      else {
        const error = new RpcError(400, 'CHAT_ADMIN_REQUIRED');
        scene.sandbox.weather.script({ method: PIN, fate: { kind: 'refuse', error } });
      }
      const calls = pinCalls();
      const first = await scene.clone(source, target);
      assert.deepEqual([first.error, first.summary?.reduced], [undefined, { pinned: 2 }]);
      assert.equal(pinCalls() - calls, known ? 0 : 1, 'a right that is missing is tried once at most');
      if (known) {
        const again = await scene.clone(source, target);
        assert.deepEqual(again.summary?.reduced, {});
        target.defaultBans.clear();
      }
      const last = await scene.clone(source, target);
      assert.deepEqual([last.summary?.pinned, pinnedIn(target)], [2, ['two', 'four']]);
    }
  });

  it('are counted as lost if their copy alone is refused', async () => {
    const source = scene.group('one refused');
    fill(source);
    const target = scene.group('one refused copy');
    const error = new RpcError(400, 'MESSAGE_ID_INVALID');
    scene.sandbox.weather.script({ method: PIN, fate: { kind: 'refuse', error } });
    const { summary } = await scene.clone(source, target);
    assert.deepEqual([summary?.pinned, summary?.reduced, pinnedIn(target)], [1, { pinned: 1 }, ['four']]);
  });

  it('leave no note when the answer to a pin is lost', async () => {
    const source = scene.group('lost answer');
    fill(source);
    for (const target of [scene.group('lost answer copy'), scene.basicGroup('lost answer basic')]) {
      scene.sandbox.weather.script({ method: PIN, fate: { kind: 'drop-after' } });
      const { summary } = await scene.clone(source, target);
      assert.deepEqual([summary?.pinned, pinnedIn(target), notesIn(target)], [2, ['two', 'four'], 0]);
    }
  });

  it("leave no note when the run ends before a pin's answer; the note of somebody's own pin stays", async () => {
    const source = scene.group('unheard answer');
    fill(source);
    const target = scene.group('unheard answer copy');
    const { world, weather } = scene.sandbox;
    const other = scene.post(target, { text: 'of another' });
    const action = { kind: 'pinMessage' } as const;
    const stop = new AbortController();
    weather.judge = (method) => {
      if (method !== PIN) return undefined;
      stop.abort(new Error('killed'));
      return { kind: 'drop-after' };
    };
    await scene.clone(source, target, { signal: stop.signal });
    weather.judge = undefined;
    world.post({ chat: target.id, from: scene.me.id, action, replyTo: other });
    assert.equal(notesIn(target), 2, 'the pin was made');
    const second = await scene.clone(source, target);
    assert.deepEqual(
      [second.error, second.summary?.pinned, pinnedIn(target), notesIn(target)],
      [undefined, 1, ['two', 'four'], 1],
    );
  });

  it('are pinned, and not lost, if Telegram refuses to delete the note', async () => {
    const source = scene.group('kept notes');
    fill(source);
    for (const [code, name] of [
      [403, 'MESSAGE_DELETE_FORBIDDEN'],
      [400, 'CHAT_ADMIN_REQUIRED'],
      [400, 'MESSAGE_ID_INVALID'],
    ] as const) {
      const target = scene.group(`kept notes ${name}`);
      scene.sandbox.weather.script({
        method: 'channels.DeleteMessages',
        fate: { kind: 'refuse', error: new RpcError(code, name) },
      });
      const { summary, error } = await scene.clone(source, target);
      assert.deepEqual([error, summary?.pinned, summary?.reduced], [undefined, 2, {}], name);
      assert.deepEqual([pinnedIn(target), notesIn(target)], [['two', 'four'], 1]);
    }
  });
});
