// Installs the clients that test/interop runs, from the registries that pip, npm and go are set up for, into .interop,
// which git ignores. Run again, it does only what is missing or has changed: `npm run install:interop`.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../../.interop');
const python = process.env.TELEPI_INTEROP_PYTHON ?? 'python3';
/** What has machine code comes built. */
const BUILT = 'tgcrypto,chatpack,pydantic-core,rpds-py';

await mkdir(target, { recursive: true });
// The Go build keeps the processors busy, the others mostly the network.
const results = await Promise.allSettled([
  once('python', ['python/requirements.txt'], installPython),
  once('node', ['node/package.json', 'node/package-lock.json'], installNode),
  once(
    'gotd',
    (await readdir(join(here, 'gotd'))).map((name) => `gotd/${name}`),
    buildGo,
  ),
]);
const failed = results.filter(({ status }) => status === 'rejected');
for (const { reason } of failed) process.stderr.write(`${reason.message}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function installPython(folder) {
  await run(python, ['-m', 'venv', '--clear', folder]);
  const requirements = join(here, 'python/requirements.txt');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  await run(join(folder, 'bin/python'), [...pip, '--only-binary', BUILT, '--requirement', requirements]);
}

async function installNode(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(here, 'node', name), join(folder, name));
  // Without their scripts: what those would build, a database and faster sockets, isn't used.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], folder);
  // The scripts lie beside the modules that they import; node runs them as they are linked.
  for (const name of await readdir(join(here, 'node'))) {
    if (name.endsWith('.mjs')) await symlink(join(here, 'node', name), join(folder, name));
  }
}

async function buildGo(binary) {
  // A third of the time: the schema's code needs no optimising to be tried.
  const flags = ['-trimpath', '-gcflags=github.com/gotd/td/...=-N -l', '-ldflags=-s -w'];
  await run('go', ['build', ...flags, '-o', binary, '.'], join(here, 'gotd'));
}

/** Runs `install` unless it has run for the very same files. */
async function once(name, files, install) {
  const started = Date.now();
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(join(here, file)));
  const stamp = join(target, `${name}.sha256`);
  const wanted = hash.digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await rm(stamp, { force: true });
  try {
    await install(join(target, name));
  } catch (error) {
    throw new Error(`${name} could not be installed: ${error.message}`);
  }
  await writeFile(stamp, wanted);
  process.stdout.write(`${name}: installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

function run(command, args, cwd = target) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${command} ${args[0]} ended with ${status}.`));
    });
  });
}
