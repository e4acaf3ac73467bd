import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { importsOf, loadedBy, roomOf, sourcesOf } from './sources.js';

/**
 * The rooms of lib in the order of the data's path, and the rooms that each may import besides itself. The sandbox
 * takes nothing from the client's side: a fault that both shared would show in no test.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: [
    'settings',
    'clone',
    'verify',
    'download',
    'exchange',
    'analyze',
    'erase',
    'blobs',
    'transfer',
    'messages',
    'pace',
    'telegram',
    'mtproto',
    'ledger',
    'queue',
    'store',
    'sandbox',
    'refusals',
    'crypto',
    'base',
  ],
  settings: ['base'],
  clone: ['messages', 'transfer', 'pace', 'ledger', 'telegram', 'refusals', 'base'],
  verify: ['messages', 'transfer', 'pace', 'ledger', 'telegram', 'refusals', 'base'],
  download: ['messages', 'transfer', 'blobs', 'store', 'pace', 'telegram', 'refusals', 'base'],
  exchange: ['messages', 'blobs', 'store', 'base'],
  analyze: ['messages', 'store', 'base'],
  erase: ['messages', 'transfer', 'ledger', 'blobs', 'store', 'pace', 'telegram', 'refusals', 'base'],
  transfer: ['pace', 'telegram', 'refusals', 'base'],
  messages: ['base'],
  ledger: ['store', 'base'],
  queue: ['store', 'base'],
  blobs: ['base'],
  store: ['messages', 'base'],
  telegram: ['mtproto', 'pace', 'refusals', 'crypto', 'base'],
  mtproto: ['pace', 'refusals', 'crypto', 'base'],
  pace: ['refusals', 'base'],
  refusals: ['base'],
  sandbox: ['crypto', 'base'],
  crypto: ['base'],
  base: [],
};
/**
 * Only these rooms know the client library's internals; others may name its TL classes, `Api`, and their layer, from a
 * module that loads fast.
 */
const LIBRARY_ROOMS = ['telegram', 'sandbox'];
/** Makes the library's 64-bit numbers for requests about messages. */
const LONGS = 'lib/messages/tl/long.ts';

const sources = sourcesOf('lib');

test('every room has files, and every file has a room', () => {
  assert.ok(sources.length >= 100, `only ${sources.length} files were seen`);
  assert.deepEqual(
    [...new Set(sources.map(({ path }) => roomOf(path)))].sort(),
    Object.keys(MAY_IMPORT).sort(),
  );
});

test('all imports are found, and lead to existing files', () => {
  let found = 0;
  for (const source of sources) {
    for (const name of importsOf(source).filter((each) => each.startsWith('lib/'))) {
      found += 1;
      assert.ok(existsSync(join(repositoryRoot, name)), `${source.path} imports ${name}`);
    }
  }
  assert.ok(found > sources.length, `only ${found} imports were seen`);
});

