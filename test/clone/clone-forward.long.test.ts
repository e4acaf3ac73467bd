import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import type { Media, Message } from '../../lib/sandbox/world/message.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';
import { ShiftedClock } from '../support/shifted-clock.js';

const REMEMBERED_SECONDS = 300;
const VIA = { via: 'forward' } as const;

const clock = new ShiftedClock();
let scene: CloneScene;
let friend: Account;
/** Called before each forwardMessages with its ids. */
let onForward: (ids: readonly number[]) => void = () => {};
before(async () => {
  scene = await cloneScene({
    seed: 'forwards',
    clock,
    weather: { randomIdSeconds: REMEMBERED_SECONDS },
    methods(methods) {
      const name = 'messages.ForwardMessages';
      return new Map([
        ...methods,
        [
          name,
          (request: Api.messages.ForwardMessages, caller) => {
            onForward(request.id.map(Number));
            return methods.get(name)?.(request, caller);
          },
        ],
      ]);
    },
  });
  friend = scene.sandbox.world.createUser({ firstName: 'Friend' });
});
beforeEach(() => {
  onForward = () => {};
  scene.sandbox.weather.judge = undefined;
});
after(() => scene.close());

/** A supergroup in which others write, too. */
function sourceOf(title: string, more = {}): Chat {
  const chat = scene.group(title, more);
  scene.sandbox.world.addMember(chat, friend.id);
  return chat;
}

function say(chat: Chat, text: string, more: object = {}): number {
  return scene.sandbox.world.post({ chat: chat.id, from: friend.id, text, date: 1_700_000_000, ...more }).id;
}

function photo(): Media {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width: 80, height: 60 });
  return { kind: 'photo', fileId: id, spoiler: false };
}

function album(chat: Chat, count: number): void {
  const groupedId = scene.sandbox.world.nextGroupedId();
  for (let item = 0; item < count; item += 1) say(chat, `item ${item}`, { media: photo(), groupedId });
}

const posts = (chat: Chat): Message[] => (chat.box?.messages ?? []).filter(({ action }) => !action);
const texts = (chat: Chat): string[] => posts(chat).map(({ text }) => text);
const calls: number[][] = [];
function countingCalls(): void {
  calls.length = 0;
  onForward = (ids) => calls.push([...ids]);
}

/** For each message: its album, as the number of that album. */
function albums(chat: Chat): (number | undefined)[] {
  const known: bigint[] = [];
  return posts(chat).map(({ groupedId }) => {
    if (groupedId === undefined) return undefined;
    if (!known.includes(groupedId)) known.push(groupedId);
    return known.indexOf(groupedId);
  });
}

/** The target has every message of the source once, in order, with its author, date and album. */
function assertForwarded(source: Chat, target: Chat): void {
  assert.deepEqual(texts(target), texts(source));
  assert.deepEqual(albums(target), albums(source));
  const origins = posts(source).map(({ forward, from, date }) => [
    forward?.from ?? from,
    forward?.date ?? date,
  ]);
  assert.deepEqual(
    posts(target).map(({ forward }) => [forward?.from, forward?.date]),
    origins,
  );
}

async function cloned(source: Chat, target: Chat, options: RunOptions = {}): Promise<CloneRun> {
  const run = await scene.clone(source, target, { ...VIA, ...options });
  assert.equal(run.error, undefined);
  return run;
}

