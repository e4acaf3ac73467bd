import { messageOf, UsageError } from '../lib/base/errors.js';
import { type BenchOptions, HELP, parseBenchArguments } from './arguments.js';
import { checkLargeFile } from './check.js';
import { killChildren } from './process/child.js';
import { profileTransfer } from './profile/profile.js';
import { benchReal } from './real/real-bench.js';
import { RIVALS } from './rivals/rivals.js';
import { benchSandbox } from './sandbox-bench.js';
import { SCENARIO_NAMES } from './scenarios/names.js';

process.on('exit', killChildren);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => process.exit(130));
try {
  const names = { scenarios: SCENARIO_NAMES, rivals: Object.keys(RIVALS) };
  process.exitCode = await bench(parseBenchArguments(process.argv.slice(2), names));
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function bench(options: BenchOptions): Promise<number> {
  switch (options.mode) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'check':
      return checkLargeFile(options);
    case 'real':
      return benchReal(options);
    case 'profile':
      return profileTransfer(options);
    default:
      return benchSandbox(options);
  }
}
