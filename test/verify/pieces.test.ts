import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { AlbumCheck } from '../../lib/verify/albums.js';
import { align, type Look, pairReplaced } from '../../lib/verify/align.js';
import { OrderCheck } from '../../lib/verify/order.js';
import { looksSame, pictureHash } from '../../lib/verify/picture.js';
import { rankOf, SampleKeeper } from '../../lib/verify/sample.js';

function look(name: string): Look {
  return { whole: name, text: name, media: '', kind: 'text', mayBeCard: false };
}

describe('align', () => {
  const items = fc.uniqueArray(fc.integer({ min: 0, max: 999_999 }), { minLength: 1, maxLength: 40 });

  it('pairs every message that is left with its own copy when some were removed and others added', () => {
    fc.assert(
      fc.property(items, fc.array(fc.boolean()), fc.array(fc.nat(40)), (ids, kept, added) => {
        const sources = ids.map((id) => look(`message ${id}`));
        const copies = sources.filter((_, index) => kept[index] ?? true);
        for (const [index, place] of added.entries()) copies.splice(place, 0, look(`extra #${index}?`));
        const pairs = align(sources, copies).flatMap(({ source, copy }) =>
          source === undefined || copy === undefined ? [] : [[sources[source]?.whole, copies[copy]?.whole]],
        );
        const exact = pairs.filter(([one, other]) => one === other);
        assert.equal(exact.length, sources.filter((_, index) => kept[index] ?? true).length);
      }),
    );
  });

  it('names every message once, in order, whatever the sequences', () => {
    const looks = fc.array(fc.constantFrom('a', 'b', 'c', 'd').map(look), { maxLength: 20 });
    fc.assert(
      fc.property(looks, looks, fc.boolean(), (sources, copies, isEnd) => {
        const steps = pairReplaced(align(sources, copies), isEnd);
        const ascending = (all: number[]) => [...all].sort((one, other) => one - other);
        const ones = steps.flatMap(({ source }) => source ?? []);
        const others = steps.flatMap(({ copy }) => copy ?? []);
        assert.deepEqual(ones, ascending(ones));
        assert.deepEqual(others, ascending(others));
        assert.deepEqual([ones.length, others.length], [sources.length, copies.length]);
      }),
    );
  });
});

describe('OrderCheck', () => {
  it('names exactly the copies that were moved, wherever a window ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 1500 }), fc.nat(), (count, chosen) => {
        const moved = 1 + (chosen % (count - 1));
        const check = new OrderCheck();
        const copies = Array.from({ length: count }, (_, index) => ({
          sourceId: index + 1,
          targetId: index + 1 === moved ? count + 100 : index + 1,
        }));
        const found = [...copies.flatMap((copy) => check.add([copy])), ...check.finish()];
        assert.deepEqual(
          found.map(({ sourceId }) => sourceId),
          [moved],
        );
      }),
      {
        examples: [500, 750, 1000].flatMap((moved) => [
          [1500, moved - 1],
          [moved + 1, moved - 1],
        ]) as [number, number][],
      },
    );
  });
});

describe('AlbumCheck', () => {
  const check = (pairs: readonly (readonly [string | undefined, string | undefined])[]): number[] => {
    const albums = new AlbumCheck();
    const members = pairs.map(([sourceAlbum, copyAlbum], index) => ({
      sourceId: index + 1,
      targetId: index + 11,
      sourceAlbum,
      copyAlbum,
    }));
    return [...members.flatMap((member) => albums.add([member])), ...albums.finish()].map(
      ({ sourceId }) => sourceId,
    );
  };

  it('accepts an album that is one album, and the last item of one as a message of its own', () => {
    assert.deepEqual(
      check([
        ['a', 'x'],
        ['a', 'x'],
        [undefined, undefined],
      ]),
      [],
    );
    assert.deepEqual(check([['a', undefined]]), []);
  });

  it('finds an item that is apart, however much was posted between it and the others', () => {
    const between = Array.from({ length: 90 }, () => [undefined, undefined] as const);
    assert.deepEqual(check([['a', 'x'], ...between, ['a', 'x']]), []);
    assert.deepEqual(check([['a', 'x'], ['a', 'x'], ...between, ['a', 'y']]), [93]);
  });

  it('finds items that are apart, in another album, or not of the album', () => {
    assert.deepEqual(
      check([
        ['a', 'x'],
        ['a', 'x'],
        ['a', undefined],
      ]),
      [3],
    );
    assert.deepEqual(
      check([
        ['a', 'x'],
        ['a', 'x'],
        ['a', 'y'],
      ]),
      [3],
    );
    assert.deepEqual(
      check([
        ['a', 'x'],
        ['a', 'x'],
        [undefined, 'x'],
      ]),
      [3],
    );
    assert.deepEqual(
      check([
        ['a', undefined],
        ['a', undefined],
      ]),
      [2],
    );
  });
});

describe('pictureHash', () => {
  const WIDTH = 160;
  const HEIGHT = 120;
  const picture = (color: (x: number, y: number) => readonly [number, number, number], quality: number) => {
    const data = Buffer.alloc(WIDTH * HEIGHT * 4, 255);
    for (let y = 0; y < HEIGHT; y += 1)
      for (let x = 0; x < WIDTH; x += 1) data.set(color(x, y), (y * WIDTH + x) * 4);
    return jpeg.encode({ width: WIDTH, height: HEIGHT, data }, quality).data;
  };
  const scene = (x: number, y: number) => [x, (x * y) % 200, y * 2] as const;

  it('is near for the same picture, encoded again', () => {
    const [one, other] = [pictureHash(picture(scene, 95)), pictureHash(picture(scene, 50))];
    assert.ok(one && other && looksSame(one, other));
  });

  it('is far for another picture, another colour, and the same one with something painted on it', () => {
    const original = pictureHash(picture(scene, 90));
    const others = [
      picture((x, y) => [255 - x, y, 128], 90),
      picture((x, y) => [x, (x * y) % 200, 255 - y * 2], 90),
      picture((x, y) => (x < 20 && y < 20 ? [255, 255, 255] : scene(x, y)), 90),
    ];
    for (const other of others) {
      const hash = pictureHash(other);
      assert.ok(original && hash && !looksSame(original, hash));
    }
  });

  it('is undefined for anything that is not a picture', () => {
    assert.equal(pictureHash(Buffer.from('no picture')), undefined);
    assert.equal(pictureHash(Buffer.alloc(0)), undefined);
  });
});

describe('a sample', () => {
  it('is the same for the same seed, has as many messages as asked for, and those with the smallest ranks', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (seed, count) => {
        const ids = Array.from({ length: 100 }, (_, index) => index + 1);
        const sample = (order: readonly number[]): number[] => {
          const keeper = new SampleKeeper(seed, count);
          for (const sourceId of order) keeper.offer({ sourceId, targetId: sourceId });
          return keeper.sampled.map(({ sourceId }) => sourceId);
        };
        const sorted = [...ids].sort((one, other) => rankOf(seed, one) - rankOf(seed, other));
        const expected = sorted.slice(0, count).sort((one, other) => one - other);
        assert.deepEqual(sample(ids), expected);
        assert.deepEqual(sample([...ids].reverse()), expected);
      }),
    );
  });
});
