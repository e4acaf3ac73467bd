import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, realpath, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { FailedError } from '../../base/errors.js';
import { PART_ENDING } from '../../base/part-file.js';
import { codeOf } from '../../base/system-errors.js';
import { numberedPath } from '../claim-name.js';
import { sha256Of } from '../duplicates.js';
import { isWithin } from '../is-within.js';
import { fileAt } from '../walk-files.js';
import { NO_LINKS, reserveAndRename } from '../without-links.js';
import type { Move } from './plan.js';

export interface MoveOptions {
  /** Absolute. */
  readonly folder: string;
  /** Awaited when the file gets another path than planned, before it gets it: somebody has taken the name meanwhile. */
  readonly onOtherName: (move: Move) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Gives a file its new path, and never overwrites another one. Across file systems it is copied, made durable, compared by
 * SHA-256, and then removed.
 * @returns the move that was made; undefined when the file is no longer what was planned
 * @throws FailedError LEADS_OUTSIDE when a link in the new path leads out of the folder
 */
export async function moveFile(planned: Move, options: MoveOptions): Promise<Move | undefined> {
  const { from, size, modified, identity, date } = planned;
  const file = await fileAt(from);
  if (file?.size !== size || file.identity !== identity) return undefined;
  // Another name of the same file may have been moved, and has its time then.
  if (file.modified !== modified && file.modified !== date) return undefined;
  for (let number = 1; ; number += 1) {
    const to = numberedPath(planned.to, number);
    const move = { ...planned, to };
    await prepareFolder(move, options.folder);
    if (number > 1) {
      if (await isTaken(to)) continue;
      await options.onOtherName(move);
    }
    if (!(await take(move, options.signal))) continue;
    await giveTime(move);
    return move;
  }
}

/** Gives a file that was moved the time that its old name said. May be repeated. */
export async function giveTime({ to, date }: Move): Promise<void> {
  if (date !== undefined) await utimes(to, date, date);
}

/** Where the copy of a file lies until it is complete. */
export function copyPathOf({ to }: Move): string {
  return `${dirname(to)}/.telepi-organise-${keyPart(to)}${PART_ENDING}`;
}

function keyPart(path: string): string {
  return Buffer.from(path).toString('base64url').slice(-40);
}

/** A folder may have been replaced by a link to another place. */
async function prepareFolder({ to }: Move, folder: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const [real, root] = await Promise.all([realpath(dirname(to)), realpath(folder)]);
  if (real === root || isWithin(root, real)) return;
  throw new FailedError(
    'LEADS_OUTSIDE',
    `A link leads from ${dirname(to)} out of ${folder}, and nothing is moved there: remove the link, or choose another --path.`,
    { fields: { path: dirname(to) } },
  );
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await (await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))).close();
    return true;
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}

/** False: the name is taken. A hard link fails where a rename would overwrite. */
async function take(move: Move, signal: AbortSignal): Promise<boolean> {
  const { from, to } = move;
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code === 'EXDEV') return copyAcross(move, signal);
    if (NO_LINKS.has(code)) return reserveAndRename(from, to);
    throw error;
  }
  await rm(from);
  return true;
}

async function copyAcross(move: Move, signal: AbortSignal): Promise<boolean> {
  const { from, to, modified } = move;
  const copy = copyPathOf(move);
  await rm(copy, { force: true });
  await copyFile(from, copy, constants.COPYFILE_EXCL);
  const handle = await open(copy, 'r+');
  try {
    await handle.utimes(modified, modified);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if ((await sha256Of(copy, signal)) !== (await sha256Of(from, signal))) {
    await rm(copy);
    throw new FailedError(
      'COPY_DIFFERS',
      `The copy of ${from} in ${dirname(to)} differs from it, and was removed: check the disk.`,
      {
        fields: { path: from },
      },
    );
  }
  const isOurs = await take({ ...move, from: copy }, signal);
  if (!isOurs) {
    await rm(copy);
    return false;
  }
  await syncDirectory(dirname(to));
  await rm(from);
  return true;
}
