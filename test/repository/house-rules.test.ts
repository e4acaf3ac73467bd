import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { type SourceFile, sourcesOf } from './sources.js';

const LONGEST_FILE_LINES = 300;
const LONGEST_TEST_LINES = 400;

const lib = sourcesOf('lib');
const tests = sourcesOf('test');
const offenders = (files: readonly SourceFile[], rule: (text: string) => boolean): string[] =>
  files.filter(({ text }) => rule(text)).map(({ path }) => path);
const lines = (text: string): number => text.split('\n').length - 1;
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

test('files are short, and none merely re-exports others', (t) => {
  assert.ok(lib.length >= 100 && tests.length >= 30);
  const byLength = lib
    .map(({ path, text }) => ({ path, length: lines(text) }))
    .sort((a, b) => a.length - b.length);
  const longest = byLength.at(-1);
  const median = byLength[Math.floor(byLength.length / 2)];
  t.diagnostic(
    `lib has ${lib.length} files; the longest has ${longest?.length} lines (${longest?.path}), the median ${median?.length}.`,
  );
  assert.deepEqual(
    offenders(lib, (text) => lines(text) > LONGEST_FILE_LINES),
    [],
  );
  assert.deepEqual(
    offenders(tests, (text) => lines(text) > LONGEST_TEST_LINES),
    [],
  );
  assert.deepEqual(
    offenders(lib, (text) => /^export default\b/m.test(text)),
    [],
  );
  assert.deepEqual(
    offenders(lib, (text) => /^export \* from/m.test(text)),
    [],
  );
});

test('no work is left for later, and no test excludes the others', () => {
  // In pieces, so that this file doesn't find itself.
  const later = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
  const alone = new RegExp(['\\.on', 'ly\\('].join(''));
  assert.deepEqual(
    offenders([...lib, ...tests], (text) => later.test(text)),
    [],
  );
  assert.deepEqual(
    offenders(tests, (text) => alone.test(text)),
    [],
  );
});

test('time and chance are injected', () => {
  // The library's key exchange measures against the machine's own clock.
  const home = new Set(['lib/base/clock.ts', 'lib/base/random.ts', 'lib/telegram/key-exchange.ts']);
  const rooms = lib.filter(
    ({ path }) =>
      /^lib\/(?:base|refusals|pace|transfer|messages|clone|download|ledger|blobs|store|mtproto|telegram)\//.test(
        path,
      ) && !home.has(path),
  );
  assert.ok(rooms.length > 20);
  assert.deepEqual(
    offenders(rooms, (text) =>
      /\bDate\.now\(|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bnew Date\(\)/.test(text),
    ),
    [],
  );
});

test('the top level has the expected files', () => {
  const folders = ['lib', 'bin', 'tuning', 'test', '.ci'];
  const files = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'biome.json',
    '.env.example',
    '.editorconfig',
  ];
  for (const name of [...folders, ...files, '.gitignore', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    assert.ok(existsSync(join(repositoryRoot, name)), `${name} is missing`);
  }
  const ignored = read('.gitignore').split('\n');
  for (const name of ['dist/', 'node_modules/', '.env', 'data/']) assert.ok(ignored.includes(name), name);
  assert.match(read('LICENSE'), /MIT License/);
});

test('the packages are pinned, and the client library is the version that was checked', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  assert.equal(dependencies?.['telegram'], 'npm:teleproto@1.229.0');
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    assert.match(version, /^(?:npm:[a-z-]+@)?\d+\.\d+\.\d+$/, name);
  }
});

test('the launcher is short and executable', () => {
  const launcher = join(repositoryRoot, 'bin/telepi');
  assert.ok(statSync(launcher).mode & 0o111);
  assert.ok(lines(read('bin/telepi')) < 20);
  assert.ok(
    existsSync(join(repositoryRoot, '.ci/run')) && statSync(join(repositoryRoot, '.ci/run')).mode & 0o111,
  );
});

test('every test folder of a room mirrors a room', () => {
  const folders = readdirSync(join(repositoryRoot, 'test'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const room of readdirSync(join(repositoryRoot, 'lib'))) {
    assert.ok(
      folders.some(({ name }) => name === room),
      `test/${room} is missing`,
    );
  }
});
