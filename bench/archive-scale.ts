import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filledDirectory } from './archive/fill.js';
import { measureCommand } from './archive/measure-command.js';
import { describeMachine } from './report/machine.js';

/*
 * What commands that read the whole archive cost, each as a process of its own: seconds of the clock and of CPU, and the peak of its
 * memory. The store is SQLite's file with messages that saveMessages has saved. FOLDER keeps these files for the next time.
 *
 *   npm run bench:archive [-- 10000,100000,1000000 FOLDER]
 */

const COMMANDS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  'analyze --json': () => ['analyze', '--json'],
  'analyze --format html': (folder) => [
    'analyze',
    '--format',
    'html',
    '--output',
    join(folder, 'report.html'),
  ],
};

const [sizes = '10000,100000,1000000', given] = process.argv.slice(2);
const folder = given ?? (await mkdtemp(join(tmpdir(), 'telepi-bench-')));
const row = (...cells: readonly unknown[]): boolean => process.stdout.write(`| ${cells.join(' | ')} |\n`);
try {
  for (const [name, value] of Object.entries(describeMachine())) process.stdout.write(`${name}: ${value}\n`);
  row('command', 'messages', 's', 'CPU s', 'peak RSS MiB', 'messages/s');
  row('---', '---', '---', '---', '---', '---');
  for (const size of sizes.split(',').map(Number)) {
    const directory = await filledDirectory(folder, size);
    for (const [name, words] of Object.entries(COMMANDS)) {
      const { seconds, cpuSeconds, peakRssBytes } = await measureCommand(words(folder), directory);
      const rate = (size / seconds).toFixed(0);
      row(name, size, seconds.toFixed(2), cpuSeconds.toFixed(2), (peakRssBytes / 2 ** 20).toFixed(0), rate);
    }
  }
} finally {
  if (given === undefined) await rm(folder, { recursive: true });
}
