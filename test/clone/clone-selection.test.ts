import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Api } from 'telegram/tl/index.js';
import { KIB } from '../../lib/base/bytes.js';
import type { SelectionName } from '../../lib/messages/selection/criteria.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { selectionFor } from '../support/selection.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'selection' });
});
after(() => scene.close());

const texts = (chat: Chat): string[] => (chat.box?.messages ?? []).flatMap(({ text }) => text || []);
const choose = (words: Partial<Record<SelectionName, string>>) => selectionFor(words, { self: scene.me.id });

/** The scene's client, and how many pages of history it has asked for. */
function countingClient(): { readonly client: TelepiClient; pages: number } {
  const counted = { pages: 0, client: scene.client };
  counted.client = new Proxy(scene.client, {
    get(client, name) {
      const value: unknown = Reflect.get(client, name, client);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        if (name === 'call' && args[0] instanceof Api.messages.GetHistory) counted.pages += 1;
        return Reflect.apply(value, client, args);
      };
    },
  });
  return counted;
}

describe('a selection', () => {
  it('leaves messages out with its reasons, and later runs keep them out', async () => {
    const [source, target] = [scene.group('kinds'), scene.group('kinds copy')];
    scene.post(source, { text: 'a word' });
    scene.post(source, { text: 'file', media: scene.document(5 * KIB) });
    scene.post(source, { text: 'no file' });
    scene.post(source, { text: 'large', media: scene.document(50 * KIB) });
    const selection = await choose({ kind: 'file', maxSize: '10k' });
    const first = await scene.clone(source, target, { selection });
    assert.equal(first.error, undefined);
    assert.deepEqual(first.summary?.skipped, { not_kind: 3, too_large: 1 }, 'the group being created, too');
    assert.deepEqual(texts(target), ['file']);
    scene.post(source, { text: 'more', media: scene.document(6 * KIB) });
    const second = await scene.clone(source, target);
    assert.deepEqual(texts(target), ['file', 'more'], 'a job keeps its earlier skips');
    assert.deepEqual(second.summary?.skipped, {});
  });

  it('takes an album whole, by its text and by the kind of one item, and leaves it out whole', async () => {
    const [source, byText, byKind] = [scene.group('album'), scene.group('by text'), scene.group('by kind')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 64, height: 48 });
    const video = scene.document(6 * KIB, {
      mimeType: 'video/mp4',
      attributes: [{ type: 'video', duration: 1, width: 2, height: 2 }],
    } as never);
    scene.post(source, { text: 'The trip', media: { kind: 'photo', fileId: id, spoiler: false }, groupedId });
    scene.post(source, { media: video, groupedId });
    scene.post(source, { text: 'between' });
    await scene.clone(source, byText, { selection: await choose({ match: 'trip' }) });
    const copies = (byText.box?.messages ?? []).filter(({ action }) => !action);
    assert.equal(copies.length, 2);
    assert.equal(new Set(copies.map((copy) => copy.groupedId)).size, 1);
    await scene.clone(source, byKind, { selection: await choose({ kind: 'video' }) });
    assert.equal((byKind.box?.messages ?? []).filter(({ media }) => media).length, 2);
    const without = scene.group('without');
    await scene.clone(source, without, { selection: await choose({ excludeKind: 'video' }) });
    assert.deepEqual(texts(without), ['between']);
  });

  it('ends the run at its end, and a later end continues from there', async () => {
    const [source, target] = [scene.group('until'), scene.group('until copy')];
    const day = Date.UTC(2024, 0, 1) / 1000;
    const ids = Array.from({ length: 250 }, (_, index) =>
      scene.post(source, { text: `${index}`, date: day + index * 3600 }),
    );
    const counted = countingClient();
    const first = await scene.clone(source, target, {
      client: counted.client,
      selection: await choose({ until: '2024-01-01' }),
    });
    assert.equal(first.error, undefined);
    assert.equal(texts(target).length, 24, 'the end includes its day');
    assert.equal(first.checkpoint, ids[23]);
    // One is the creation of the group, which came later than its messages say.
    assert.deepEqual(first.summary?.skipped, { after_until: 227 });
    assert.deepEqual(first.summary?.unread, { after_until: 226 }, 'the server has counted these');
    assert.ok(counted.pages <= 6, `the rest of the history is not read: ${counted.pages} pages`);
    const second = await scene.clone(source, target, {
      selection: await choose({ toId: String(ids[29]), until: '2024-01-05' }),
    });
    assert.equal(texts(target).length, 30);
    assert.deepEqual(second.summary?.skipped, { after_until: 250 - 120, above_to_id: 120 - 30 });
    const again = await scene.clone(source, target, { selection: await choose({ toId: String(ids[29]) }) });
    assert.deepEqual(again.summary?.skipped, { above_to_id: 220 }, 'each run says so');
    await scene.clone(source, target, { selection: await choose({ until: '2024-01-02' }) });
    assert.deepEqual(
      texts(target),
      Array.from({ length: 48 }, (_, index) => `${index}`),
    );
  });

  it('counts an album once that begins in front of its end and ends behind it', async () => {
    const [source, target] = [scene.group('straddling'), scene.group('straddling copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    scene.post(source, { text: 'before' });
    const first = scene.post(source, { text: '1', media: scene.document(5 * KIB), groupedId });
    for (const text of ['2', '3']) scene.post(source, { text, media: scene.document(5 * KIB), groupedId });
    for (const text of ['4', '5']) scene.post(source, { text });
    const { summary } = await scene.clone(source, target, {
      selection: await choose({ toId: String(first) }),
    });
    assert.deepEqual(texts(target), ['before', '1', '2', '3']);
    assert.equal(summary?.skipped.above_to_id, 2);
  });

  it('counts what lies in front of both of its beginnings by reason', async () => {
    const [source, target] = [scene.group('both'), scene.group('both copy')];
    const day = Date.UTC(2024, 0, 1) / 1000;
    const ids = Array.from({ length: 400 }, (_, index) =>
      scene.post(source, { text: `${index}`, date: day + index * 3600 }),
    );
    const { summary } = await scene.clone(source, target, {
      selection: await choose({ since: '2024-01-05', fromId: String(ids[300]) }),
    });
    assert.equal(texts(target).length, 100);
    const { before_since: old = 0, below_from_id: low = 0 } = summary?.skipped ?? {};
    assert.deepEqual([old, low], [96 + 1, 300 - 96], 'the creation of the group comes first');
    assert.ok((summary?.unread?.below_from_id ?? 0) > 0 && (summary?.unread?.before_since ?? 0) > 0);
  });

  it('does not count the states of topics that were never created', async () => {
    const [source, target] = [scene.forum('states'), scene.forum('states copy')];
    const [one, two] = ['one', 'two'].map((title) => scene.sandbox.world.createTopic(source, { title }));
    assert.ok(one && two);
    scene.post(source, { text: 'in one', topicId: one.id });
    scene.post(source, { text: 'in two', topicId: two.id });
    Object.assign(two, { closed: true, pinned: true });
    const { summary } = await scene.clone(source, target, {
      selection: await choose({ topic: String(one.id) }),
      autoCreateTopics: true,
    });
    assert.deepEqual(summary?.reduced, {});
  });

  it('finishes what it leaves out before it has read everything, also when messages are forwarded', async () => {
    const source = scene.group('long');
    for (let index = 0; index < 3000; index += 1) scene.post(source, { text: `${index}` });
    const target = scene.group('long copy');
    const counted = countingClient();
    let pagesAtFirst = 0;
    const { error } = await scene.clone(source, target, {
      client: counted.client,
      via: 'forward',
      selection: await choose({ match: '^2999$' }),
      onEvent: ([kind]) => {
        if (kind === 'skipped') pagesAtFirst ||= counted.pages;
      },
    });
    assert.equal(error, undefined);
    assert.deepEqual(texts(target), ['2999']);
    assert.ok(counted.pages > 30, `${counted.pages} pages`);
    assert.ok(pagesAtFirst > 0 && pagesAtFirst <= 16, `${pagesAtFirst} pages were held`);
  });

  it('stops at its limit, behind an album that began within it, and the next run continues', async () => {
    const [source, target] = [scene.group('limit'), scene.group('limit copy')];
    scene.post(source, { text: '1' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const text of ['2', '3', '4'])
      scene.post(source, { text, media: scene.document(5 * KIB), groupedId });
    for (const text of ['5', '6']) scene.post(source, { text });
    const run = async (limit: string) =>
      (await scene.clone(source, target, { selection: await choose({ limit }) })).summary;
    const first = await run('2');
    assert.deepEqual([first?.sent, first?.limited], [4, true]);
    const second = await run('1');
    assert.deepEqual([second?.sent, second?.limited], [1, true]);
    const third = await run('1');
    assert.deepEqual([third?.sent, third?.limited], [1, undefined], 'nothing is left');
    assert.deepEqual(texts(target), ['1', '2', '3', '4', '5', '6']);
  });

  it('creates only the topics that its messages need', async () => {
    const [source, target] = [scene.forum('topics'), scene.forum('topics copy')];
    const [one, two] = ['one', 'two'].map((title) => scene.sandbox.world.createTopic(source, { title }).id);
    scene.post(source, { text: 'in one', topicId: one });
    scene.post(source, { text: 'in two', topicId: two });
    const selection = await choose({ topic: String(two) });
    const { summary, topicMap, error } = await scene.clone(source, target, {
      selection,
      autoCreateTopics: true,
    });
    assert.equal(error, undefined);
    assert.deepEqual([...topicMap.keys()], [two]);
    assert.equal(summary?.topics, 1);
    assert.equal(summary?.skipped.not_topic, 3, 'the creation of the group, of a topic, and its message');
  });
});
