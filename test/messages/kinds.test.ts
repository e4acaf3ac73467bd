import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import definitions from 'telegram/tl/generated/api-definitions.js';
import type { Kind, KindTable } from '../../lib/messages/kinds/kind.js';
import { OPTIONS, optionsOf } from '../../lib/messages/kinds/kind.js';
import { PLANNED_LOSSES } from '../../lib/messages/kinds/planned-losses.js';
import { FIELDS } from '../../lib/messages/kinds/table.js';
import { REDUCTIONS, SKIP_REASONS } from '../../lib/messages/losses.js';
import { COMPLETE_KINDS } from '../../lib/messages/tl/kinds.js';
import { KINDS_DOC, kindsDoc } from '../support/kinds-doc.js';

/** A constructor or method as the client library defines it. */
interface Definition {
  readonly name: string;
  readonly isFunction: boolean;
  /** Its type. */
  readonly result: string;
  readonly argsConfig: Readonly<Record<string, { readonly flagIndicator: boolean }>>;
}

const CONSTRUCTORS = (definitions as readonly Definition[]).filter(({ isFunction }) => !isFunction);
const tables: Readonly<Record<string, KindTable>> = COMPLETE_KINDS;
const fields: Readonly<Record<string, KindTable>> = FIELDS;
const rows = [...Object.entries(tables), ...Object.entries(fields)].flatMap(([of, table]) =>
  Object.entries(table).map(([name, kind]): [string, Kind] => [`${of}: ${name}`, kind]),
);

describe('the table of kinds', () => {
  it("has every constructor that the library's layer defines, and no other", () => {
    assert.ok(CONSTRUCTORS.length > 1000, 'the definitions are found');
    for (const [type, table] of Object.entries(tables)) {
      const defined = CONSTRUCTORS.filter(({ result }) => result === type).map(({ name }) => name);
      assert.ok(defined.length > 0, `${type} is a type of the layer`);
      assert.deepEqual(Object.keys(table).sort(), defined.sort(), type);
    }
  });

  it('has every field and flag of a message and of its headers, and no other', () => {
    for (const [name, table] of Object.entries(fields)) {
      const definition = CONSTRUCTORS.find((each) => each.name === name);
      assert.ok(definition, `${name} is a constructor of the layer`);
      const defined = Object.entries(definition.argsConfig)
        .filter(([, { flagIndicator }]) => !flagIndicator)
        .map(([field]) => field);
      assert.deepEqual(Object.keys(table).sort(), defined.sort(), name);
    }
  });

  it('says each outcome in one plain sentence', () => {
    for (const [name, { sentence }] of rows) {
      assert.match(sentence, /^[A-Z][^|\n]*[^.][.]$/, name);
      assert.ok(sentence.length <= 130 && !/[.!?] [A-Z]/.test(sentence), `${name}: ${sentence}`);
    }
  });

  it('uses every planned loss, and none that a run counts already', () => {
    const named = new Set(rows.flatMap(([, kind]) => ('losses' in kind ? (kind.losses ?? []) : [])));
    const planned = Object.keys(PLANNED_LOSSES);
    assert.deepEqual(
      planned.filter((name) => name in REDUCTIONS || name in SKIP_REASONS),
      [],
    );
    assert.deepEqual(
      planned.filter((name) => !(named as ReadonlySet<string>).has(name)),
      [],
    );
    for (const [name, sentence] of Object.entries(PLANNED_LOSSES))
      assert.match(sentence, /^[A-Z][^|]*[.]$/, name);
  });

  it('uses every option', () => {
    const named = new Set<string>(rows.flatMap(([, kind]) => optionsOf(kind)));
    assert.deepEqual(
      Object.keys(OPTIONS).filter((name) => !named.has(name)),
      [],
    );
  });

  it('is the one that lib/messages/KINDS.md shows', () => {
    assert.equal(readFileSync(KINDS_DOC, 'utf8'), kindsDoc(), 'run npm run kinds-doc');
  });
});
