import type { PathLike } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Sqlite } from './sqlite.js';

type FileHandle = fs.FileHandle;
type Change = (...values: never[]) => Promise<unknown>;

/** Notified of what a process does to the files under its data directory. */
export interface DiskWatch {
  readonly root: string;
  /** Called before each change of a file or directory. */
  onChange(): void;
  /** No byte can be written any more. */
  readonly full: boolean;
}

const CHANGES = ['rename', 'link', 'unlink', 'rm', 'mkdir', 'copyFile', 'chmod'] as const;
const WRITES = ['write', 'writev', 'writeFile', 'appendFile', 'sync', 'datasync', 'truncate'] as const;

/**
 * Stands between the whole program and node:fs/promises and SQLite, for the one process that is simulated at a time:
 * access to other paths is left alone. `release` removes it.
 */
export class Disk {
  #watch: DiskWatch | undefined;
  readonly #before = new Map<string, unknown>();
  readonly #sqlite = new Sqlite(() => this.#watch);

  constructor() {
    for (const name of CHANGES) this.#replace(name, (real) => this.#change(real));
    this.#replace('writeFile', (real) => this.#change(real, true));
    this.#replace('open', (real) => this.#open(real));
    syncBuiltinESMExports();
  }

  watch(watch: DiskWatch | undefined): void {
    this.#watch = watch;
  }

  release(): void {
    this.#sqlite.release();
    for (const [name, real] of this.#before) Reflect.set(fs, name, real);
    syncBuiltinESMExports();
  }

  #replace(name: string, wrap: (real: Change) => unknown): void {
    const real: unknown = Reflect.get(fs, name);
    this.#before.set(name, real);
    Reflect.set(fs, name, wrap(real as Change));
  }

  #change(real: Change, writes = false) {
    return async (path: PathLike, ...rest: never[]): Promise<unknown> => {
      const watch = this.#of(path);
      watch?.onChange();
      if (writes && watch?.full) throw diskFull();
      return real(path as never, ...rest);
    };
  }

  #open(real: Change) {
    return async (path: PathLike, flags?: string | number, ...rest: never[]): Promise<unknown> => {
      const watch = this.#of(path);
      const writes = typeof flags === 'string' && flags !== 'r';
      if (writes) watch?.onChange();
      const file = (await real(path as never, flags as never, ...rest)) as FileHandle;
      if (writes && watch) this.#wrapWrites(file, watch);
      return file;
    };
  }

  #wrapWrites(file: FileHandle, watch: DiskWatch): void {
    for (const name of WRITES) {
      const real = (Reflect.get(file, name) as Change).bind(file);
      Reflect.set(file, name, async (...values: never[]) => {
        watch.onChange();
        if (watch.full) throw diskFull();
        return real(...values);
      });
    }
  }

  #of(path: PathLike): DiskWatch | undefined {
    return this.#watch && String(path).startsWith(this.#watch.root) ? this.#watch : undefined;
  }
}

function diskFull(): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error('ENOSPC: no space left on device, write');
  return Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' });
}
