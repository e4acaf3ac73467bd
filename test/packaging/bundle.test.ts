import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { openScene } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { loadedBy, sourcesOf } from './loaded.js';

const bundle = join(repositoryRoot, 'dist', 'bundle');
const scripts = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
/** The folders of the packages that sources come from, nested or not: `node_modules/@colors/colors`. */
const foldersOf = (sources: readonly string[]): string[] => [
  ...new Set(sources.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [])),
];
const packagesOf = (sources: readonly string[]): string[] =>
  foldersOf(sources).map((folder) => folder.replace(/^.*node_modules\//, ''));
const roomsOf = (sources: readonly string[]): string[] => [
  ...new Set(sources.flatMap((path) => /^lib\/([^/]+)\//.exec(path)?.[1] ?? [])),
];

test('the bundle was made from the modules that the tests import', () => {
  const bundledAt = statSync(join(bundle, 'main.js')).mtimeMs;
  const newer = scripts(join(repositoryRoot, 'dist', 'lib')).filter(
    (file) => statSync(file).mtimeMs > bundledAt,
  );
  assert.deepEqual(newer, [], 'run npm run build, which bundles last');
});

test('a module is in one file of the bundle only', () => {
  const sources = scripts(bundle).flatMap(sourcesOf);
  assert.ok(sources.length > 500, `${sources.length} modules are bundled`);
  assert.ok(sources.includes('lib/clone/clone.ts') && sources.includes('node_modules/telegram/tl/index.js'));
  const twice = sources.filter((source, index) => sources.indexOf(source) !== index);
  assert.deepEqual(twice, []);
});

test('a command loads its own part alone', async (t) => {
  const cwd = temporaryFolder(t);
  for (const args of [['--help'], ['--version']]) {
    const { status, sources } = await loadedBy(args, { cwd });
    assert.equal(status, 0);
    assert.ok(sources.includes('lib/cli/main.ts'), 'what was loaded is seen');
    assert.deepEqual(packagesOf(sources), [], args.join(' '));
    if (args.includes('--help')) assert.deepEqual(roomsOf(sources).sort(), ['base', 'cli', 'settings']);
    assert.ok(!sources.some((path) => path.startsWith('lib/cli/commands/')));
  }
  const without = async (args: string[], ...absent: string[]): Promise<readonly string[]> => {
    const { sources } = await loadedBy(args, { cwd });
    const found = [...packagesOf(sources), ...roomsOf(sources)].filter((name) => absent.includes(name));
    assert.deepEqual(found, [], args.join(' '));
    return sources;
  };
  const heavy = ['telegram', 'kysely', 'libsql', 'winston', 'node-os-utils'];
  for (const command of ['run', 'sandbox']) {
    const sources = await without([command, '--help'], ...heavy, 'clone', 'ledger', 'mtproto');
    assert.ok(packagesOf(sources).includes('yargs'));
  }
  const status = await without(
    ['status'],
    'telegram',
    'yargs',
    'winston',
    'node-os-utils',
    'mtproto',
    'sandbox',
  );
  assert.ok(status.includes('lib/cli/commands/status.ts'));
  const chats = await without(['chats'], 'kysely', 'libsql', 'yargs', 'winston', 'clone', 'sandbox');
  assert.ok(packagesOf(chats).includes('telegram'));
});

test('a run loads nothing next to the bundle but its addon and libsql', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const [source, target] = ['From', 'To'].map((title) =>
    world.createChannel({ title, megagroup: true, creator }),
  );
  world.post({ chat: source?.id ?? 0, from: creator, text: 'one' });
  const { status, stderr, files, sources } = await loadedBy(['run'], {
    cwd: scene.cwd,
    environment: {
      ...scene.connection,
      SOURCE_CHAT: String(source?.id),
      TARGET_CHAT: String(target?.id),
      MIN_INTERVAL: '0',
    },
  });
  assert.equal(status, 0, stderr);
  for (const path of [
    'lib/clone/clone.ts',
    'node_modules/telegram/tl/index.js',
    'node_modules/winston/lib/winston.js',
  ])
    assert.ok(sources.includes(path), path);
  const beside = files.filter((file) => !file.startsWith(`${bundle}/`));
  assert.ok(
    beside.some((file) => file.includes('/node_modules/libsql/')),
    'CommonJS is seen',
  );
  // Any other package loaded from there would be a second copy of a bundled one.
  const ofLibsql = ['libsql', '@libsql', '@neon-rs/load', 'detect-libc'].map(
    (name) => `node_modules/${name}/`,
  );
  const known = ['bin/telepi', 'build/', ...ofLibsql];
  assert.deepEqual(
    beside.filter((file) => !known.some((path) => file.startsWith(join(repositoryRoot, path)))),
    [],
  );
});

test('with --debug a stack names the lines of the sources', async (t) => {
  const cwd = temporaryFolder(t);
  const { stderr } = await loadedBy(['run', '--debug'], { cwd });
  const [, path, line] = /\n\s+at run \((.*lib\/cli\/commands\/run\.ts):(\d+):\d+\)/.exec(stderr) ?? [];
  assert.equal(path, join(repositoryRoot, 'lib/cli/commands/run.ts'), stderr);
  const written = readFileSync(join(repositoryRoot, 'lib/cli/commands/run.ts'), 'utf8').split('\n');
  assert.match(written[Number(line) - 1] ?? '', /settingsOf\(/);
});

test('the licence of every package in the bundle is passed on', () => {
  const text = readFileSync(join(bundle, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const folders = foldersOf(scripts(bundle).flatMap(sourcesOf));
  assert.ok(folders.length > 30);
  for (const folder of [...folders, 'node_modules/rolldown']) {
    const { name, version } = JSON.parse(
      readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8'),
    ) as { readonly name: string; readonly version: string };
    assert.match(
      text,
      new RegExp(`\n${name.replaceAll('.', '\\.')} ${version.replaceAll('.', '\\.')} \\(.+\\)\n\n.{3}`),
    );
  }
});
