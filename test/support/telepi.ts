import { type ChildProcess, spawn } from 'node:child_process';
import { launcher as ownLauncher } from './paths.js';

export interface TelepiOptions {
  /** Settings of the environment; nothing of the test's own environment but PATH and HOME comes through. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The working directory. */
  readonly cwd: string;
  /** The telepi to run; unless given the checkout's. */
  readonly launcher?: string;
  /** Lines for standard input, which ends after them. */
  readonly input?: string;
  /** Standard input doesn't end. */
  readonly keepInputOpen?: boolean;
  /** Milliseconds after which a process that hangs is killed. Default: a minute. */
  readonly patienceMs?: number;
  /** Called with the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface TelepiOutcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PATIENCE_MS = 60_000;

/** Runs telepi as a user does, in its own process, until it ends. A warning by Node is an error. */
export function telepi(args: readonly string[], options: TelepiOptions): Promise<TelepiOutcome> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [options.launcher ?? ownLauncher, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, TZ: 'UTC', ...options.environment },
    stdio: 'pipe',
    timeout: options.patienceMs ?? PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(options.input ?? '');
  if (!options.keepInputOpen) child.stdin.end();
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const warning = /^\(node:\d+\) .*$/m.exec(stderr)?.[0];
      if (warning === undefined) resolve({ status, signal, stdout, stderr });
      else reject(new Error(`telepi ${args[0]} was warned by Node: ${warning}`));
    });
  });
}
