import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { LAYER } from 'telegram/tl/runtime/registry.js';
import { fromHex, type PlainTl, telethonTl } from './vectors.js';

/** Telethon's names that differ from the schema's. */
const RENAMED: Readonly<Record<string, string>> = { is_self: 'self' };
/** The word that says which optional fields follow: the library keeps it, Telethon doesn't. */
const FLAGS = /^flags2?$/;

interface LibraryObject {
  readonly className: string;
  readonly originalArgs: Readonly<Record<string, unknown>>;
  getBytes(): Buffer;
}

test('Telethon and the library speak the same layer', () => {
  assert.equal(telethonTl.layer, LAYER);
  assert.ok(telethonTl.vectors.length > 60);
});

/** The library expects each element of this bare vector to be boxed; the sandbox writes it by hand. */
const UNREADABLE = 'future_salts';

test(`${UNREADABLE} is the one that the library can't read`, () => {
  const vector = telethonTl.vectors.find(({ name }) => name === UNREADABLE);
  assert.ok(vector);
  assert.throws(() => new BinaryReader(fromHex(vector.bytes)).tgReadObject());
});

for (const { name, object, bytes } of telethonTl.vectors.filter((vector) => vector.name !== UNREADABLE)) {
  test(`${name}: the library reads Telethon's bytes and writes the same`, () => {
    const reader = new BinaryReader(fromHex(bytes));
    const read = reader.tgReadObject() as LibraryObject;
    assert.equal(reader.tellPosition(), bytes.length / 2);
    assert.deepEqual(plain(read), named(object));
    assert.equal(read.getBytes().toString('hex'), bytes);
  });
}

test('a constructor made by hand has the same bytes as one that was read', () => {
  const vector = telethonTl.vectors.find(({ name }) => name === 'upload.saveBigFilePart');
  assert.ok(vector);
  const { fileId, bytes } = new BinaryReader(
    fromHex(vector.bytes),
  ).tgReadObject() as Api.upload.SaveBigFilePart;
  const made = new Api.upload.SaveBigFilePart({ fileId, filePart: 7999, fileTotalParts: 8000, bytes });
  assert.equal(made.getBytes().toString('hex'), vector.bytes);
});

/** A library object in the words of the vectors, without absent or false values and unset flags. */
function plain(value: unknown): PlainTl | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (Buffer.isBuffer(value)) return { hex: value.toString('hex') };
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? '');
  if (typeof value === 'number' && !Number.isInteger(value)) return { double: value };
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (!isLibraryObject(value)) return String(value);
  const entries = Object.entries(value.originalArgs).map(([key, field]) => [key, plain(field)] as const);
  return { _: value.className, ...kept(entries) };
}

/** A vector's object in the same words. */
function named(value: PlainTl): PlainTl {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object') return value;
  const { _: className, ...fields } = value as Record<string, PlainTl>;
  const entries = Object.entries(fields).map(([key, field]) => [RENAMED[key] ?? key, named(field)] as const);
  return className === undefined ? kept(entries) : { _: className, ...kept(entries) };
}

/** `random_id` and `randomId` are one name. */
function kept(entries: readonly (readonly [string, PlainTl | undefined])[]): Record<string, PlainTl> {
  const result: Record<string, PlainTl> = {};
  for (const [key, field] of entries) {
    const absent = field === undefined || field === false || FLAGS.test(key);
    if (!absent) result[key.replaceAll('_', '').toLowerCase()] = field;
  }
  return result;
}

function isLibraryObject(value: unknown): value is LibraryObject {
  return typeof value === 'object' && value !== null && 'className' in value;
}
