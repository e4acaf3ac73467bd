import Libsql from 'libsql';
import type { DiskWatch } from './disk.js';

type Call = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Does for SQLite's writes what Disk does for node:fs: a step before each statement that writes, and no room when the
 * disk is full.
 */
export class Sqlite {
  readonly #watch: () => DiskWatch | undefined;
  readonly #undo: (() => void)[] = [];

  constructor(watch: () => DiskWatch | undefined) {
    this.#watch = watch;
    const memory = new Libsql(':memory:');
    const statement: object = Object.getPrototypeOf(memory.prepare('select 1'));
    memory.close();
    this.#replace(Libsql.prototype, 'exec', (real) => this.#exec(real));
    this.#replace(statement, 'run', (real) => this.#run(real));
  }

  release(): void {
    for (const undo of this.#undo) undo();
  }

  #replace(prototype: object, name: string, wrap: (real: Call) => Call): void {
    const real = Reflect.get(prototype, name) as Call;
    Reflect.set(prototype, name, wrap(real));
    this.#undo.push(() => Reflect.set(prototype, name, real));
  }

  #exec(real: Call): Call {
    const hook = this;
    return function exec(sql) {
      const watch = hook.#watch();
      watch?.onChange();
      if (!watch?.full || !/^(?:commit|pragma wal_checkpoint)/.test(String(sql))) return real.call(this, sql);
      if (sql === 'commit') real.call(this, 'rollback');
      throw sqliteFull();
    };
  }

  #run(real: Call): Call {
    const hook = this;
    return function run(...values) {
      const watch = hook.#watch();
      watch?.onChange();
      if (watch?.full) throw sqliteFull();
      return real.apply(this, values);
    };
  }
}

/** The driver's error: SQLite's result code SQLITE_FULL in `rawCode`. */
function sqliteFull(): Error {
  const facts = { name: 'SqliteError', code: 'SQLITE_FULL', rawCode: 13 };
  return Object.assign(new Error('database or disk is full'), facts);
}
