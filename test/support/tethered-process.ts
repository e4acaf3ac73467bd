import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Starts the program, and a watcher that kills it when the pipe from this process closes. */
const TETHER = [
  'exec 3<&0 >&2',
  '"$@" 3<&- </dev/null & program=$!',
  '(cat <&3 >/dev/null; kill -9 $program) 2>/dev/null & watcher=$!',
  'exec 3<&-',
  'wait $program',
  'kill $watcher',
].join('\n');

/** A server that a test starts. */
export interface TetheredProcess {
  /** What it says, on both its outputs. */
  readonly said: Readable;
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<void>;
  /** Kills it. */
  stop(): Promise<void>;
}

/** Starts a program that ends with this process, however this one ends: `kill -9` included. */
export function startTethered(
  program: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): TetheredProcess {
  const shell: ChildProcessByStdio<Writable, null, Readable> = spawn(
    'sh',
    ['-c', TETHER, 'sh', program, ...words],
    { ...options, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const ended = once(shell, 'exit').then(() => undefined);
  shell.stdin.on('error', () => undefined);
  return {
    said: shell.stderr,
    ended,
    async stop() {
      shell.stdin.end();
      await ended;
    },
  };
}
