import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { openScene, recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const MOST_BYTES = 12e6;

const folder = mkdtempSync(join(tmpdir(), 'telepi-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The package's folder after its installation. */
let installed: string;
let packed: Packed;

before(() => {
  packed = pack();
  installed = install(join(folder, packed.filename));
});

/** The files that npm would publish; they are already built. */
function pack(): Packed {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const env = { ...process.env, npm_config_cache: join(folder, 'npm') };
  const said = execFileSync('npm', args, { cwd: repositoryRoot, env, encoding: 'utf8', stdio: 'pipe' });
  const [first] = JSON.parse(said) as Packed[];
  assert.ok(first);
  return first;
}

/** Installs as npm does, with packages copied from the checkout instead of the registry. */
function install(tarball: string): string {
  const home = join(folder, 'node_modules', 'telepi');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  const { packages } = JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  for (const [path, { dev }] of Object.entries(packages)) {
    const from = join(repositoryRoot, path);
    if (path !== '' && dev !== true && existsSync(from))
      cpSync(from, join(folder, path), { recursive: true });
  }
  const { scripts } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly install: string };
  };
  execFileSync('sh', ['-c', scripts.install], { cwd: home });
  return home;
}

test('the package has what it needs to run, and no more', () => {
  const paths = packed.files.map(({ path }) => path);
  const folders = [...new Set(paths.map((path) => path.replace(/\/[^/]*$/, '')))].filter((path) =>
    path.includes('/'),
  );
  assert.deepEqual(folders.sort(), ['dist/bundle', 'dist/bundle/parts', 'lib/crypto/native']);
  for (const path of [
    'bin/telepi',
    'dist/bundle/THIRD-PARTY-LICENSES.txt',
    '.env.example',
    'tuning/setup.sh',
    'LICENSE',
  ])
    assert.ok(paths.includes(path), path);
  assert.ok(packed.unpackedSize < MOST_BYTES, `${packed.unpackedSize} bytes`);
});

test('an installed telepi finds its version and its help', async (t) => {
  const options = { cwd: temporaryFolder(t), launcher: join(installed, 'bin', 'telepi') };
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  assert.equal((await telepi(['--version'], options)).stdout, `${version}\n`);
  const { stdout } = await telepi(['run', '--help'], options);
  assert.equal(stdout, (await telepi(['run', '--help'], { cwd: options.cwd })).stdout);
});

test('an installed telepi serves a sandbox, and clones on one with its addon', async (t) => {
  const launcher = join(installed, 'bin', 'telepi');
  const served = await telepi(['sandbox', '--json', '--empty'], {
    cwd: temporaryFolder(t),
    launcher,
    onStart: (child) =>
      child.stdout?.on('data', (text: string) => {
        if (text.includes('"serving"')) child.kill('SIGTERM');
      }),
  });
  assert.equal(served.status, 0, served.stderr);

  const scene = await openScene(t);
  await scene.signIn();
  const target = scene.sandbox.world.createChannel({
    title: 'To',
    megagroup: true,
    creator: scene.filled.user.id,
  });
  const chats = {
    SOURCE_CHAT: String(scene.filled.source.id),
    TARGET_CHAT: String(target.id),
    MIN_INTERVAL: '0',
  };
  const { status, stdout, stderr } = await scene.run(['run', '--json'], chats, { launcher });
  assert.equal(status, 0, stderr);
  const summary = recordsOf(stdout).find(({ event }) => event === 'summary');
  assert.ok(Number(summary?.['sent']) > 0 && Number(summary?.['bytes']) > 0, stdout);
  const job = readdirSync(join(scene.cwd, 'data')).find((name) => name.includes('_to_'));
  const log = readFileSync(join(scene.cwd, 'data', job ?? '', 'clone.log'), 'utf8');
  assert.equal(recordsOf(log).find(({ event }) => event === 'crypto_chosen')?.['name'], 'native');
});
