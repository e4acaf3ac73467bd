import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { repositoryRoot } from '../support/paths.js';

export interface ScriptResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine made of stubs, so that a script of tuning/ can do anything without touching the real one. */
export interface Machine {
  /** Stands for `/`: scripts get it as TELEPI_ROOT. */
  readonly root: string;
  /** A directory for the stubs' memory. */
  readonly memory: string;
  /** Puts a command on the machine: a bash script whose calls are recorded. `$MEMORY` is `memory`. */
  stub(name: string, body: string): void;
  /** Makes the next call of a command whose arguments match a bash pattern fail. After it, all succeed. */
  failOnce(name: string, pattern: string): void;
  run(script: string, ...args: string[]): ScriptResult;
  /** Each call of a stub since the last time, as one line: `sysctl -n net.core.rmem_max`. */
  calls(): string[];
  read(path: string): string;
  has(path: string): boolean;
}

export function pretendMachine(t: TestContext, environment: Record<string, string> = {}): Machine {
  const home = mkdtempSync(join(tmpdir(), 'telepi-tuning-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const [root, memory, bin] = [join(home, 'root'), join(home, 'memory'), join(home, 'bin')];
  for (const folder of [root, memory, bin]) mkdirSync(folder);
  const log = join(home, 'calls');
  writeFileSync(log, '');
  const failure = (name: string): string => join(home, `fails-${name}`);
  return {
    root,
    memory,
    stub(name, body) {
      const path = join(bin, name);
      writeFileSync(
        path,
        `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>'${log}'\nMEMORY='${memory}'\n` +
          `if [[ -f ${failure(name)} && $* == $(<${failure(name)}) ]]; then rm ${failure(name)}; exit 1; fi\n${body}\n`,
      );
      chmodSync(path, 0o755);
    },
    failOnce(name, pattern) {
      writeFileSync(failure(name), pattern);
    },
    run(script, ...args) {
      const env = {
        PATH: `${bin}:/usr/bin:/bin`,
        HOME: home,
        TELEPI_ROOT: root,
        LC_ALL: 'C',
        ...environment,
      };
      const path = join(repositoryRoot, 'tuning', script);
      const { status, stdout, stderr } = spawnSync('bash', [path, ...args], {
        cwd: home,
        env,
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    },
    calls() {
      const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
      writeFileSync(log, '');
      return lines;
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => existsSync(join(root, path)),
  };
}

/** Writes a file of a pretended machine. */
export function place(machine: Machine, path: string, text: string): void {
  const file = join(machine.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
