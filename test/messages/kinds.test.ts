import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import definitions from 'telegram/tl/generated/api-definitions.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import type { Kind, KindTable } from '../../lib/messages/kinds/kind.js';
import { OPTIONS, optionsOf } from '../../lib/messages/kinds/kind.js';
import { FIELDS } from '../../lib/messages/kinds/table.js';
import { REDUCTIONS } from '../../lib/messages/losses.js';
import { COMPLETE_KINDS } from '../../lib/messages/tl/kinds.js';
import { settingKeys, specOf } from '../../lib/settings/table.js';
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

  it('names every loss of a message that a run counts', () => {
    const named = new Set<string>(rows.flatMap(([, kind]) => ('losses' in kind ? (kind.losses ?? []) : [])));
    // What becomes of any message, of its chat or of its topic.
    const ofAny = /^(?:card|changed|text_apart|chat_\w+|topic_\w+)$/;
    assert.deepEqual(
      Object.keys(REDUCTIONS).filter((name) => !named.has(name) && !ofAny.test(name)),
      [],
    );
  });

  it('uses every option, and each is a flag of a command', () => {
    const named = new Set<string>(rows.flatMap(([, kind]) => optionsOf(kind)));
    assert.deepEqual(
      Object.keys(OPTIONS).filter((name) => !named.has(name)),
      [],
    );
    const flags = new Set<string | undefined>([
      ...settingKeys.map((key) => specOf(key).flag),
      ...COMMANDS.flatMap((command) => command.flags.map(({ name }) => name)),
    ]);
    assert.deepEqual(
      Object.keys(OPTIONS).filter((name) => !flags.has(name.slice(2))),
      [],
    );
  });

  it('is the one that lib/messages/KINDS.md shows', () => {
    assert.equal(readFileSync(KINDS_DOC, 'utf8'), kindsDoc(), 'run npm run kinds-doc');
  });
});
