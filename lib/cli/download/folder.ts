import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../../base/bytes.js';
import { reasonOfSystem, UsageError } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';
import type { DownloadEvent } from '../../download/events.js';

/**
 * Makes the folder of a download, and looks whether files can be written there.
 * @throws UsageError OUTPUT_UNWRITABLE
 */
export async function prepareFolder(folder: string): Promise<void> {
  await usable(folder, async () => {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  });
}

/**
 * Looks whether the folder of a download is there, or can be made. Makes none: where a disk is to be mounted, it would be in the way.
 * @throws UsageError OUTPUT_UNWRITABLE
 */
export async function requireFolder(folder: string): Promise<void> {
  await usable(folder, async () => {
    for (let path = folder; ; path = dirname(path)) {
      try {
        // So a file that is in the way isn't taken for a folder.
        return await access(`${path}/.`, constants.W_OK | constants.X_OK);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
      }
    }
  });
}

async function usable(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new UsageError(
      'OUTPUT_UNWRITABLE',
      `The folder of --output can't be used, ${folder}: ${reasonOfSystem(error)}. Choose another one, or correct its owner and mode.`,
      { cause: error, fields: { path: folder } },
    );
  }
}

/** Bytes that this user may still write where `folder` is or would be; undefined when the system doesn't say. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize, blocks } = await statfs(path);
      // Some network file systems say 0 of everything.
      return blocks > 0 ? bavail * bsize : undefined;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || dirname(path) === path) return undefined;
    }
  }
}

/** @throws UsageError DISK_TOO_SMALL when fewer than `bytes` are free. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === undefined || free >= bytes) return;
  throw new UsageError('DISK_TOO_SMALL', spaceWords(folder, bytes, free), {
    fields: { path: folder, bytes, free },
  });
}

/** What is wrong, and how to fix it. */
export function spaceWords(folder: string, bytes: number, free: number): string {
  return `${formatBytes(bytes)} are to be written to ${folder}, where ${formatBytes(free)} are free: free some space, choose another --output, or select fewer files.`;
}

/** Notices, while files are still being found, that they don't fit onto the disk. Says so once. */
export class SpaceWatch {
  readonly #folder: string;
  readonly #free: number;
  /** Bytes of files that are dealt with, and of those among them that took space. */
  #settled = 0;
  #written = 0;
  #said = false;

  private constructor(folder: string, free: number) {
    this.#folder = folder;
    this.#free = free;
  }

  /** Undefined when the system doesn't say how much is free. */
  static async of(folder: string): Promise<SpaceWatch | undefined> {
    const free = await freeBytes(folder);
    return free === undefined ? undefined : new SpaceWatch(folder, free);
  }

  /** A sentence, if one is due after the event. */
  warningAt(event: DownloadEvent): string | undefined {
    if (event.kind === 'skipped' || event.kind === 'failed') this.#settled += event.planned.size;
    if (event.kind === 'done') {
      this.#settled += event.bytes;
      if (event.how !== 'linked') this.#written += event.bytes;
    }
    if (event.kind !== 'scanned' || this.#said) return undefined;
    const left = event.bytes - this.#settled;
    const free = this.#free - this.#written;
    if (left <= free) return undefined;
    this.#said = true;
    return `The disk may become full: ${spaceWords(this.#folder, left, free)}`;
  }
}
