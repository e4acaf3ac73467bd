import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Job } from '../../lib/ledger/job.js';
import type { MissedMessages } from '../../lib/ledger/missed-store.js';
import type { SelectionName } from '../../lib/messages/selection/criteria.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { selectionFor } from '../support/selection.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'missed' });
});
after(() => scene.close());

const texts = (chat: Chat): string[] => (chat.box?.messages ?? []).flatMap(({ text }) => text || []);

async function run(
  [source, target]: readonly [Chat, Chat],
  words: Partial<Record<SelectionName, string>>,
  options: RunOptions = {},
): Promise<CloneRun> {
  const selection = await selectionFor(words, { self: scene.me.id });
  const done = await scene.clone(source, target, { selection, ...options });
  assert.equal(done.error, undefined);
  return done;
}

describe('messages that earlier runs left out', () => {
  it('are counted when they are selected now, and sent only by --append-missed, in order, at the end', async () => {
    const pair = [scene.group('kinds'), scene.group('kinds copy')] as const;
    const [source, target] = pair;
    scene.post(source, { text: 'a' });
    scene.post(source, { text: 'b', media: scene.document(5 * KIB) });
    scene.post(source, { text: 'c' });
    scene.post(source, { text: 'd', media: scene.document(6 * KIB) });
    await run(pair, { kind: 'file' });
    scene.post(source, { text: 'e' });
    const second = await run(pair, { kind: 'file,text' });
    assert.equal(second.summary?.missed, 2);
    assert.deepEqual(texts(target), ['b', 'd', 'e']);
    const third = await run(pair, { kind: 'file,text' });
    assert.equal(third.summary?.missed, 2, 'each run says so');
    scene.post(source, { text: 'f' });
    const fourth = await run(pair, { kind: 'file,text' }, { appendMissed: true });
    assert.equal(fourth.summary?.missed, undefined);
    assert.equal(fourth.summary?.sent, 3);
    assert.deepEqual(texts(target), ['b', 'd', 'e', 'a', 'c', 'f']);
    const fifth = await run(pair, { kind: 'file,text' }, { appendMissed: true });
    assert.equal(fifth.summary?.sent, 0);
    assert.equal((await run(pair, { kind: 'file' })).summary?.missed, undefined);
  });

  it('because of their kind are counted, too, once they can be sent', async () => {
    const pair = [scene.group('dice'), scene.group('dice copy')] as const;
    const [source, target] = pair;
    scene.post(source, { media: { kind: 'dice', emoticon: '🎲', value: 3 } });
    scene.post(source, { text: 'x' });
    const first = await run(pair, {}, { cards: false });
    assert.equal(first.summary?.skipped.dice, 1);
    assert.equal((await run(pair, {}, { cards: true })).summary?.missed, 1);
    const last = await run(pair, {}, { cards: true, appendMissed: true });
    assert.equal(last.summary?.sent, 1);
    assert.equal(texts(target).length, 2);
  });

  it('are not read at all before a beginning, and found when it moves', async () => {
    const pair = [scene.group('since'), scene.group('since copy')] as const;
    const [source, target] = pair;
    const day = Date.UTC(2024, 0, 1) / 1000;
    for (let hour = 0; hour < 400; hour += 1)
      scene.post(source, { text: `${hour}`, date: day + hour * 3600 });
    const first = await run(pair, { since: '2024-01-16' });
    assert.deepEqual(
      texts(target),
      Array.from({ length: 40 }, (_, index) => `${360 + index}`),
    );
    assert.equal(first.summary?.skipped.before_since, 361, 'the ones that were not read are counted, too');
    const planned = first.events.filter(([kind]) => kind === 'skipped').length;
    assert.ok(planned <= 101, `${planned} messages were read one by one`);
    const second = await run(pair, { since: '2024-01-02', until: '2024-01-02' });
    assert.equal(second.summary?.missed, 24);
    await run(pair, { since: '2024-01-02', until: '2024-01-02' }, { appendMissed: true });
    assert.deepEqual(
      texts(target).slice(40),
      Array.from({ length: 24 }, (_, index) => `${24 + index}`),
    );
    const all = await run(pair, {}, { appendMissed: true });
    assert.equal(all.summary?.sent, 400 - 64);
    assert.equal(new Set(texts(target)).size, 400, 'nothing is there twice');
    assert.equal(texts(target).length, 400);
  });

  it('are counted and sent, too, where that run died before it saved how far it had come', async () => {
    const pair = [scene.group('died'), scene.group('died copy')] as const;
    const [source, target] = pair;
    for (const text of ['1', '2', 'yes 3', '4', 'yes 5']) scene.post(source, { text });
    const unsaved = (job: Job): Job =>
      new Proxy(job, {
        get(inner, name) {
          if (name === 'saveCheckpoint') return () => Promise.resolve();
          const value: unknown = Reflect.get(inner, name, inner);
          return typeof value === 'function' ? value.bind(inner) : value;
        },
      });
    const selection = await selectionFor({ match: 'yes' });
    const { error } = await scene.clone(source, target, { selection, wrapJob: unsaved });
    assert.equal(error, undefined);
    assert.deepEqual(texts(target), ['yes 3', 'yes 5']);
    assert.equal((await run(pair, {})).summary?.missed, 3);
    const last = await run(pair, {}, { appendMissed: true });
    assert.equal(last.summary?.sent, 3);
    assert.deepEqual(texts(target), ['yes 3', 'yes 5', '1', '2', '4']);
  });

  it('are appended without a warning by Node, however many files are under way', async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', onWarning);
    const pair = [scene.group('many files'), scene.group('many files copy')] as const;
    const [source, target] = pair;
    for (let index = 0; index < 30; index += 1)
      scene.post(source, { text: `${index}`, media: scene.document(5 * KIB + index) });
    await run(pair, { match: 'nothing' });
    await run(pair, {}, { appendMissed: true });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    assert.equal(texts(target).length, 30);
    assert.deepEqual(warnings, []);
  });

  it('stay chosen when the run that appends them is cut off, or reaches its limit', async () => {
    const pair = [scene.group('cut'), scene.group('cut copy')] as const;
    const [source, target] = pair;
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const text of ['1', '2', '3']) scene.post(source, { text });
    for (const text of ['4', '5']) scene.post(source, { text, media: scene.document(5 * KIB), groupedId });
    scene.post(source, { text: 'last' });
    await run(pair, { match: 'last' });
    const stop = new AbortController();
    const selection = await selectionFor({});
    const cut = await scene.clone(source, target, {
      selection,
      appendMissed: true,
      signal: stop.signal,
      onEvent: ([kind]) => kind === 'sent' && stop.abort(new Error('cut off')),
    });
    assert.match(String(cut.error), /cut off/);
    assert.equal(texts(target).length, 2);
    const limited = await run(pair, { limit: '3' });
    assert.deepEqual(texts(target), ['last', '1', '2', '3', '4', '5'], 'an album stays whole');
    assert.equal(limited.summary?.limited, undefined);
    const copies = (target.box?.messages ?? []).slice(-2);
    assert.equal(new Set(copies.map((copy) => String(copy.groupedId))).size, 1);
    assert.equal((await run(pair, {})).summary?.sent, 0);
  });

  it('are sent as whole albums, whatever lies between the items, and whatever the limit', async () => {
    const pair = [scene.group('apart'), scene.group('apart copy')] as const;
    const [source, target] = pair;
    const groupedId = scene.sandbox.world.nextGroupedId();
    const item = (text: string) =>
      scene.post(source, { text, media: scene.document(5 * KIB + text.length), groupedId });
    item('first item');
    for (let index = 0; index < 40; index += 1) scene.post(source, { text: `between ${index}` });
    item('second item, far behind');
    scene.post(source, { text: 'last' });
    await run(pair, { match: 'last' });
    const limited = await run(pair, { limit: '1' }, { appendMissed: true });
    assert.equal(limited.summary?.limited, true);
    assert.deepEqual(texts(target), ['last', 'first item', 'second item, far behind']);
    const copies = (target.box?.messages ?? []).slice(-2);
    assert.equal(new Set(copies.map((copy) => String(copy.groupedId))).size, 1);
    assert.equal((await run(pair, {})).summary?.sent, 40);
    assert.equal(texts(target)[3], 'between 0');
  });

  it('are counted after what is new is copied, and a run that is killed leaves the rest to the next one', async () => {
    const pair = [scene.group('counted late'), scene.group('counted late copy')] as const;
    const [source, target] = pair;
    for (let index = 0; index < 250; index += 1) scene.post(source, { text: `${index}` });
    scene.post(source, { text: 'yes' });
    await run(pair, { match: 'yes' });
    scene.post(source, { text: 'new' });
    const killed = watching({ dieAtRead: 2 });
    const cut = await scene.clone(source, target, {
      selection: await selectionFor({}),
      wrapJob: killed.wrapJob,
    });
    assert.match(String(cut.error), /killed/);
    assert.deepEqual(texts(target), ['yes', 'new']);
    const next = watching();
    const done = await run(pair, {}, { wrapJob: next.wrapJob });
    assert.equal(done.summary?.missed, 250);
    assert.deepEqual(next.readAfter[0], killed.readAfter[1], 'what was counted is not read again');
  });

  it('are counted once in what a selection passed over, wherever a run is killed and whatever lies between an album’s items', async () => {
    const pair = [scene.group('passed'), scene.group('passed copy')] as const;
    const [source, target] = pair;
    // At the end of the third page the second album is open, and the first reaches into it.
    const albums = [
      { groupedId: scene.sandbox.world.nextGroupedId(), at: [108, 203] },
      { groupedId: scene.sandbox.world.nextGroupedId(), at: [201, 248] },
    ];
    const date = Date.UTC(2024, 0, 1) / 1000;
    for (let index = 0; index < 450; index += 1) {
      const { groupedId } = albums.find(({ at }) => at.includes(index)) ?? {};
      const item = groupedId && { groupedId, media: scene.document(5 * KIB + index) };
      scene.post(source, { text: `${index}`, date: date + index * 3600, ...item });
    }
    const all = source.box?.messages.length ?? 0;
    await run(pair, { since: '2024-01-18' });
    const sent = texts(target).length;
    const selection = await selectionFor({});
    let kills = 0;
    for (let isCounted = false; !isCounted; ) {
      // Each run notes one position more.
      const { wrapJob } = watching({ dieAtSave: 2 });
      const { error, summary } = await scene.clone(source, target, { selection, wrapJob });
      isCounted = error === undefined;
      // The group's creation is a service message.
      if (isCounted) assert.equal(summary?.missed, all - 1 - sent);
      else assert.match(String(error), /killed/);
      kills += isCounted ? 0 : 1;
    }
    assert.ok(kills > 3, `${kills} runs were killed`);
  });

  it('are not read again by a run that continues to append them', async () => {
    const pair = [scene.group('append'), scene.group('append copy')] as const;
    const [source, target] = pair;
    for (let index = 0; index < 250; index += 1) scene.post(source, { text: `${index % 100}` });
    await run(pair, { match: 'nothing' });
    const killed = watching({ dieAtRead: 3 });
    const words = { match: '^(?:7|8)$' };
    const selection = await selectionFor(words);
    const cut = await scene.clone(source, target, {
      selection,
      appendMissed: true,
      wrapJob: killed.wrapJob,
    });
    assert.match(String(cut.error), /killed/);
    const next = watching();
    await run(pair, words, { appendMissed: true, wrapJob: next.wrapJob });
    assert.deepEqual(next.readAfter[0], killed.readAfter[2]);
    assert.deepEqual(texts(target), ['7', '8', '7', '8', '7', '8']);
  });

  it('are judged with their whole album, whatever lies between its items', async () => {
    const pair = [scene.group('wide'), scene.group('wide copy')] as const;
    const [source] = pair;
    const groupedId = scene.sandbox.world.nextGroupedId();
    // Skipped messages are read again by the hundred.
    for (let index = 0; index < 80; index += 1) scene.post(source, { text: `before ${index}` });
    scene.post(source, { text: 'caption', media: scene.document(5 * KIB), groupedId });
    for (let index = 0; index < 40; index += 1) scene.post(source, { text: `between ${index}` });
    scene.post(source, { media: scene.document(6 * KIB), groupedId });
    await run(pair, { match: 'nothing' });
    assert.equal((await run(pair, { match: 'caption' })).summary?.missed, 2);
  });
});

/** Notes after which message skipped ones are read, and dies at one of these reads or of the positions saved. */
function watching({ dieAtRead = 0, dieAtSave = 0 } = {}) {
  const readAfter: number[] = [];
  let saves = 0;
  const calls: Partial<MissedMessages> = {};
  const wrapJob = (job: Job): Job => {
    const { missed } = job;
    calls.skippedAfter = (sourceId, most) => {
      readAfter.push(sourceId);
      if (readAfter.length === dieAtRead) return Promise.reject(new Error('killed'));
      return missed.skippedAfter(sourceId, most);
    };
    calls.saveComparison = (comparison) => {
      saves += 1;
      return saves === dieAtSave ? Promise.reject(new Error('killed')) : missed.saveComparison(comparison);
    };
    return proxy(job, { missed: proxy(missed, calls) });
  };
  return { readAfter, wrapJob };
}

function proxy<T extends object>(inner: T, changes: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(name in changes ? changes : target, name, target);
      return typeof value === 'function' && !(name in changes) ? value.bind(target) : value;
    },
  });
}
