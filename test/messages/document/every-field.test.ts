import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import type { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { overTheWire, throughJson } from '../../support/received.js';
import { isSeen } from '../../support/seen-fields.js';
import {
  allTypes,
  construct,
  constructorsOf,
  type TlConstructor,
  type TlField,
} from '../../support/tl-schema.js';

/** Kept as they are, since they are not for this version, or belong to requests. */
const KEPT_AS_UNKNOWN = new Set([
  'MessageMediaUnsupported',
  'MessageEntityUnknown',
  'PageBlockUnsupported',
  'InputPollAnswer',
  'InputMediaAreaVenue',
  'InputMediaAreaChannelPost',
]);

/** Without them the message says nothing, or less than its bytes. */
const KEPT_WHOLE = new Set(['MessageEmpty', 'InputUserEmpty', 'InputUserSelf']);

interface Holder {
  readonly type: string;
  readonly form: TlConstructor;
  readonly field: TlField;
}

const LIGHTEST = lightest();

/** For each type that a message may hold, what holds it, one level further up. */
const HOLDERS = holders();

describe('a document', () => {
  for (const type of ['Message', ...HOLDERS.keys()]) {
    it(`has every field of ${type}`, () => {
      for (const form of constructorsOf(type)) {
        checkJson(type, form);
        for (const field of fieldsSeen(form)) checkField(type, form, field);
      }
    });
  }
});

function checkJson(type: string, form: TlConstructor): void {
  for (const fields of [everything(form), requiredOnly(form)]) {
    const document = documentOf(overTheWire(messageWith(type, construct(form.name, fields))));
    assert.deepEqual(throughJson(document), document, form.name);
    assert.deepEqual(JSON.parse(canonicalJson(document)), document, form.name);
    if (isTypical(form)) assert.equal(document.raw, undefined, `${form.name} is unknown`);
    else assert.ok(document.raw, `${form.name}: its message isn't kept`);
  }
}

/** In the fullest object or in the barest, two values of the field make two documents. */
function checkField(type: string, form: TlConstructor, field: TlField): void {
  const values = [...valuesOf(field), ...(field.isOptional ? [undefined] : [])];
  const leavesTrace = [everything(form), requiredOnly(form)].some((fields) => {
    const documents = values.map((value) =>
      canonicalJson(documentWith(type, construct(form.name, { ...fields, [field.name]: value }))),
    );
    return new Set(documents).size > 1;
  });
  assert.ok(leavesTrace, `${form.name}.${field.name} leaves no trace in the document`);
}

/** At least two values, unless it is a flag: of an object's type the barest and the fullest of each constructor. */
function valuesOf(field: TlField): readonly unknown[] {
  const { type, isVector } = field;
  if (type === 'true') return [true];
  const values =
    scalar(type, 1) === undefined
      ? typicalOf(type).flatMap((form) =>
          [everything(form), everything(form, 2), requiredOnly(form)].map((fields) =>
            construct(form.name, fields),
          ),
        )
      : [scalar(type, 1), scalar(type, 2)];
  return isVector ? [[], ...values.map((value) => [value])] : values;
}

/** The document of a message that holds `object`, which is of `type`, wherever it may stand. */
function documentWith(type: string, object: object): MessageDocument {
  return documentOf(messageWith(type, object));
}

function messageWith(type: string, object: object): Api.TypeMessage {
  let inner = object;
  let innerType = type;
  while (innerType !== 'Message') {
    const holder = HOLDERS.get(innerType);
    if (!holder) throw new Error(`nothing holds ${innerType}`);
    const { form, field } = holder;
    const value = field.isVector ? [inner] : inner;
    inner = construct(form.name, { ...requiredOnly(form), [field.name]: value });
    innerType = holder.type;
  }
  return inner as Api.TypeMessage;
}

function everything(form: TlConstructor, seed = 1): Record<string, unknown> {
  return Object.fromEntries(form.fields.map((field) => [field.name, fieldValue(field, seed)]));
}

function requiredOnly(form: TlConstructor, seed = 1): Record<string, unknown> {
  const required = form.fields.filter(({ isOptional }) => !isOptional);
  return Object.fromEntries(required.map((field) => [field.name, fieldValue(field, seed)]));
}

function fieldValue({ type, isVector }: TlField, seed: number): unknown {
  const value = scalar(type, seed) ?? barest(type, seed);
  return isVector ? [value] : value;
}

/** A value of a type that isn't an object's; other seeds give other values. */
function scalar(type: string, seed: number): unknown {
  switch (type) {
    case 'int':
      return 4 + seed;
    case 'long':
      return bigInt(4 + seed);
    case 'double':
      return 4.5 + seed;
    // Long enough for the offsets of entities.
    case 'string':
      return `text ${seed}`.padEnd(64, '.');
    case 'bytes':
      return Buffer.from([1, 2, seed]);
    case 'Bool':
      return seed % 2 === 0;
    case 'true':
      return true;
    default:
      return undefined;
  }
}

function barest(type: string, seed: number): object {
  const forms = [...typicalOf(type)].sort((a, b) => weight(a, LIGHTEST) - weight(b, LIGHTEST));
  const form = forms[Math.min(seed, forms.length) - 1];
  if (!form) throw new Error(`no constructor of ${type}`);
  return construct(form.name, requiredOnly(form, seed));
}

/** For each type, how many objects its barest one needs; found by trying until nothing becomes lighter. */
function lightest(): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  let changed = true;
  while (changed) {
    changed = false;
    for (const [type, forms] of allTypes()) {
      const least = Math.min(...forms.filter(isTypical).map((form) => weight(form, weights)));
      if (least < (weights.get(type) ?? Number.POSITIVE_INFINITY)) {
        weights.set(type, least);
        changed = true;
      }
    }
  }
  return weights;
}

function weight(form: TlConstructor, weights: ReadonlyMap<string, number>): number {
  return form.fields
    .filter(({ type, isOptional }) => !isOptional && scalar(type, 1) === undefined)
    .reduce((sum, { type }) => sum + (weights.get(type) ?? Number.POSITIVE_INFINITY), 1);
}

function typicalOf(type: string): readonly TlConstructor[] {
  return constructorsOf(type).filter(isTypical);
}

function isTypical({ name }: TlConstructor): boolean {
  return !KEPT_AS_UNKNOWN.has(name) && !KEPT_WHOLE.has(name);
}

function holders(): ReadonlyMap<string, Holder> {
  const found = new Map<string, Holder>();
  const queue = ['Message'];
  for (const type of queue) {
    for (const form of typicalOf(type)) {
      for (const field of fieldsSeen(form)) {
        const isNew = field.type !== 'Message' && !found.has(field.type);
        if (!isNew || constructorsOf(field.type).length === 0 || scalar(field.type, 1) !== undefined)
          continue;
        found.set(field.type, { type, form, field });
        queue.push(field.type);
      }
    }
  }
  return found;
}

function fieldsSeen({ name, fields }: TlConstructor): readonly TlField[] {
  return fields.filter((field) => isSeen(name, field.name));
}
