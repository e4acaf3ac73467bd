import fsPromises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import type { TestContext } from 'node:test';

type Call = (...args: never[]) => Promise<unknown>;

/** What a machine may forget when it loses its power. */
type Unsynced =
  | { readonly kind: 'bytes'; readonly ino: bigint; readonly at: number; readonly length: number }
  | { readonly kind: 'name'; readonly from: string; readonly to: string }
  | { readonly kind: 'folder'; readonly path: string };

const real = { ...fsPromises };
const CHANGES = ['rename', 'rm', 'mkdir'] as const;
const HANDLE_CHANGES = new Set(['write', 'truncate', 'utimes', 'sync', 'datasync', 'close']);

export class Died extends Error {}

/**
 * Stands before Node's file system while a test runs: counts the steps that change something, dies at a chosen one (from then on
 * every step fails, so that nobody can clean up), and then forgets what a machine without power forgets.
 */
export class DyingDisk {
  /** Steps until now. */
  steps = 0;
  /** Open files and folders. */
  open = 0;
  #dieAt = Number.POSITIVE_INFINITY;
  #unsynced: Unsynced[] = [];
  readonly #paths = new Map<bigint, string>();

  static install(t: Pick<TestContext, 'after'>): DyingDisk {
    const disk = new DyingDisk();
    const patched: Record<string, Call> = {};
    for (const name of CHANGES) patched[name] = disk.#change(name);
    patched['open'] = disk.#opening();
    Object.assign(fsPromises, patched);
    syncBuiltinESMExports();
    t.after(() => {
      Object.assign(fsPromises, real);
      syncBuiltinESMExports();
    });
    return disk;
  }

  /** Lives again, until the given step from now. */
  live(steps = Number.POSITIVE_INFINITY): void {
    this.steps = 0;
    this.#dieAt = steps;
    this.#unsynced = [];
  }

  /** Loses what isn't durable: content becomes zeros of the same length; of names and folders, each with `loses`. */
  async losePower(loses: () => boolean): Promise<void> {
    for (const each of [...this.#unsynced].reverse()) {
      if (each.kind === 'bytes') await this.#forget(each);
      else if (!loses()) continue;
      else if (each.kind === 'folder') await real.rm(each.path, { recursive: true, force: true });
      else await real.rename(each.to, each.from).catch(() => undefined);
    }
    this.#unsynced = [];
  }

  async #forget({ ino, at, length }: Unsynced & { kind: 'bytes' }): Promise<void> {
    const path = this.#paths.get(ino) ?? '';
    const handle = await real.open(path, 'r+').catch(() => undefined);
    if (!handle) return;
    const { ino: found } = await handle.stat({ bigint: true });
    if (found === ino) await handle.write(Buffer.alloc(length), 0, length, at);
    await handle.close();
  }

  #step(): void {
    this.steps += 1;
    if (this.steps >= this.#dieAt) throw new Died(`died at step ${this.steps}`);
  }

  #change(name: (typeof CHANGES)[number]): Call {
    return async (...args: string[]) => {
      this.#step();
      const result = await (real[name] as (...all: string[]) => Promise<unknown>)(...args);
      const [from = '', to = ''] = args;
      if (name === 'mkdir') this.#unsynced.push({ kind: 'folder', path: from });
      if (name === 'rename') {
        this.#unsynced.push({ kind: 'name', from, to });
        this.#paths.set((await real.stat(to, { bigint: true })).ino, to);
      }
      return result;
    };
  }

  #opening(): Call {
    return async (...args: Parameters<typeof real.open>) => {
      this.#step();
      const handle = await real.open(...args);
      this.open += 1;
      const path = String(args[0]);
      const { ino } = await handle.stat({ bigint: true });
      this.#paths.set(ino, path);
      return new Proxy(handle, { get: (target, name) => this.#method(target, { name, ino, path }) });
    };
  }

  #method(
    handle: FileHandle,
    { name, ino, path }: { name: string | symbol; ino: bigint; path: string },
  ): unknown {
    const value: unknown = Reflect.get(handle, name, handle);
    if (typeof value !== 'function') return value;
    if (!HANDLE_CHANGES.has(String(name))) return value.bind(handle);
    return async (...args: unknown[]) => {
      if (name === 'close') {
        this.open -= 1;
        await handle.close();
        return this.#step();
      }
      this.#step();
      if (name === 'write')
        this.#unsynced.push({ kind: 'bytes', ino, at: Number(args[3]), length: Number(args[2]) });
      const result: unknown = await value.apply(handle, args);
      if (name === 'sync' || name === 'datasync')
        this.#unsynced = this.#unsynced.filter((each) => !isOf(each, ino, path));
      return result;
    };
  }
}

/** Whether an fsync of the file or folder makes it durable. */
function isOf(each: Unsynced, ino: bigint, path: string): boolean {
  if (each.kind === 'bytes') return each.ino === ino;
  return dirname(each.kind === 'folder' ? each.path : each.to) === path;
}
