import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { launcher } from '../support/paths.js';
import { loginSettings } from '../support/sandbox-environment.js';
import type { Scene } from '../support/scene.js';

/** A host of its own on this machine: a folder, with a login of its own in it. */
export interface Host {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Starts `telepi worker` there. */
  start(...args: string[]): WorkerProcess;
}

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Everything that it has said, as records. */
  readonly records: readonly Record<string, unknown>[];
  readonly stderr: () => string;
  /** Resolves with the first record that meets the condition. */
  said(is: (record: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Resolves with its exit status, or the signal that has ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Makes a host of a scene, and signs in there. */
export async function hostOf(
  t: Pick<TestContext, 'after'>,
  scene: Scene,
  name: string,
  database: string,
  login: Readonly<Record<string, string>> = loginSettings(scene.filled),
): Promise<Host> {
  const cwd = join(scene.cwd, name);
  mkdirSync(cwd);
  const environment = {
    ...scene.connection,
    TG_SERVER_KEY: join(scene.cwd, 'server.pem'),
    DATABASE_URL: database,
  };
  const { status, stderr } = await scene.run(['login'], { ...environment, ...login }, { cwd });
  if (status !== 0) throw new Error(`telepi login ended with ${status}: ${stderr}`);
  return { cwd, environment, start: (...args) => startWorker(t, cwd, environment, args) };
}

function startWorker(
  t: Pick<TestContext, 'after'>,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): WorkerProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [launcher, 'worker', '--json', ...args], {
    cwd,
    env: { PATH, HOME, TZ: 'UTC', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const records: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) records.push(JSON.parse(line) as Record<string, unknown>);
    for (const look of waiting) look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (status, signal) => resolve(signal ?? status));
  });
  return {
    child,
    records,
    stderr: () => stderr,
    ended,
    async said(is) {
      const found = new Promise<Record<string, unknown>>((resolve) => {
        const look = (): void => {
          const record = records.find(is);
          if (!record) return;
          waiting.delete(look);
          resolve(record);
        };
        waiting.add(look);
        look();
      });
      const none = ended.then((how): never => {
        const all = records.map((record) => JSON.stringify(record)).join('\n');
        throw new Error(`the worker ended with ${how} and had not said it:\n${all}\n${stderr}`);
      });
      return Promise.race([found, none]);
    },
  };
}
