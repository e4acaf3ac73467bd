import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../base/random.js';
import { type FileLock, isFileHeld, lockFile } from '../../store/file-lock.js';
import { lockPassingFile } from '../../store/passing-lock.js';
import type { StoreWriter } from '../../store/store-writer.js';
import { dropClaimsOf } from '../../store/tables/file-claims.js';

/** Where the processes of a data directory are marked, and what the directory is known by. */
export interface MarksFolder {
  /** On a disk of this machine. It is made when the first file is claimed. */
  readonly folder: string;
  /** Names the data directory on this machine: as good as unique, at least 32 hex digits. */
  readonly machine: string;
}

/** The database that keeps them. */
interface Claims {
  readonly db: Parameters<typeof dropClaimsOf>[0];
  readonly writer: Pick<StoreWriter, 'keep'>;
}

const ENDING = '.lock';
const MACHINE_LENGTH = 32;

/**
 * Marks this process as one that lives, by a lock that ends with it: so that the others of the data directory needn't wait
 * until its claims expire.
 */
export class ProcessMark {
  /** By which its claims are known: 64 hex digits. */
  readonly holder: string;
  readonly #marks: MarksFolder;
  #lock: FileLock | undefined;

  constructor(marks: MarksFolder, random: Random) {
    this.#marks = marks;
    this.holder = `${marks.machine.slice(0, MACHINE_LENGTH)}${random.bytes(16).toString('hex')}`;
  }

  async begin(): Promise<void> {
    await mkdir(this.#marks.folder, { recursive: true });
    this.#lock ??= lockPassingFile(this.#pathOf(this.holder));
  }

  end(): void {
    this.#lock?.release();
    this.#lock = undefined;
  }

  /**
   * Gives back what processes of this data directory had claimed that have died; then their marks go. A directory that was copied
   * to another machine has other names there.
   */
  async bury({ db, writer }: Claims): Promise<void> {
    if (!this.#lock) return;
    const dead: { readonly holder: string; readonly path: string; readonly lock: FileLock }[] = [];
    try {
      for (const holder of await this.#others()) {
        const path = this.#pathOf(holder);
        const lock = lockOfDead(path);
        if (lock) dead.push({ holder, path, lock });
      }
      if (dead.length === 0) return;
      await writer.keep();
      await dropClaimsOf(
        db,
        dead.map(({ holder }) => holder),
      );
      for (const { path } of dead) rmSync(path, { force: true });
    } finally {
      for (const { lock } of dead) lock.release();
    }
  }

  async #others(): Promise<readonly string[]> {
    const own = this.holder;
    const names = await readdir(this.#marks.folder);
    return names
      .filter((name) => name.endsWith(ENDING) && name.startsWith(own.slice(0, MACHINE_LENGTH)))
      .map((name) => name.slice(0, -ENDING.length))
      .filter((holder) => holder !== own);
  }

  #pathOf(holder: string): string {
    return join(this.#marks.folder, `${holder}${ENDING}`);
  }
}

/** Undefined while its process lives, or when it is gone. */
function lockOfDead(path: string): FileLock | undefined {
  try {
    return isFileHeld(path) ? undefined : lockFile(path);
  } catch (error) {
    if (existsSync(path)) throw error;
    return undefined;
  }
}
