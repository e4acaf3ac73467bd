import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { anyObject } from '../../support/any-object.js';
import { overTheWire, postDocument, throughJson } from '../../support/received.js';

describe('the document of any message', () => {
  it('survives JSON, holds no entity outside its text, and never throws', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const message = anyObject(gen, 'Message') as Api.TypeMessage;
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
