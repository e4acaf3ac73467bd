// The program of --pipe in runs of real processes: `node pipe.js steady` or `node pipe.js fickle`.
import { createInterface } from 'node:readline';
import { systemRandom } from '../../lib/base/random.js';
import { changed } from './program.js';

const isFickle = process.argv[2] === 'fickle';
for await (const line of createInterface({ input: process.stdin })) {
  const number = isFickle ? systemRandom.integer(0, 999_999) : 0;
  process.stdout.write(`${JSON.stringify(changed(JSON.parse(line), number))}\n`);
}
