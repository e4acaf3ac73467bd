import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A program to measure. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** In addition to PATH, HOME and TMPDIR; nothing else of the bench's own environment is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Child {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Descriptor 3 of the program, where the probe writes. */
  readonly report: Readable;
  /** Resolves with the exit status when the process has ended and its streams are read; null if it was killed. */
  readonly ended: Promise<number | null>;
  /** The end of what it wrote to standard error. */
  complaint(): string;
  kill(): void;
}

const COMPLAINT_CHARACTERS = 2_000;
const running = new Set<Child>();

/** Starts a program as the head of a process group, so that it can be ended with everything it has started. */
export function startChild({ command, args, environment = {}, cwd }: Program): Child {
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), TZ: 'UTC', ...environment },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const [stdin, stdout, stderr, report] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
  let errors = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-COMPLAINT_CHARACTERS);
  });
  stdin.on('error', () => undefined);
  const self: Child = {
    pid: child.pid,
    stdin,
    stdout,
    report,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status));
    }),
    complaint: () => errors.trim(),
    kill: () => killGroup(child),
  };
  running.add(self);
  self.ended.catch(() => undefined).finally(() => running.delete(self));
  return self;
}

/** For the end of the bench, however it comes. */
export function killChildren(): void {
  for (const child of running) child.kill();
}

/** Kills the group, not only its head: a helper of a killed program would otherwise survive. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
