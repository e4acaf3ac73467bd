import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../lib/base/errors.js';

const INSTALL_TIMEOUT_MS = 10 * 60_000;
const run = promisify(execFile);

/**
 * Runs one command of an installation, and returns its output. Throws an error that says in one line what went wrong.
 */
export async function installStep(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  try {
    const { stdout } = await run(command, args, {
      timeout: INSTALL_TIMEOUT_MS,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.environment },
    });
    return stdout.trim();
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${command} is not installed`);
    throw new Error(stderr.trim().split('\n').at(-1) || messageOf(error));
  }
}
