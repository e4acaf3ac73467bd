import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { FakeTerminal } from './fake-terminal.js';

/** `script` of util-linux gives a program a terminal. */
export const hasPseudoTerminals = spawnSync('script', ['--version']).status === 0;

/** A program on a terminal of its own. */
export interface PseudoTerminal {
  /** What a person would see. */
  readonly screen: FakeTerminal;
  readonly child: ChildProcess;
  /** Presses keys. */
  send(keys: string): void;
  /** Resolves when the screen shows what `pattern` describes; rejects when the program ends before. */
  until(pattern: RegExp): Promise<void>;
  /** The status with which the program ended. */
  readonly ended: Promise<number | null>;
}

export interface PseudoTerminalOptions {
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A program that hangs is killed. */
const PATIENCE_MS = 60_000;

/** Runs a command of the shell on a terminal of this size. */
export function onTerminal(
  t: Pick<TestContext, 'after'>,
  command: string,
  { cwd, columns, rows, environment }: PseudoTerminalOptions,
): PseudoTerminal {
  const { PATH, HOME } = process.env;
  const sized = `stty cols ${columns} rows ${rows}; ${command}`;
  const child = spawn('script', ['-qefc', sized, '/dev/null'], {
    cwd,
    env: { PATH, HOME, TZ: 'UTC', TERM: 'xterm', SHELL: '/bin/sh', ...environment },
    stdio: 'pipe',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  t.after(() => child.kill('SIGKILL'));
  const screen = new FakeTerminal(columns, rows);
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text);
    for (const look of looks) look();
  });
  const ended = once(child, 'close').then(([status]: unknown[]) => status as number | null);
  const send = (keys: string): void => {
    child.stdin.write(keys);
  };
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(screen.screen.join('\n'))) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
      void ended.then(() => reject(new Error(`${pattern} never came: ${screen.screen.join('\n')}`)));
    });
  return { screen, child, send, until, ended };
}
