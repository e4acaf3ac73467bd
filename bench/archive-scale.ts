import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT } from './archive/fill.js';
import { measureCommand } from './archive/measure-command.js';
import { type Store, storesOf } from './archive/stores.js';
import { describeMachine } from './report/machine.js';

/*
 * What commands that read or write the whole archive cost, each as a process of its own: seconds of the clock and of CPU, and the peak
 * of its memory. The store holds messages that saveMessages has saved; what is exported, without files, is then imported into
 * an empty one. FOLDER keeps the SQLite files for the next time.
 *
 *   npm run bench:archive [-- 10000,100000,1000000 sqlite,postgres,mariadb FOLDER]
 */

interface Step {
  readonly name: string;
  readonly words: (folder: string) => readonly string[];
  /** Whether it begins with an empty store. */
  readonly isImport?: boolean;
}

const STEPS: readonly Step[] = [
  { name: 'analyze --json', words: () => ['analyze', '--json'] },
  {
    name: 'analyze --format html',
    words: (folder) => ['analyze', '--format', 'html', '--output', join(folder, 'report.html')],
  },
  ...['desktop', 'jsonl', 'csv', 'html'].map((format) => ({
    name: `export --format ${format}`,
    words: (folder: string) => [
      'export',
      ...['--format', format, '--media', 'none', '--output', join(folder, format)],
    ],
  })),
  ...['desktop/result.json', 'jsonl/messages.jsonl'].map((file) => ({
    name: `import ${file.slice(file.indexOf('/') + 1)}`,
    words: (folder: string) => ['import', join(folder, file), '--account', String(ACCOUNT)],
    isImport: true,
  })),
];

const [sizes = '10000,100000,1000000', databases = 'sqlite,postgres,mariadb', given] = process.argv.slice(2);
const folder = given ?? (await mkdtemp(join(tmpdir(), 'telepi-bench-')));
const row = (...cells: readonly unknown[]): boolean => process.stdout.write(`| ${cells.join(' | ')} |\n`);
try {
  for (const [name, value] of Object.entries(describeMachine())) process.stdout.write(`${name}: ${value}\n`);
  row('command', 'database', 'messages', 's', 'CPU s', 'peak RSS MiB', 'messages/s');
  row('---', '---', '---', '---', '---', '---', '---');
  for (const database of databases.split(',')) {
    const stores = await storesOf(database, folder);
    if (!stores) {
      process.stdout.write(`${database} is left out, since its programs are missing.\n`);
      continue;
    }
    try {
      for (const size of sizes.split(',').map(Number)) {
        const filled = await stores.filled(size);
        const work = await mkdtemp(join(folder, 'work-'));
        for (const step of STEPS) {
          const store = step.isImport ? await stores.empty() : filled;
          await measure(step, { store, work, database, size });
          if (step.isImport) await rm(store.dataDir, { recursive: true });
        }
        await rm(work, { recursive: true });
      }
    } finally {
      await stores.close();
    }
  }
} finally {
  if (given === undefined) await rm(folder, { recursive: true });
}

async function measure(
  { name, words }: Step,
  {
    store,
    work,
    database,
    size,
  }: { readonly store: Store; readonly work: string; readonly database: string; readonly size: number },
): Promise<void> {
  const { seconds, cpuSeconds, peakRssBytes } = await measureCommand(words(work), store);
  const rate = (size / seconds).toFixed(0);
  const memory = (peakRssBytes / 2 ** 20).toFixed(0);
  row(name, database, size, seconds.toFixed(2), cpuSeconds.toFixed(2), memory, rate);
}