describe('a clone that forwards', () => {
  it('writes cards for what deletes itself, which nobody can forward, in an album too', async () => {
    const [source, target] = [sourceOf('Self-destructing'), scene.group('Self-destructing forwards')];
    const brief = (): Media => ({ ...(photo() as Media & { kind: 'photo' }), ttl: 30 });
    say(source, 'before');
    say(source, 'secret', { media: brief() });
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const media of [photo(), brief(), photo()]) say(source, '', { media, groupedId });
    say(source, 'after');
    const { summary } = await cloned(source, target);
    assert.deepEqual(summary?.failed, []);
    const card = '[photo that deletes itself]';
    assert.deepEqual(texts(target).toSorted(), ['', '', card, card, 'after', 'before']);
    assert.deepEqual(
      albums(target).filter((album) => album !== undefined),
      [0, 0],
    );
    assert.equal(summary?.reduced['card'], 2);
  });

  it('keeps authors, dates, dice and albums, moves no bytes, and counts the replies that it loses', async () => {
    const [source, target] = [sourceOf('All kinds'), scene.group('Forwards')];
    const first = say(source, 'text', { entities: [{ kind: 'bold', offset: 0, length: 4 }] });
    say(source, 'answer', { replyTo: first, silent: true });
    say(source, '', { media: { kind: 'dice', emoticon: '🎲', value: 5 } });
    say(source, '', { action: { kind: 'chatEditTitle', title: 'New' } });
    say(source, 'file', { media: scene.document(700 * KIB) });
    album(source, 3);
    say(source, 'again', { forward: { from: friend.id, date: 1_600_000_000 } });
    countingCalls();
    const { summary } = await cloned(source, target);
    assertForwarded(source, target);
    assert.deepEqual(
      posts(target).map(({ media }) => media),
      posts(source).map(({ media }) => media),
    );
    assert.equal(posts(target)[1]?.silent, true);
    assert.deepEqual(summary?.ways, { forward: 8 });
    assert.deepEqual([summary?.reduced, summary?.skipped, summary?.bytes], [{ reply: 1 }, { service: 2 }, 0]);
    assert.deepEqual(
      calls.map(({ length }) => length),
      [1, 1, 6],
      'a silent message needs a call of its own',
    );
    const again = await cloned(source, target);
    assert.deepEqual([again.summary?.sent, posts(target).length], [0, 8]);
  });

  it('forwards up to a hundred messages by one call, and never cuts an album', async () => {
    const [source, target] = [sourceOf('Many'), scene.group('Many forwards')];
    for (let at = 0; at < 97; at += 1) say(source, `${at}`);
    album(source, 5);
    for (let at = 0; at < 100; at += 1) say(source, `more ${at}`);
    countingCalls();
    const { summary } = await cloned(source, target);
    assert.equal(summary?.ways.forward, 202);
    assertForwarded(source, target);
    assert.deepEqual(
      calls.map(({ length }) => length),
      [97, 100, 5],
    );
  });

  it('joins an album between whose items others wrote', async () => {
    const [source, target] = [sourceOf('Between'), scene.group('Joined')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    say(source, 'before');
    for (const text of ['one', 'two']) {
      say(source, text, { media: photo(), groupedId });
      say(source, `after ${text}`);
    }
    countingCalls();
    await cloned(source, target);
    assert.deepEqual(texts(target), ['before', 'one', 'two', 'after one', 'after two']);
    assert.deepEqual(albums(target), [undefined, 0, 0, undefined, undefined]);
    assert.equal(calls.length, 2, 'ids of one call ascend');
  });

  it('keeps topics apart and in order, with the empty ones', async () => {
    const [source, target] = [scene.forum('Topics'), scene.forum('Topics forwarded')];
    const { world } = scene.sandbox;
    const [one, empty, two] = ['One', 'Empty', 'Two'].map((title) => world.createTopic(source, { title }).id);
    for (const topicId of [two, one, one, two, undefined, two]) {
      scene.post(source, { text: `in ${topicId}`, ...(topicId === undefined ? {} : { topicId }) });
    }
    countingCalls();
    const { summary, topicMap } = await cloned(source, target, { autoCreateTopics: true });
    assert.deepEqual([summary?.topics, [...topicMap.keys()]], [3, [one, empty, two]]);
    assert.deepEqual(
      calls.map(({ length }) => length),
      [1, 2, 1, 1, 1],
    );
    assert.deepEqual(texts(target), texts(source));
    assert.deepEqual(
      posts(target).map(({ topicId }) => topicId),
      posts(source).map(({ topicId = 1 }) => (topicId === 1 ? 1 : topicMap.get(topicId))),
    );
  });

  it('goes into Saved Messages', async () => {
    const source = sourceOf('To self');
    say(source, 'note');
    const { summary, error } = await scene.clone(source, 'me', VIA);
    assert.deepEqual([error, summary?.ways], [undefined, { forward: 1 }]);
    assert.equal(scene.me.box.messages.at(-1)?.forward?.saved?.peer, source.id);
  });

  it('leaves messages out that were deleted meanwhile, and fails only the refused ones', async () => {
    const [source, target] = [sourceOf('Trouble'), scene.group('Trouble forwarded')];
    const ids = ['a', 'gone', 'b', 'bad', 'c', 'd'].map((text) => say(source, text));
    const [, gone, , bad] = ids;
    onForward = (asked) => {
      const { messages } = source.box ?? { messages: [] };
      const at = messages.findIndex(({ id }) => id === gone);
      if (at >= 0) messages.splice(at, 1);
      if (asked.includes(bad ?? 0)) throw new RpcError(400, 'MEDIA_EMPTY');
    };
    const { summary } = await cloned(source, target);
    assert.deepEqual(texts(target), ['a', 'b', 'c', 'd']);
    assert.deepEqual(summary?.failed, [{ sourceId: bad, reason: 'media_empty' }]);
    assert.deepEqual([summary?.skipped['deleted'], summary?.ways], [1, { forward: 4 }]);
    onForward = () => {};
    const again = await cloned(source, target, { retryFailed: true });
    assert.deepEqual(again.summary?.ways, { forward: 1 });
    assert.deepEqual(texts(target), ['a', 'b', 'c', 'd', 'bad']);
  });

  it('refuses protected chats, and fails a protected message even if it may be copied', async () => {
    const [source, target] = [sourceOf('Protected', { noforwards: true }), scene.group('Nothing')];
    say(source, 'kept');
    const refused = await scene.clone(source, target, { ...VIA, allowProtected: true });
    assert.equal((refused.error as { code?: string }).code, 'PROTECTED_FORWARD');
    source.noforwards = false;
    say(source, 'own', { noforwards: true });
    const stopped = await scene.clone(source, target, VIA);
    assert.equal((stopped.error as { code?: string }).code, 'PROTECTED_MESSAGE');
    assert.deepEqual(texts(target), ['kept']);
    const { summary } = await cloned(source, target, { allowProtected: true });
    assert.deepEqual(
      summary?.failed.map(({ reason }) => reason),
      ['forward_refused'],
    );
  });
});