test('a room imports only the rooms that the table allows', () => {
  const wrong: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path) ?? '';
    for (const name of importsOf(source)) {
      const target = roomOf(name);
      if (target === undefined || target === room) continue;
      if (!MAY_IMPORT[room]?.includes(target)) wrong.push(`${source.path} imports ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('lib imports nothing outside itself but packages', () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((name) => /^(?:test|bench|bin|dist)\/|^\.\.\//.test(name))
      .map((name) => `${source.path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('no room imports in a circle', () => {
  const visit = (room: string, way: readonly string[]): void => {
    assert.ok(!way.includes(room), [...way, room].join(' → '));
    for (const next of MAY_IMPORT[room] ?? []) visit(next, [...way, room]);
  };
  for (const room of Object.keys(MAY_IMPORT)) visit(room, []);
});

test('no files import in a circle, not even types', () => {
  const imports = new Map(sources.map((source) => [source.path, importsOf(source)]));
  const circles: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.push([...way.slice(at), path].join(' → '));
    if (at >= 0 || seen.has(path)) return;
    for (const next of imports.get(path) ?? []) if (imports.has(next)) visit(next, [...way, path]);
    seen.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  assert.deepEqual(circles, []);
});

test("in the room of messages only messages/tl knows TL's classes, and the other files import nothing from it", () => {
  const wrong = sources
    .filter(({ path }) => roomOf(path) === 'messages' && !path.startsWith('lib/messages/tl/'))
    .flatMap((source) =>
      importsOf(source)
        .filter((name) => /^telegram(?:\/|$)/.test(name) || name.startsWith('lib/messages/tl/'))
        .map((name) => `${source.path} imports ${name}`),
    );
  assert.deepEqual(wrong, []);
});

test('verify shares with the clone only the documents, their reader and selection, and the table of kinds', () => {
  const shared = /^lib\/messages\/(?:document\/|kinds\/|selection\/|losses\.ts$|tl\/document\/)/;
  const read =
    /^lib\/(?:ledger\/(?:copies|message-row)\.ts$|telegram\/(?!send|upload|server-file|find-sent)|pace\/byte-budget|refusals\/|base\/|verify\/)/;
  const seen = new Set<string>();
  const wrong: string[] = [];
  const follow = (path: string): void => {
    const source = sources.find((each) => each.path === path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const name of importsOf(source).filter((each) => each.startsWith('lib/'))) {
      const isOwn = roomOf(path) === 'verify';
      if (isOwn ? !shared.test(name) && !read.test(name) : roomOf(name) === 'messages' && !shared.test(name))
        wrong.push(`${path} imports ${name}`);
      if (roomOf(name) === 'messages') follow(name);
    }
  };
  for (const { path } of sources) if (roomOf(path) === 'verify') follow(path);
  assert.ok([...seen].some((path) => path.startsWith('lib/messages/tl/document/')));
  assert.deepEqual(wrong, []);
});

test('the client library is imported only where the table allows it', () => {
  const wrong = sources
    .filter(({ path }) => !LIBRARY_ROOMS.includes(roomOf(path) ?? '') && path !== LONGS)
    .filter(({ text }) =>
      /^(?!import (?:type )?\{ (?:Api|LAYER) \} from 'telegram\/tl\/index\.js';).*from 'telegram\//m.test(
        text,
      ),
    )
    .map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

test("nothing loads the library's client and its connections; of its network code only the key exchange is used", () => {
  const allowed = new Set(['telegram/network/Authenticator.js', 'telegram/network/MTProtoPlainSender.js']);
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter(
        (name) => /^telegram(?:$|\/(?:client|network|sessions|events)\b)/.test(name) && !allowed.has(name),
      )
      .map((name) => `${source.path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

/** Where what the databases don't share is written once for each. */
const DIALECTS = [
  'lib/store/database-clock.ts',
  'lib/store/migrate.ts',
  'lib/store/schema-change.ts',
  'lib/store/upsert.ts',
];

test('SQL stays in the ledger, the queue and the store, and each database behind its dialect', () => {
  const importers = (name: string): string[] =>
    sources.filter((source) => importsOf(source).includes(name)).map(({ path }) => path);
  assert.deepEqual(
    importers('kysely').filter((path) => !['ledger', 'queue', 'store'].includes(roomOf(path) ?? '')),
    [],
  );
  assert.deepEqual(
    importers('libsql').filter((path) => roomOf(path) !== 'store'),
    [],
  );
  for (const name of ['pg', 'mysql2']) {
    assert.deepEqual(
      importers(name).filter((path) => !path.startsWith('lib/store/server/')),
      [],
    );
  }
  // Who doesn't queue anything doesn't load it.
  assert.deepEqual(
    sources.filter(({ text }) => /^import (?!type ).*'pg-boss'/m.test(text)).map(({ path }) => path),
    [],
  );
  assert.deepEqual(
    importers('pg-boss').filter((path) => roomOf(path) !== 'queue'),
    [],
  );
  const dialects = sources.filter(({ text }) =>
    /\bsql`|\.onConflict\(|\.returning|\.replaceInto\(|autoIncrement/.test(text),
  );
  assert.deepEqual(dialects.map(({ path }) => path).sort(), DIALECTS);
});

test('telepi --help loads neither the client library nor the rooms that need it', () => {
  const seen = new Set<string>();
  const follow = (path: string): void => {
    const source = sources.find((each) => each.path === path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const name of loadedBy(source)) {
      assert.ok(!/^(?:telegram|libsql|kysely|pg-boss)(?:\/|$)/.test(name), `${path} imports ${name}`);
      follow(name);
    }
  };
  follow('lib/cli/main.ts');
  assert.ok(seen.size > 1, 'lib/cli/main.ts and what it imports were seen');
  assert.deepEqual(
    [...seen].filter((path) =>
      ['telegram', 'sandbox', 'clone', 'ledger', 'queue'].includes(roomOf(path) ?? ''),
    ),
    [],
  );
});
