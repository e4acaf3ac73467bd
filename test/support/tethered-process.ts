import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Starts the program, and a watcher that kills it when the pipe from this process closes, and clears up if nobody said a word. */
const TETHER = [
  'exec 3<&0 >&2',
  '"$@" 3<&- </dev/null & program=$!',
  '(word=$(cat <&3); kill -9 $program; [ -n "$word" ] || rm -rf -- "$TETHER_FOLDER") 2>/dev/null & watcher=$!',
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

export interface TetherOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly folder?: string;
}

/**
 * Starts a program that ends with this process, however this one ends: `kill -9` included. `folder`: goes then, too; after
 * `stop` it stays.
 */
export function startTethered(
  program: string,
  words: readonly string[],
  { folder = '', env = process.env, ...options }: TetherOptions = {},
): TetheredProcess {
  const shell: ChildProcessByStdio<Writable, null, Readable> = spawn(
    'sh',
    ['-c', TETHER, 'sh', program, ...words],
    { ...options, env: { ...env, TETHER_FOLDER: folder }, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const ended = once(shell, 'exit').then(() => undefined);
  shell.stdin.on('error', () => undefined);
  return {
    said: shell.stderr,
    ended,
    async stop() {
      shell.stdin.end('stop');
      await ended;
    },
  };
}