it('a text that is to be changed is never forwarded', async () => {
  const [source, target] = [sourceOf('Unchanged'), scene.group('Unchanged copy')];
  say(source, 'as it is');
  const text = { transform: (post: never) => post };
  const { error } = await scene.clone(source, target, { ...VIA, text: text as never });
  assert.equal((error as { code?: string }).code, 'FORWARDS_UNCHANGED');
  assert.deepEqual(texts(target), []);
});

const lost: Fate = { kind: 'drop-after' };

/** The answer of the next forward is lost; Telegram may forget its random_ids at once. */
function loseOneAnswer(remembered: boolean): { readonly count: number } {
  const drops = { count: 0 };
  scene.sandbox.weather.judge = (method) => {
    if (drops.count > 0) {
      if (!remembered) clock.forward((REMEMBERED_SECONDS + 1) * 1000);
      scene.sandbox.weather.judge = undefined;
      return undefined;
    }
    if (method !== 'messages.ForwardMessages') return undefined;
    drops.count += 1;
    return lost;
  };
  return drops;
}

describe('a forward whose answer is lost', () => {
  it('is found in Saved Messages', async () => {
    const source = sourceOf('Lost to self');
    for (const text of ['to self', 'and again']) say(source, text);
    const before = scene.me.box.messages.length;
    const drops = loseOneAnswer(false);
    const { summary, error } = await scene.clone(source, 'me', VIA);
    assert.deepEqual([error, drops.count, summary?.ways], [undefined, 1, { forward: 2 }]);
    assert.deepEqual(
      scene.me.box.messages.slice(before).map(({ text }) => text),
      ['to self', 'and again'],
    );
  });

  for (const remembered of [true, false]) {
    it(`is made once, though Telegram ${remembered ? 'still knows' : 'has forgotten'} its random_ids`, async () => {
      const [source, target] = [sourceOf(`Lost ${remembered}`), scene.group(`Lost copy ${remembered}`)];
      for (const text of ['same', 'same', 'other', 'same']) say(source, text);
      album(source, 3);
      const drops = loseOneAnswer(remembered);
      const { summary } = await cloned(source, target);
      assert.equal(drops.count, 1);
      assertForwarded(source, target);
      assert.deepEqual(summary?.failed, []);
    });
  }
});

describe('a clone that forwards and is killed', () => {
  function filled(title: string): Chat {
    const source = sourceOf(title);
    for (const text of ['same', 'same', 'one']) say(source, text);
    album(source, 2);
    say(source, '', { media: { kind: 'dice', emoticon: '🎲', value: 2 } });
    say(source, 'same');
    return source;
  }

  async function killAndContinue(title: string, plan: DeathPlan, forget: boolean): Promise<boolean> {
    const [source, target] = [filled(title), scene.group(`${title} copy`)];
    const killed = await scene.clone(source, target, {
      ...VIA,
      wrapJob: (job) => dyingJob(job, plan).job,
    });
    if (forget) clock.forward((REMEMBERED_SECONDS + 1) * 1000);
    if (killed.error !== undefined) assert.ok(killed.error instanceof Death, String(killed.error));
    const { summary } = await cloned(source, target);
    assertForwarded(source, target);
    assert.deepEqual(summary?.failed, []);
    return killed.error !== undefined;
  }

  it('at any write, has every message once and in order afterwards', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let write = 1; await killAndContinue(`${when} ${write}`, { write, when }, false); write += 1) {
        assert.ok(write < 30, 'it never came to its end');
      }
    }
  });

  it('before its answer is recorded, finds the forwards though Telegram has forgotten the random_ids', async () => {
    assert.ok(await killAndContinue('forgotten', { write: 1, of: 'sent', when: 'before' }, true));
  });
});
