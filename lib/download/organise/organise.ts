import { lstat, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import type { Clock } from '../../base/clock.js';
import { messageOf, TelepiError, UsageError } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';
import { isFileLocked } from '../../store/file-lock.js';
import { noteMoved } from '../../store/tables/note-moved.js';
import { sha256Of } from '../duplicates.js';
import { downloadRuns, FOLDER_LOCK, refuseHeld, takeFolder } from '../folder-lock.js';
import { isWithin } from '../is-within.js';
import { fileAt } from '../walk-files.js';
import { freeReservedName } from '../without-links.js';
import { type LoggedWork, logged } from './logged-work.js';
import { copyPathOf, giveTime, moveFile } from './move-file.js';
import { MoveJournal } from './move-journal.js';
import { type Move, type Plan, type PlanOptions, planMoves } from './plan.js';

export interface OrganiseOptions extends PlanOptions, LoggedWork {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Awaited with the plan; false: nothing is moved. */
  readonly onPlan: (plan: Plan) => Promise<boolean>;
  readonly onMoved?: (move: Move) => void;
  /** A file that could not be moved, with the reason. */
  readonly onFailed: (move: Move, reason: string) => void;
}

export interface OrganiseSummary {
  readonly moved: number;
  readonly failed: number;
  /** Moves that an earlier process had begun, and that were completed first. */
  readonly continued: number;
  /** Folders that were emptied, and removed. */
  readonly foldersRemoved: number;
}

/**
 * Moves the files of a folder to where the template puts them. What an organise that was killed had begun is completed first. Before
 * files are moved, their moves are in a journal; they leave it when the store knows their new paths. So a process may die
 * anywhere.
 * @throws UsageError ORGANISE_RUNS or DOWNLOAD_RUNS while another process moves files in the folder, or downloads into it
 */
export async function organiseFolder(options: OrganiseOptions): Promise<OrganiseSummary> {
  const lock = takeFolder(options.folder);
  let isTidy = !lock.wasLeft;
  try {
    const journal = MoveJournal.of(options.dataDir, options.folder);
    const continued = await settle(options, journal);
    let parts = 0;
    const plan = await planUnder({ ...options, onPart: () => (parts += 1) });
    isTidy ||= parts === 0;
    const begun: Counted = { moved: 0, failed: 0, continued, foldersRemoved: 0 };
    const isWanted = await options.onPlan(plan);
    if (!isWanted || plan.moves.length === 0) return begun;
    await logged(
      options,
      () => ({ planned: plan.moves.length, ...begun }),
      () => moveAll(options, journal, plan.moves, begun),
    );
    return begun;
  } finally {
    // What a download has left is for the next download.
    lock.release(isTidy);
  }
}

/** What organiseFolder would do. Changes nothing. Throws the same errors. */
export async function planWithoutDownloads(options: PlanOptions): Promise<Plan> {
  refuseHeld(join(options.folder, FOLDER_LOCK));
  return planUnder(options);
}

/** For who has the folder, or has seen that nobody has it. Downloads may run into folders below it. */
async function planUnder(options: PlanOptions): Promise<Plan> {
  const locks: string[] = [];
  const plan = await planMoves({ ...options, onLock: (path) => locks.push(path) });
  for (const path of locks) {
    if (basename(path) === FOLDER_LOCK) refuseHeld(path);
    else if (isFileLocked(path)) throw downloadRuns(options.folder, path);
  }
  if (plan.known === 0 && plan.moves.length > 0) {
    throw new UsageError(
      'NOTHING_KNOWN',
      `TelePi knows no file in ${options.folder}, and none is named by its time, such as 20240305_183000_77_report.pdf: name the folder of a download.`,
      { fields: { path: options.folder } },
    );
  }
  return plan;
}

type Counted = { -readonly [Key in keyof OrganiseSummary]: number };

/** How many moves are in the journal at once, and noted in one transaction. */
const BATCH = 50;

async function moveAll(
  options: OrganiseOptions,
  journal: MoveJournal,
  moves: readonly Move[],
  summary: Counted,
): Promise<void> {
  const emptied = new Set<string>();
  for (let start = 0; start < moves.length; start += BATCH) {
    options.signal.throwIfAborted();
    const batch = moves.slice(start, start + BATCH);
    await journal.add(batch);
    const made: Move[] = [];
    for (const planned of batch) {
      const move = await tryMove(options, journal, planned);
      if (move) made.push(move);
      else summary.failed += 1;
    }
    await noteBatch(options, journal, made);
    for (const move of made) {
      emptied.add(dirname(move.from));
      options.onMoved?.(move);
    }
    summary.moved += made.length;
  }
  summary.foldersRemoved = await removeEmpty(options.folder, emptied);
}

/** One file's trouble is not that of the others; what ends the whole work is noted by the caller's next run. */
async function tryMove(
  { folder, onFailed, signal }: OrganiseOptions,
  journal: MoveJournal,
  planned: Move,
): Promise<Move | undefined> {
  try {
    const move = await moveFile(planned, { folder, signal, onOtherName: (other) => journal.add([other]) });
    if (!move) onFailed(planned, 'It was changed or removed meanwhile.');
    return move;
  } catch (error) {
    const isOfFile = error instanceof TelepiError || codeOf(error) !== undefined;
    if (!isOfFile || signal.aborted || codeOf(error) === 'ENOSPC') throw error;
    onFailed(planned, messageOf(error));
    return undefined;
  }
}

/** Names first, then the store, then the journal. */
async function noteBatch(
  { db, writer, host, clock }: OrganiseOptions,
  journal: MoveJournal,
  made: readonly Move[],
): Promise<void> {
  const folders = new Set(made.flatMap(({ from, to }) => [dirname(to), dirname(from)]));
  for (const folder of folders) await syncDirectory(folder);
  await writer.keep();
  const moved = made.map(({ from, to, message, mediaId }) => ({
    ...{ from, to, message },
    mediaId: mediaId === undefined ? undefined : BigInt(mediaId),
  }));
  await noteMoved(db, host, moved, clock.now());
  await journal.clear();
}

/** Completes what an earlier process had begun. Returns how many moves that were. */
async function settle(options: OrganiseOptions, journal: MoveJournal): Promise<number> {
  const made: Move[] = [];
  const moves = await journal.read();
  if (moves.length > 0)
    await logged(
      options,
      () => ({ continued: made.length }),
      () => complete(options, journal, { moves, made }),
    );
  // What can't be read stands for nothing that was moved.
  else await journal.clear();
  return made.length;
}

async function complete(
  options: OrganiseOptions,
  journal: MoveJournal,
  { moves, made }: { readonly moves: readonly Move[]; readonly made: Move[] },
): Promise<void> {
  // A file whose planned name was taken meanwhile is in the journal again, with the name that it was given.
  const begun = new Map(moves.map((move) => [move.from, move]));
  const begunAt = await journal.writtenAt();
  // A name that one move frees is taken by a later one: so the last is looked at first.
  for (const move of [...begun.values()].reverse()) {
    if (!(await isMade(move, begunAt, options.signal))) continue;
    await giveTime(move);
    made.unshift(move);
  }
  await noteBatch(options, journal, made);
  await removeEmpty(options.folder, new Set(made.map(({ from }) => dirname(from))));
}

/**
 * Whether the file has its new path; takes the old one away if it still has both. Another file at either path is left alone, also
 * one with the same content: nothing is deleted but the second name of what was moved, and what it was copied from.
 */
async function isMade(move: Move, begunAt: number, signal: AbortSignal): Promise<boolean> {
  const { from, to, size, modified, identity } = move;
  await rm(copyPathOf(move), { force: true });
  const [old, now] = [await fileAt(from), await fileAt(to)];
  if (!now) return false;
  const isReserved = now.identity !== identity && old?.identity === identity;
  if (isReserved && (await freeReservedName(to, begunAt))) return false;
  if (now.identity === identity) {
    if (old?.identity !== identity) return true;
    // Where letters count as equal in either case, both paths may be one name: the file isn't moved yet.
    if (folded(from) === folded(to) || (await linksTo(to)) < 2) return false;
    await rm(from);
    return true;
  }
  if (deviceOf(now) === deviceOf(move)) return false;
  const isWhole = now.size === size && (now.modified === modified || now.modified === move.date);
  if (!isWhole || !old) return isWhole;
  if (old.size !== size || (await sha256Of(from, signal)) !== (await sha256Of(to, signal))) return false;
  await rm(from);
  return true;
}

function folded(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

async function linksTo(path: string): Promise<number> {
  return (await lstat(path)).nlink;
}

function deviceOf({ identity }: { readonly identity: string }): string {
  return identity.slice(0, identity.indexOf(':'));
}

/** Removes folders that have nothing in them any more, and those above them, up to the folder itself. */
async function removeEmpty(root: string, folders: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const folder of [...folders].sort((one, other) => other.length - one.length)) {
    for (let path = folder; isWithin(root, path); path = dirname(path)) {
      try {
        await rmdir(path);
        removed += 1;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') continue;
        if (['ENOTEMPTY', 'EEXIST', 'EBUSY', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) break;
        throw error;
      }
    }
  }
  return removed;
}
