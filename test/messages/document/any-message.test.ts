import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { overTheWire, postDocument, throughJson } from '../../support/received.js';
import { construct, constructorsOf, type TlConstructor } from '../../support/tl-schema.js';

const DEEPEST = 5;

describe('the document of any message', () => {
  it('survives JSON, holds no entity outside its text, and never throws', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const message = anyObject(gen, 'Message', 0) as Api.TypeMessage;
        const document = documentOf(overTheWire(message));
        assert.deepEqual(throughJson(document), document);
        assert.deepEqual(JSON.parse(canonicalJson(document)), document);
        assertPlain(document);
      }),
      { numRuns: 300 },
    );
  });

  it('holds no number that JSON lacks', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (one, other) => {
        const geo = new Api.GeoPoint({ lat: one, long: other, accessHash: bigInt(1) });
        const place = postDocument({ media: new Api.MessageMediaGeo({ geo }) });
        const isPlace = Number.isFinite(one) && Number.isFinite(other);
        assert.deepEqual(place.media, {
          kind: 'location',
          ...(isPlace && { point: { latitude: one || 0, longitude: other || 0 } }),
        });
        const video = new Api.DocumentAttributeVideo({ duration: one, w: 1, h: 1, videoStartTs: other });
        const document = anyFile([video]);
        const film = postDocument({ media: new Api.MessageMediaDocument({ document }) });
        assert.deepEqual(throughJson(film), film);
        assert.deepEqual(throughJson(place), place);
      }),
      {
        examples: [
          [Number.NaN, -0],
          [-0, 1],
          [1, Number.NEGATIVE_INFINITY],
        ],
      },
    );
  });
});

function anyFile(attributes: Api.TypeDocumentAttribute[]): Api.Document {
  return new Api.Document({
    id: bigInt(1),
    accessHash: bigInt(1),
    fileReference: Buffer.alloc(0),
    date: 1,
    mimeType: '',
    size: bigInt(1),
    dcId: 1,
    attributes,
  });
}

type Gen = fc.GeneratorValue;

/** Any object of a type as a server could send it, with any of its fields. */
function anyObject(gen: Gen, type: string, depth: number): { getBytes(): Buffer } {
  const forms = constructorsOf(type);
  const form = depth < DEEPEST ? gen(fc.constantFrom<TlConstructor[]>, ...forms) : forms.reduce(simpler);
  const bits = new Map<string, boolean>();
  const isThere = (bit: string | undefined): boolean => {
    if (bit === undefined) return true;
    const known = bits.get(bit) ?? (depth < DEEPEST && gen(fc.boolean));
    bits.set(bit, known);
    return known;
  };
  const fields = form.fields.map(({ name, type: fieldType, isVector, bit }) => {
    if (!isThere(bit)) return [name, undefined];
    if (!isVector) return [name, anyValue(gen, fieldType, depth + 1)];
    const length = depth < DEEPEST ? gen(fc.nat, 2) : 0;
    return [name, Array.from({ length }, () => anyValue(gen, fieldType, depth + 1))];
  });
  return construct(form.name, Object.fromEntries(fields));
}

function anyValue(gen: Gen, type: string, depth: number): unknown {
  switch (type) {
    case 'int':
      return gen(fc.integer);
    case 'long':
      return bigInt(gen(fc.bigInt, { min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    case 'double':
      return gen(fc.double);
    case 'string':
      return gen(fc.string, { unit: 'binary', maxLength: 12 });
    case 'bytes':
      return Buffer.from(gen(fc.uint8Array, { maxLength: 6 }));
    case 'Bool':
      return gen(fc.boolean);
    case 'true':
      return true;
    default:
      return anyObject(gen, type, depth);
  }
}

/** The one of two constructors that ends a tree sooner. */
function simpler(one: TlConstructor, other: TlConstructor): TlConstructor {
  const weight = ({ fields }: TlConstructor): number =>
    fields.filter(({ type, isOptional }) => !isOptional && constructorsOf(type).length > 0).length;
  return weight(other) < weight(one) ? other : one;
}

/** Nothing but JSON's own values, and in each text its entities. */
function assertPlain(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    assert.ok(
      typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
      String(value),
    );
    return;
  }
  assert.ok(Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
  if ('text' in value && 'entities' in value) assertInside(value as Formatted);
  Object.values(value).forEach(assertPlain);
}

interface Formatted {
  readonly text: string;
  readonly entities: readonly { readonly offset: number; readonly length: number }[];
}

function assertInside({ text, entities }: Formatted): void {
  for (const { offset, length } of entities) {
    assert.ok(offset >= 0 && length >= 0 && offset + length <= text.length);
  }
}
