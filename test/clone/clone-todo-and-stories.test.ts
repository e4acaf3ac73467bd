import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Checklist } from '../../lib/sandbox/kinds/checklist.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';

/** Checklists, stories, live places and dice. */

let scene: CloneScene;
let toggles = 0;
let refusesRepeats = false;
before(async () => {
  scene = await cloneScene({
    seed: 'todo and stories',
    premium: true,
    methods: (methods) => {
      const toggle = methods.get('messages.ToggleTodoCompleted');
      assert.ok(toggle);
      return new Map([
        ...methods,
        [
          'messages.ToggleTodoCompleted',
          async (request, caller) => {
            toggles += 1;
            const answer = (await toggle(request, caller)) as { updates: unknown[] };
            // What Telegram says then isn't published: it may be this.
            if (refusesRepeats && answer.updates.length === 0) throw new RpcError(400, 'TODO_NOT_MODIFIED');
            return answer;
          },
        ],
      ]);
    },
  });
});
after(() => scene.close());

const plain = (text: string) => ({ text, entities: [] });

function checklist(fields: Partial<Checklist> = {}): Checklist {
  const tasks = [1, 4, 9].map((id) => ({ id, ...plain(`task ${id}`) }));
  return { kind: 'checklist', title: plain('Packing'), tasks, done: new Map(), ...fields };
}

/** Done by this account, and by somebody else. */
function halfDone(): Checklist {
  const friend = scene.sandbox.world.createUser({ firstName: 'Friend' }).id;
  return checklist({
    othersCanAppend: true,
    done: new Map([
      [1, { by: scene.me.id, at: 1 }],
      [9, { by: friend, at: 2 }],
    ]),
  });
}

const posts = (chat: Chat) => (chat.box?.messages ?? []).filter(({ action }) => !action);
const listsIn = (chat: Chat): Checklist[] =>
  posts(chat).flatMap(({ media }) => (media?.kind === 'checklist' ? [media] : []));

function assertHalfDone(target: Chat, words: string): void {
  const [copy, ...others] = listsIn(target);
  assert.equal(others.length, 0, words);
  assert.deepEqual(
    copy?.tasks.map(({ id, text }) => [id, text]),
    [1, 4, 9].map((id) => [id, `task ${id}`]),
  );
  assert.deepEqual([...(copy?.done.keys() ?? [])], [1, 9], words);
  assert.deepEqual(
    [...(copy?.done.values() ?? [])].map(({ by }) => by),
    [scene.me.id, scene.me.id],
  );
  assert.equal(copy?.othersCanAppend, true);
}

describe('a checklist', () => {
  it('is one again, with its flags and ids, and the same tasks done, though by this account', async () => {
    const [source, target] = [scene.group('list'), scene.group('list copy')];
    scene.post(source, { media: halfDone() });
    scene.post(source, { media: checklist() });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced, summary?.failed], [2, { completions: 1 }, []]);
    const [first, second] = listsIn(target);
    assert.deepEqual([[...(first?.done.keys() ?? [])], second?.done.size], [[1, 9], 0]);
  });

  it('is completed once wherever a crash comes, whatever Telegram answers to a repeat', async () => {
    for (const refuses of [false, true]) {
      refusesRepeats = refuses;
      for (const [of, when] of [
        ['sent', 'before'],
        ['paid', 'before'],
      ] as const) {
        const words = `${of} ${when} ${refuses}`;
        const [source, target] = [scene.group(words), scene.group(`${words} copy`)];
        scene.post(source, { media: halfDone() });
        const killed = await scene.clone(source, target, {
          wrapJob: (job) => dyingJob(job, { write: 1, of, when }).job,
        });
        assert.ok(killed.error instanceof Death, words);
        const { error, summary } = await scene.clone(source, target);
        assert.equal(error, undefined, words);
        const reduced = of === 'sent' ? { completions: 1 } : {};
        assert.deepEqual([summary?.failed, summary?.reduced], [[], reduced], words);
        assertHalfDone(target, words);
        const notes = target.box?.messages.filter(({ action }) => action?.kind === 'shown') ?? [];
        assert.equal(notes.length, 1, `one note about completed tasks: ${words}`);
        const before = toggles;
        assert.equal((await scene.clone(source, target)).error, undefined);
        assert.equal(toggles, before, 'nothing is owed any more');
      }
    }
    refusesRepeats = false;
  });

  it('becomes lines in a channel, and without Premium', async () => {
    const source = scene.group('lines');
    scene.post(source, { media: halfDone() });
    const channel = scene.sandbox.world.createChannel({ title: 'lines copy', creator: scene.me.id });
    const group = scene.group('lines of a poor account');
    for (const target of [channel, group]) {
      scene.me.premium = target === channel;
      const { summary } = await scene.clone(source, target);
      scene.me.premium = true;
      assert.deepEqual(summary?.reduced, { checklist_as_text: 1, completions: 1 }, target.title);
      assert.equal(posts(target)[0]?.text, 'Packing\n☑ task 1\n☐ task 4\n☑ task 9');
    }
  });
});

