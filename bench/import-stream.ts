import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCommand } from './archive/measure-command.js';
import { describeMachine } from './report/machine.js';

/*
 * What `telepi import --dry-run` costs for a result.json of any size, which comes through a pipe as it is made, so that no disk
 * holds it. Its texts are long, as the ones of few messages would have to be.
 *
 *   npm run bench:import-stream [-- GIGABYTES]
 */

const [given = '5'] = process.argv.slice(2);
const gigabytes = Number(given);
if (!(gigabytes > 0)) throw new Error('Say how many gigabytes, as 5.');
const folder = await mkdtemp(join(tmpdir(), 'telepi-bench-'));
try {
  for (const [name, value] of Object.entries(describeMachine())) process.stdout.write(`${name}: ${value}\n`);
  const path = join(folder, 'result.json');
  execFileSync('mkfifo', [path]);
  const written = writeExport(path, gigabytes * 1e9);
  const words = ['import', path, '--account', '777', '--dry-run'];
  const { seconds, cpuSeconds, peakRssBytes } = await measureCommand(words, {
    dataDir: folder,
    environment: {},
  });
  const { bytes, messages } = await written;
  const memory = (peakRssBytes / 2 ** 20).toFixed(0);
  process.stdout.write(
    `${(bytes / 1e9).toFixed(2)} GB, ${messages} messages: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, peak RSS ${memory} MiB\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** Writes an export of at least this many bytes, as fast as it is read. */
async function writeExport(
  path: string,
  least: number,
): Promise<{ readonly bytes: number; readonly messages: number }> {
  const file = createWriteStream(path);
  const text = 'A text with “quotes”, \\"escapes\\" and 🙂. '.repeat(1500);
  let [bytes, messages] = [0, 0];
  const write = async (piece: string): Promise<void> => {
    bytes += Buffer.byteLength(piece);
    if (!file.write(piece)) await once(file, 'drain');
  };
  await write('{\n "name": "Long",\n "type": "private_supergroup",\n "id": 9,\n "messages": [');
  while (bytes < least) {
    messages += 1;
    await write(
      `${messages === 1 ? '' : ','}\n  {\n   "id": ${messages},\n   "type": "message",\n   "date": "2024-03-05T12:00:00",\n   "date_unixtime": "1709640000",\n` +
        `   "from": "Ann",\n   "from_id": "user5",\n   "text": "${text}",\n   "text_entities": []\n  }`,
    );
  }
  await write('\n ]\n}\n');
  file.end();
  await once(file, 'close');
  return { bytes, messages };
}
