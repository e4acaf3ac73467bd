import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTION_FIELDS } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { findingsOf, verifyScene } from '../support/verify-scene.js';

const plain = (text: string): TlData => ({ _: 'TextPlain', text });
const paragraph = (text: TlData): TlData => ({ _: 'PageBlockParagraph', text });

test('verify finds damage in the words of a rich message that a run has changed', async (t) => {
  const template = readTemplate('by {author}', ATTRIBUTION_FIELDS, '--attribution-template');
  const scene = await verifyScene(t, { seed: 'rich words', premium: true });
  const [source, target] = [scene.group('source'), scene.group('target')];
  const first = scene.post(source, { text: 'first' });
  const url = `https://t.me/c/${String(source.id).slice(4)}/${first}`;
  const geo = { _: 'GeoPoint', lat: 46.9, long: 7.4, accessHash: 5n };
  const caption = { _: 'PageCaption', text: { _: 'TextEmpty' }, credit: { _: 'TextEmpty' } };
  const id = scene.post(source, {
    text: '',
    rich: {
      blocks: [
        paragraph({ _: 'TextUrl', text: plain('see there'), url, webpageId: 0n }),
        paragraph({ _: 'TextBold', text: plain('the words') }),
        paragraph({ _: 'TextDiff', text: plain('new'), oldText: plain('old') }),
        { _: 'PageBlockMap', geo, zoom: 13, w: 600, h: 400, caption },
      ],
      photos: [],
      documents: [],
    },
  });
  const text = { attribution: { place: 'header', template } } as const;
  const { error, folder, summary } = await scene.clone(source, target, { text });
  assert.equal(error, undefined);
  assert.deepEqual(summary?.reduced, { changed: 2, entities: 1 });
  const verify = async (): Promise<string[]> => findingsOf(await scene.verify(source, target, { folder }));
  assert.deepEqual(await verify(), []);
  const copy = target.box?.messages.at(-1);
  const blocks = copy?.rich?.blocks as TlData[] | undefined;
  assert.ok(copy && blocks);
  const whole = [...blocks];
  assert.equal(whole.length, 5);
  for (const damage of [
    () => Object.assign(blocks, { 2: paragraph({ _: 'TextBold', text: plain('other words') }) }),
    () => Object.assign(blocks, { 2: paragraph(plain('the words')) }),
    () => Object.assign(blocks, { 0: paragraph(plain('by somebody else')) }),
    () => blocks.pop(),
  ]) {
    damage();
    assert.deepEqual(await verify(), [`attributes richMessage.blocks ${id}→${copy.id}`]);
    blocks.splice(0, blocks.length, ...whole);
  }
  assert.deepEqual(await verify(), []);
});