describe('a story', () => {
  const stories = (): Map<number, Map<number, TlData>> => {
    const { state } = scene.sandbox.world;
    state.stories ??= new Map();
    return state.stories;
  };

  const item = (id: number, more: object): TlData => ({
    _: 'StoryItem',
    id,
    date: 1,
    public: true,
    expireDate: scene.sandbox.world.nowSeconds() + 3600,
    media: { _: 'MessageMediaEmpty' },
    ...more,
  });

  it('is shared again while everybody may see it; else a card stands for it', async () => {
    const { world } = scene.sandbox;
    const news = world.createChannel({ title: 'news', creator: scene.me.id, username: 'story_news' });
    const friend = world.createUser({ firstName: 'Private', username: 'private_friend' });
    scene.me.contacts.add(friend.id);
    const shared = [
      item(1, {}),
      item(2, { pinned: true, expireDate: 5 }),
      item(3, { expireDate: 5 }),
      item(4, { noforwards: true }),
    ];
    const own = item(1, { public: false });
    stories().set(news.id, new Map(shared.map((each) => [Number(each['id']), each])));
    stories().set(friend.id, new Map([[1, own]]));
    const [source, target] = [scene.group('stories'), scene.group('stories copy')];
    for (const story of shared) {
      scene.post(source, { media: { kind: 'story', peer: news.id, id: Number(story['id']), story } });
    }
    scene.post(source, { media: { kind: 'story', peer: friend.id, id: 1, story: own } });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual([summary?.sent, summary?.reduced], [5, { card: 3 }]);
    assert.deepEqual(
      posts(target).map(({ media, text }) => (media?.kind === 'story' ? media.id : text)),
      [1, 2, ...Array.from({ length: 3 }, () => '[story that cannot be shared]')],
    );
  });
});

describe('a live place', () => {
  it('becomes the last place that is known, whether it still moves or not', async () => {
    const [source, target] = [scene.group('places'), scene.group('places copy')];
    const place = { kind: 'geoLive', latitude: 46.948, longitude: 7.4474, heading: 90 };
    scene.post(source, { media: { ...place, period: 900 } });
    scene.post(source, { media: { ...place, latitude: 47, period: 60 }, date: 1_700_000_000 });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.reduced], [2, { live_place: 2 }]);
    assert.deepEqual(
      posts(target).map(({ media }) => media?.kind === 'geo' && [media.latitude, media.longitude]),
      [
        [46.948, 7.4474],
        [47, 7.4474],
      ],
    );
  });
});

describe('a dice', () => {
  it('keeps its value when it is forwarded, and is a card otherwise: nobody can throw the same one again', async () => {
    const source = scene.group('dice');
    scene.post(source, { media: { kind: 'dice', emoticon: '🎯', value: 6 } });
    const [forwarded, streamed, referred] = ['forward', 'stream', 'auto'].map((via) =>
      scene.group(`dice ${via}`),
    );
    assert.ok(forwarded && streamed && referred);
    assert.equal((await scene.clone(source, forwarded, { via: 'forward' })).error, undefined);
    const { media } = posts(forwarded)[0] ?? {};
    assert.deepEqual(media, { kind: 'dice', emoticon: '🎯', value: 6 });
    for (const [via, target] of [
      ['stream', streamed],
      ['auto', referred],
    ] as const) {
      const { summary } = await scene.clone(source, target, { via });
      assert.deepEqual(summary?.reduced, { card: 1 }, via);
      assert.equal(posts(target)[0]?.text, '[dice 🎯 6]');
    }
  });
});
