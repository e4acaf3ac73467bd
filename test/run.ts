// `node --test` ends with success when it finds no file, and Node 20 accepts no globs: so the files are found here, and
// finding none is a failure. Tests of a separate stage run only when they are named: `npm run test:interop`,
// `npm run test:servers`, `npm run test:long`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const OWN_STAGE = /^(?:interop|servers)[/\\]|\.long\.test\.js$/;
const wanted = process.argv.slice(2);
const files = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) =>
    wanted.length === 0 ? !OWN_STAGE.test(name) : wanted.some((part) => name.includes(part)),
  )
  .sort()
  .map((name) => join(here, name));

if (files.length === 0) {
  process.stderr.write(`No test file matches ${wanted.join(', ') || '*.test.js'} under ${here}.\n`);
  process.exit(1);
}
const concurrency = `--test-concurrency=${Math.max(2, availableParallelism())}`;
// For a test, and for a file of tests. The longest takes a minute or two on a busy machine.
const timeout = '--test-timeout=480000';
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-reporter=spec', concurrency, timeout, ...files],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
