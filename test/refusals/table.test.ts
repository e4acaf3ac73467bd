import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram/tl/index.js';
import { verdictOf } from '../../lib/clone/verdicts.js';
import { classify } from '../../lib/refusals/classify.js';
import { CALLS, DEEDS } from '../../lib/refusals/rule.js';
import { ERROR_TABLE, namedRule, ruleFor } from '../../lib/refusals/table.js';
import { refusal, TelegramError } from '../../lib/refusals/telegram-error.js';
import { sourcesOf } from '../repository/sources.js';
import { ERRORS_DOC, errorsDoc } from '../support/errors-doc.js';
import { repositoryRoot } from '../support/paths.js';

const rules = Object.values(ERROR_TABLE).flat();
const published = JSON.parse(
  readFileSync(join(repositoryRoot, 'test/refusals/published-errors.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

/** Methods of wrappers, and the general list: they contain no calls of their own. */
const NO_CALLS = ['any', 'invokeWithLayer', 'initConnection'];

/** Answers are made, too, where something else than Telegram gives them. */
function isRequest(room: string, name: string): boolean {
  const rooms = Api as unknown as Record<string, Record<string, { readonly classType?: string } | undefined>>;
  return rooms[room]?.[name]?.classType === 'request';
}

test('the groups of calls contain exactly the methods that lib calls, each with its published list of errors', () => {
  const called = new Set<string>();
  for (const { path, text } of sourcesOf('lib')) {
    if (path.startsWith('lib/sandbox/')) continue;
    for (const [, room = '', name = ''] of text.matchAll(/new Api\.([a-z]+)\.([A-Z]\w+)\(/g)) {
      if (isRequest(room, name)) called.add(`${room}.${name[0]?.toLowerCase()}${name.slice(1)}`);
    }
  }
  assert.ok(called.size > 20, `only ${called.size} calls were found`);
  const known: string[] = Object.values(CALLS).flat();
  assert.deepEqual(
    [...called].filter((method) => !known.includes(method)),
    [],
    'methods without a group in CALLS',
  );
  const listed = Object.keys(published).filter((method) => !NO_CALLS.includes(method));
  assert.deepEqual(
    known.filter((method) => !listed.includes(method)),
    [],
    'methods without a published list',
  );
});

test('every error that Telegram publishes for these methods is in the table by its name', () => {
  const pairs = Object.entries(published).flatMap(([method, names]) => names.map((name) => [method, name]));
  assert.ok(pairs.length > 500);
  const missing = pairs.filter(([, name = '']) => !namedRule(name.replaceAll('_X', '_7')));
  assert.deepEqual(missing, []);
});

test('each name occurs once, with a sentence on one line; no family hides a single name', () => {
  const names = rules.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  for (const rule of rules) {
    assert.match(rule.sentence, /^[A-Z].*[.]$/, rule.name);
    assert.ok(rule.sentence.length <= 150 && !rule.sentence.includes('|'), rule.name);
    if (!rule.name.includes('*')) assert.equal(namedRule(rule.name.replaceAll('_X', '_7')), rule);
  }
});

test('lib/refusals/ERRORS.md matches the table', () => {
  assert.equal(readFileSync(ERRORS_DOC, 'utf8'), errorsDoc(), 'run npm run errors-doc');
});

const PASSES = new Set(['flood', 'premium', 'slowmode', 'repeat', 'reference', 'missing-part', 'initialise']);

test('temporary trouble never makes a message fail, and permanent errors are never repeated, for every name and code', () => {
  const codes = fc.constantFrom(-503, -500, -404, 0, 303, 400, 401, 403, 404, 406, 420, 500, 501, 503);
  const words = fc.stringMatching(/^[A-Z][A-Z_0-9]{0,40}$/);
  const known = fc.constantFrom(...rules.map(({ name }) => name.replaceAll('_X', '_7')));
  fc.assert(
    fc.property(fc.oneof(known, words), codes, (wire, code) => {
      const { action, sentence } = ruleFor(wire, code);
      assert.ok(DEEDS[action] && sentence);
      const error = refusal('a.call', wire, code);
      const repeats = ['flood', 'premium', 'slowmode', 'transient'].includes(classify(error).kind);
      const passes = PASSES.has(action);
      if (repeats) assert.ok(passes, `${code} ${wire} is ${action} and repeated`);
      if (passes) assert.equal(verdictOf(error), 'run', `${code} ${wire} is ${action} and fails a message`);
      if (action === 'message' || action === 'reduce') assert.equal(verdictOf(error), 'message');
    }),
    { numRuns: 2000 },
  );
});

test('an unknown name is judged by its code', () => {
  const deeds = [303, 400, 401, 403, 404, 406, 420, 500, -503, 0, 777].map((code) => [
    code,
    ruleFor('A_NAME_OF_TOMORROW', code).action,
  ]);
  assert.deepEqual(deeds, [
    [303, 'run'],
    [400, 'message'],
    [401, 'signed-out'],
    [403, 'message'],
    [404, 'unknown-method'],
    [406, 'run'],
    [420, 'run'],
    [500, 'repeat'],
    [-503, 'repeat'],
    [0, 'message'],
    [777, 'message'],
  ]);
});

test('a wait of more seconds than an int holds still ends at a date that can be shown', () => {
  const wire = `FLOOD_WAIT_${'9'.repeat(40)}`;
  const verdict = classify(new TelegramError({ method: 'a.call', errorMessage: wire, rpcCode: 420 }));
  assert.ok(verdict.kind === 'flood' && Number.isFinite(new Date(verdict.seconds * 1000).getTime()));
});

test('no sentence has parentheses inside parentheses', () => {
  const refusals = rules.map(
    ({ name, code }) => [name.replaceAll('X', '7').replaceAll('*', 'A'), code] as const,
  );
  for (const [errorMessage, rpcCode] of [
    ...refusals,
    ['NEVER_SEEN_BEFORE', 400],
    ['TIMEOUT', -503],
  ] as const) {
    const { message } = new TelegramError({ method: 'messages.sendMedia', errorMessage, rpcCode });
    assert.doesNotMatch(message, /\([^()]*\(/);
  }
});
