import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { LAYER } from 'telegram/tl/runtime/registry.js';
import { LayerReader, toLayer } from '../../lib/sandbox/layers/layers.js';
import { olderForms } from '../../lib/sandbox/layers/older-forms.js';
import { isServedLayer, NEWEST_LAYER, OLDEST_LAYER } from '../../lib/sandbox/layers/older-lines.js';
import { fromHex, layerVectors, OLDER_LAYERS } from './vectors.js';

interface TlObject {
  getBytes(): Buffer;
}

const newest = layerVectors(NEWEST_LAYER);
const hexOf = (object: unknown): string => (object as TlObject).getBytes().toString('hex');
const read = (hex: string): TlObject => new LayerReader(fromHex(hex)).tgReadObject() as TlObject;

test('the served layers are the ones for which clients made vectors', () => {
  assert.equal(NEWEST_LAYER, LAYER);
  assert.equal(newest.layer, LAYER);
  const served = Array.from({ length: 400 }, (_, layer) => layer).filter(isServedLayer);
  assert.deepEqual(served, [...OLDER_LAYERS, NEWEST_LAYER]);
  assert.equal(served[0], OLDEST_LAYER);
});

for (const layer of OLDER_LAYERS) {
  const { source, vectors } = layerVectors(layer);

  test(`an answer in layer ${layer} has the bytes that ${source} writes`, () => {
    const answers = Object.entries(vectors).filter(([name]) => !isFormer(name));
    assert.ok(answers.length >= 12);
    for (const [name, bytes] of answers) {
      const object = read(newest.vectors[name] ?? '');
      assert.equal(hexOf(toLayer(object, layer)), bytes, name);
      assert.equal(hexOf(object), newest.vectors[name], `${name} was changed itself`);
    }
  });

  test(`the bytes that ${source} writes are read as if the newest layer had written them`, () => {
    for (const [name, bytes] of Object.entries(vectors)) {
      const reader = new LayerReader(fromHex(bytes));
      assert.equal(hexOf(reader.tgReadObject()), newest.vectors[name], name);
      assert.equal(reader.tellPosition(), bytes.length / 2, name);
    }
  });
}

test('each older form occurs in a vector of each layer that has it, and the newest layer has none', () => {
  for (const { line, until } of olderForms()) {
    const id = Buffer.alloc(4);
    id.writeUInt32LE(line.id);
    const has = (layer: number): boolean =>
      Object.values(layerVectors(layer).vectors).some((bytes) => bytes.includes(id.toString('hex')));
    // A request under a former name belongs to no layer: mtcute still makes it.
    const expected = OLDER_LAYERS.filter((layer) => layer <= until || (until === 0 && layer === 227));
    assert.deepEqual(OLDER_LAYERS.filter(has), expected, line.name);
    assert.ok(!has(NEWEST_LAYER), line.name);
  }
});

test('the newest layer, and everything that no layer changes, is left alone', () => {
  const user = read(newest.vectors['a user with everything'] ?? '');
  assert.equal(toLayer(user, NEWEST_LAYER), user);
  const peer = new Api.UserEmpty({ id: (user as unknown as Api.User).id });
  assert.equal(toLayer(peer, OLDEST_LAYER), peer);
  const list = [peer, true, 5];
  assert.equal(toLayer(list, OLDEST_LAYER), list);
  assert.notEqual(toLayer([user], OLDEST_LAYER), list);
});

/** Former names are read, never written. */
function isFormer(name: string): boolean {
  return /^(a topic|topics) /.test(name);
}
