import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
