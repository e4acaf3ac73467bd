import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readTransforms } from '../../lib/messages/transform/transforms.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'previews' });
});
after(() => scene.close());

const preview = (url: string, layout?: 'large' | 'small'): Media => ({
  kind: 'webpage',
  url,
  layout,
  manual: true,
});

const shown = (chat: Chat): unknown[] =>
  (chat.box?.messages ?? [])
    .filter(({ action }) => !action)
    .map(({ text, media }) => [text, media?.kind === 'webpage' ? [media.url, media.layout] : media]);

describe('a message that is a link preview', () => {
  it('alone is sent as one, with its layout', async () => {
    const [source, target] = [scene.group('previews'), scene.group('previews copy')];
    scene.post(source, { media: preview('https://example.org/alone') });
    scene.post(source, { media: preview('https://example.org/small', 'small') });
    scene.post(source, { text: 'words', media: preview('https://example.org/words', 'large') });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 3);
    assert.deepEqual(summary?.reduced, {});
    await scene.assertSame(source, target);
  });

  it('becomes its link if Telegram makes no preview of it, and the loss is counted', async () => {
    const [source, target] = [scene.group('gone'), scene.group('gone copy')];
    scene.post(source, { media: preview('https://gone.invalid/') });
    scene.post(source, { text: 'words', media: preview('https://gone.invalid/2') });
    const { summary } = await scene.clone(source, target);
    assert.equal(summary?.sent, 2);
    assert.deepEqual(summary?.reduced, { preview_layout: 1 });
    assert.deepEqual(shown(target), [
      ['https://gone.invalid/', undefined],
      ['words', undefined],
    ]);
  });

  it('stays without one where Telegram found no page for the source', async () => {
    const [source, target] = [scene.group('no page'), scene.group('no page copy')];
    const url = 'https://example.org/none';
    const entities = [{ kind: 'url', offset: 0, length: url.length }] as const;
    const media = { kind: 'webpage', url, layout: undefined, manual: false } as const;
    scene.post(source, {
      text: url,
      entities,
      media: { ...media, page: { _: 'WebPageEmpty', id: 2n, url } },
    });
    scene.post(source, { text: url, entities, media });
    const { summary } = await scene.clone(source, target);
    assert.equal(summary?.sent, 2);
    assert.deepEqual(shown(target), [
      [url, undefined],
      [url, [url, undefined]],
    ]);
  });

  it('is found in the target by its link when the answer to its call is lost', async () => {
    const [source, target] = [scene.group('found'), scene.group('found copy')];
    scene.post(source, { media: preview('https://example.org/1') });
    scene.post(source, { media: preview('https://example.org/2') });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMedia',
      nth: 2,
      fate: { kind: 'drop-after' },
    });
    scene.sandbox.world.refuseRepeats = true;
    const { summary } = await scene.clone(source, target);
    scene.sandbox.world.refuseRepeats = false;
    assert.ok(fault.done);
    assert.equal(summary?.sent, 2);
    await scene.assertSame(source, target);
  });
});

describe('a link preview of a message whose text changes', () => {
  it("leads to the copy when its link does, and stays the original's way to look", async () => {
    const [source, target] = [scene.group('followed'), scene.group('followed copy')];
    const first = scene.post(source, { text: 'first' });
    const url = linkTo(source, first);
    const entities = [{ kind: 'url', offset: 0, length: url.length }] as const;
    scene.post(source, { text: url, entities, media: { kind: 'webpage', url, layout: 'large' } });
    scene.post(source, { text: url, entities, media: { kind: 'webpage', url, layout: undefined } });
    scene.post(source, { media: preview(url, 'small') });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { changed: 2 });
    const [copy] = target.box?.messages.filter(({ action }) => !action) ?? [];
    const there = linkTo(target, copy?.id ?? 0);
    assert.deepEqual(shown(target).slice(1), [
      [there, [there, 'large']],
      [there, [there, undefined]],
      ['', [there, 'small']],
    ]);
  });

  it('leads where its replaced link leads, and goes when that is gone', async () => {
    const [source, target] = [scene.group('replaced'), scene.group('replaced copy')];
    const one = 'https://example.org/1';
    const two = 'https://gone.example/2';
    const text = `${one} and ${two}`;
    const entities = [one, two].map((url) => ({
      kind: 'url',
      offset: text.indexOf(url),
      length: url.length,
    }));
    for (const url of [one, two]) {
      scene.post(source, { text, entities, media: { kind: 'webpage', url, layout: 'large' } });
    }
    const rules = { replaceRegex: [], strip: [], captionTemplate: undefined };
    const transform = readTransforms({ ...rules, replace: ['example.org=>example.net', ` and ${two}=>`] });
    assert.ok(transform);
    const { error } = await scene.clone(source, target, { text: { transform } });
    assert.equal(error, undefined);
    const there = 'https://example.net/1';
    assert.deepEqual(shown(target), [
      [there, [there, 'large']],
      [there, undefined],
    ]);
  });
});

function linkTo(chat: Chat, id: number): string {
  return `https://t.me/c/${String(chat.id).replace('-100', '')}/${id}`;
}
