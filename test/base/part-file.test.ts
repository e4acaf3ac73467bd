import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.js';

const module = new URL('../../lib/base/part-file.js', import.meta.url).href;

/** Begins a file of four parts, of which the last but one fits in what the process may write, and keeps what there is. */
const PROGRAM = `
  const { PartFile } = await import(${JSON.stringify(module)});
  const signal = new AbortController().signal;
  const [path, parts] = process.argv.slice(1);
  const options = { size: 4 * 524288 };
  const file = await PartFile.open(path, options, signal);
  const failures = [];
  for (let part = 0; part < Number(parts); part += 1) {
    await file.append(Buffer.alloc(524288, part)).catch(({ code }) => failures.push(code));
  }
  await file.keep();
  await file.close();
  const again = await PartFile.open(path, options, signal);
  console.log(JSON.stringify({ failures, kept: again.parts }));
  await again.close();
`;

const LIMIT = 'trap "" XFSZ; ulimit -f 2048; exec "$@"';

for (const { what, parts, failures, kept } of [
  { what: 'continues at its end', parts: 2, failures: [], kept: 2 },
  { what: 'whose last write failed says nothing of what is durable', parts: 3, failures: ['EFBIG'], kept: 0 },
]) {
  test(`a file under way that was kept ${what}`, async (t) => {
    const path = join(temporaryFolder(t), 'file.part');
    const node = [process.execPath, '--input-type=module', '--eval', PROGRAM, path, String(parts)];
    const { stdout } = await promisify(execFile)('sh', ['-c', LIMIT, 'sh', ...node]);
    assert.deepEqual(JSON.parse(stdout), { failures, kept });
  });
}
