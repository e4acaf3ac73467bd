import { writeFileSync } from 'node:fs';
import { watchInterrupts } from '../../../lib/cli/interrupt.js';
import { pickFiles } from '../../../lib/cli/pick/pick.js';
import { pickItem } from './scene.js';

// A list of `count` files on the terminal of this process; what was picked goes to the file `outcome`, and how many bytes were
// written to the terminal.
const [count = '0', outcome = ''] = process.argv.slice(2);
const files = Array.from({ length: Number(count) }, (_, index) =>
  pickItem({ name: `file ${index}.pdf`, size: index, kind: index % 2 === 0 ? 'file' : 'photo' }),
);
const interrupt = watchInterrupts((signal) => process.stderr.write(`Ending cleanly after ${signal}.\n`));
const { stdin, stderr: screen } = process;
let bytes = 0;
const write = screen.write.bind(screen);
screen.write = (chunk: string | Uint8Array) => {
  bytes += chunk.length;
  return write(chunk);
};
const picked = await pickFiles(files, {
  stdin,
  screen,
  color: false,
  signal: interrupt.signal,
  interrupt: () => process.kill(process.pid, 'SIGINT'),
}).then(
  (places) => (places ? [...places] : 'left'),
  (error: Error) => error.message,
);
interrupt.release();
writeFileSync(outcome, JSON.stringify({ picked, bytes, isRaw: stdin.isRaw }));
