import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Builds the addon of lib/crypto/native into build/. With --optional, as npm runs it at an install, whatever stands in
// the way is not an error and nothing is printed: telepi then decrypts by WebAssembly.

const COMPILE_LIMIT_MS = 120_000;
const LOAD_LIMIT_MS = 10_000;

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const target = join(root, 'build', `crypto-${process.platform}-${process.arch}.node`);
const optional = process.argv.includes('--optional');

try {
  if (!(await isFresh())) await build();
  if (!optional) process.stdout.write(`The crypto addon is ready: ${target}\n`);
} catch (error) {
  if (!optional) {
    process.stderr.write(`The crypto addon can't be built: ${error.message.trim()}\n`);
    process.exitCode = 1;
  }
}

/** Newer than its sources, and loadable here: another system may have left its own. */
async function isFresh() {
  if (!existsSync(target)) return false;
  const names = await readdir(here);
  const times = await Promise.all(names.map(async (name) => (await stat(join(here, name))).mtimeMs));
  return (await stat(target)).mtimeMs > Math.max(...times) && (await loads(target));
}

async function build() {
  if (process.platform === 'win32') throw new Error('there is no recipe for Windows.');
  await mkdir(dirname(target), { recursive: true });
  const fresh = join(dirname(target), `fresh-${process.pid}.node`);
  try {
    await compile(fresh);
    if (!(await loads(fresh))) throw new Error('Node cannot load what was compiled.');
    await rename(fresh, target);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** With the compiler of CC, or the first of the usual names that is there. */
async function compile(out) {
  const link = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const flags = ['-O3', '-std=gnu11', '-fPIC', '-fvisibility=hidden', ...link, `-I${headers()}`];
  const wanted = process.env.CC?.trim();
  for (const compiler of wanted ? [wanted] : ['cc', 'gcc', 'clang']) {
    try {
      await run(compiler, [...flags, join(here, 'addon.c'), '-o', out], { timeout: COMPILE_LIMIT_MS });
      return;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  throw new Error(
    `no C compiler was found${wanted ? `: CC is ${wanted}` : ' (cc, gcc or clang; CC names another)'}.`,
  );
}

/** node_api.h of the package node-api-headers, or else the one that came with Node. */
function headers() {
  const nearby = join(dirname(process.execPath), '../include/node');
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    if (existsSync(join(nearby, 'node_api.h'))) return nearby;
    throw new Error('the package node-api-headers is not installed.');
  }
}

/** In a process of its own: what was built for another system may end it. */
async function loads(path) {
  try {
    await run(process.execPath, ['-e', 'require(process.argv[1])', path], { timeout: LOAD_LIMIT_MS });
    return true;
  } catch {
    return false;
  }
}
