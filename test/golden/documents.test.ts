import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { type Api, LAYER } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../../lib/base/marked-id.js';
import { documentOf } from '../../lib/messages/tl/document/document.js';
import { isSeen } from '../support/seen-fields.js';
import { fromHex, telethonMessages } from './vectors.js';

test("Telethon's messages are of the library's layer", () => {
  assert.equal(telethonMessages.layer, LAYER);
  assert.ok(telethonMessages.vectors.length > 200);
});

for (const { name, bytes, facts } of telethonMessages.vectors) {
  test(`${name}: every value that Telethon wrote is in the document`, () => {
    const reader = new BinaryReader(fromHex(bytes));
    const document = documentOf(reader.tgReadObject() as Api.TypeMessage);
    assert.equal(reader.tellPosition(), bytes.length / 2);
    assert.equal(document.raw, undefined);
    const values = new Set(valuesOf(document));
    const lost = facts.filter(
      ([field, value]) => seen(field) && !forms(value).some((form) => values.has(form)),
    );
    assert.deepEqual(lost, []);
    assert.ok(facts.length > 2);
  });
}

/** `Document.access_hash` is `accessHash` here. */
function seen(field: string): boolean {
  const [form = '', name = ''] = field.split('.');
  return isSeen(
    form,
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** A value as it may stand in a document: as it is, as a string, or as a marked id. */
function forms(value: string | number): readonly (string | number)[] {
  return typeof value === 'string' ? [value] : [value, String(value), -value, -CHANNEL_MARK - value];
}

function valuesOf(json: unknown): unknown[] {
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(valuesOf) : [json];
}
