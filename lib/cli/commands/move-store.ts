import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ExitStatus, TelepiError, UsageError } from '../../base/errors.js';
import { leaseHolder } from '../../ledger/job-lease.js';
import { noteTargetFiles, whileNoneIsMade } from '../../ledger/made-target.js';
import { refuseBusy } from '../../ledger/refuse-busy.js';
import type { Settings } from '../../settings/settings.js';
import { type LeftRowsOptions, writeLeftRows } from '../../store/journal/journal-folder.js';
import { type Mover, markIsHeld } from '../../store/move/away-mark.js';
import { moverInto } from '../../store/move/lease-target.js';
import type { MovePlace } from '../../store/move/move-place.js';
import { type MovedTable, type MoveOptions, moveStore } from '../../store/move/move-store.js';
import { countOf } from '../../store/move/move-tables.js';
import type { AnyTables } from '../../store/move/pages.js';
import { movedTables, type TableShape } from '../../store/move/table-shapes.js';
import { undoMove } from '../../store/move/undo-move.js';
import { howUsed } from '../../store/moves.js';
import type { DatabaseOwner } from '../../store/owner.js';
import { lockPassingFile } from '../../store/passing-lock.js';
import { hasColumn } from '../../store/schema-change.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { confirm } from '../confirm.js';
import { DATABASE_OWNER } from '../database-owner.js';
import { type MoveSide, moveSide } from '../move-side.js';
import { count } from '../progress/words.js';
import { refuseWaiting, sayWritten } from '../waiting-rows.js';

/** `telepi move-store`: copies everything that TelePi knows from one database into another one. */
export async function moveStoreCommand(context: CommandContext): Promise<number> {
  const { flags } = context;
  const words = [String(flags['from'] ?? 'file'), String(flags['to'] ?? 'DATABASE_URL')] as const;
  const settings = settingsOf(context, [], words);
  const source = moveSide(context, settings, 'from', words[0]);
  refuseAbsent(source);
  if (flags['undo'] === true) {
    refuseMore(flags);
    return withLock(context, settings, (who) => undo(context, { source, settings }, who));
  }
  const target = moveSide(context, settings, 'to', words[1]);
  if (flags['dry-run'] === true) return foresee(context, source.place, target.place);
  return withLock(context, settings, (who) => {
    const mover = { dataDir: settings.dataDir, clock: context.clock, ...who };
    const work = () => move(context, { source, target }, mover);
    return source.isLedger ? whileNoneIsMade(source.dataDir, work) : work();
  });
}

/** One move at a time in a data directory: so what a killed one has left belongs to the next one at once. */
const LOCK_FILE = '.move-store.lock';

async function withLock<T>(
  { random }: CommandContext,
  { dataDir }: Settings,
  work: (who: Mover) => Promise<T>,
): Promise<T> {
  await prepareDataDir(dataDir);
  const lock = lockPassingFile(join(dataDir, LOCK_FILE));
  if (!lock) {
    throw new UsageError(
      'JOB_RUNNING',
      `Another telepi move-store runs in ${dataDir}: wait until it ends, or stop it.`,
    );
  }
  try {
    const host = hostname();
    return await work({ host, holder: await leaseHolder({ dataDir, random, host }) });
  } finally {
    lock.release();
  }
}

interface Sides {
  readonly source: MoveSide;
  readonly target: MoveSide;
}

async function move(
  context: CommandContext,
  { source, target }: Sides,
  { dataDir, ...who }: Mover & Pick<MoveOptions, 'clock'> & { readonly dataDir: string },
): Promise<number> {
  const { output } = context;
  if (target.file !== undefined) await mkdir(dirname(target.file), { recursive: true, mode: 0o700 });
  const tables = await moveStore({
    source: source.place,
    target: target.place,
    owner: DATABASE_OWNER,
    refuseBusy(db, place) {
      const side = place === source.place ? source : target;
      const isFile = side.file !== undefined;
      return refuseBusy(db, { name: place.name, dataDir: side.dataDir, isFile, own: who.holder });
    },
    async onSource(db, keep) {
      await writeWaiting(context, source, { dataDir, db, keep });
      if (source.isLedger) await noteTargetFiles(source.dataDir, db as never, { host: who.host, keep });
    },
    onFilled: (rows) => allowReplacement(context, target.place, rows),
    onHalf: () =>
      output.note(
        `${atStart(target.place.name)} holds a part of a move that was cut off: it is deleted first.`,
      ),
    onCopied: () => output.note('Everything is written: reading both sides again, to compare them.'),
    onStillMarked: () =>
      output.note(
        `${atStart(source.place.name)} stays marked as moved: run the same telepi move-store again, or telepi move-store --undo --from ${context.flags['from'] ?? 'file'}.`,
      ),
    watch: { signal: context.signal, onRows: progress(context) },
    random: context.random,
    ...who,
  });
  report(context, tables, source.place, target.place);
  return ExitStatus.done;
}

function refuseMore(flags: CommandContext['flags']): void {
  const idle = ['to', 'replace', 'dry-run'].find((name) => flags[name] !== undefined);
  if (idle === undefined) return;
  throw new UsageError('CONTRADICTION', `--undo concerns --from alone: leave out --${idle}, or --undo.`);
}

/** `--undo`: the side that was left is the one in use again. */
async function undo(
  context: CommandContext,
  { source: { place }, settings }: { readonly source: MoveSide; readonly settings: Settings },
  who: Mover,
): Promise<number> {
  const { output } = context;
  const isUndone = await undoMove(place, {
    owner: DATABASE_OWNER,
    ...who,
    async onAway({ other, moved_datetime }) {
      const mover = await moverOf(context, sideNamed(context, settings, other), who);
      if (mover !== undefined) throw markIsHeld(place.name, mover);
      await confirm(context, {
        warning: `${atStart(place.name)} was moved to ${other} at ${moved_datetime.slice(0, 16)} UTC. What was done with that one since is unknown to this one, which would do it again, and send messages twice.`,
        answer: 'undo',
        noun: 'Type undo to use this one again all the same',
        code: 'UNDO_UNCONFIRMED',
        instead: 'To take along what was done since, move it back: telepi move-store the other way.',
      });
    },
  });
  output.line(
    isUndone
      ? `${atStart(place.name)} is the one in use again.`
      : `${atStart(place.name)} was not moved: nothing needs to be undone.`,
  );
  output.record({ event: isUndone ? 'undone' : 'not_moved', database: place.name });
  return ExitStatus.done;
}

/** The other side of a move, if this machine knows how to reach it: a mark has its name alone. */
function sideNamed(context: CommandContext, settings: Settings, name: string): MoveSide | undefined {
  if (existsSync(name)) return moveSide(context, settings, 'to', name);
  const server = settings.database && moveSide(context, settings, 'to', 'DATABASE_URL');
  return server?.place.name === name ? server : undefined;
}

/** The machine that moves something into the other side. What can't be opened may be gone for good: the move can be undone all the same. */
async function moverOf(
  { log }: CommandContext,
  side: MoveSide | undefined,
  { holder }: Mover,
): Promise<string | undefined> {
  try {
    return side && (await moverInto(side.place, DATABASE_OWNER, holder));
  } catch (error) {
    if (!(error instanceof TelepiError)) throw error;
    log.debug('mover_unknown', { error: error.message });
    return undefined;
  }
}

/** Opening it would make an empty one. */
function refuseAbsent({ file }: MoveSide): void {
  if (file === undefined || (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  throw new UsageError('NOTHING_TO_MOVE', `There is no database in ${file}: check --from, or --data-dir.`, {
    fields: { path: file },
  });
}

/** Rows that a machine has kept while the server was out of reach belong to what is moved. */
async function writeWaiting(
  context: CommandContext,
  { place, key }: MoveSide,
  left: Omit<LeftRowsOptions<AnyTables>, 'key' | 'signal'>,
): Promise<void> {
  if (key === undefined) return;
  const { rows } = await writeLeftRows({ ...left, key, signal: context.signal });
  sayWritten(context, place.name, rows);
  await refuseWaiting(left.dataDir, key);
}

async function allowReplacement(context: CommandContext, { name }: MovePlace, rows: number): Promise<void> {
  const there = `${atStart(name)} already holds ${count(rows, 'row')}`;
  if (context.flags['replace'] !== true) {
    throw new UsageError(
      'STORE_NOT_EMPTY',
      `${there}: name an empty database, or say --replace to delete them first.`,
      { fields: { database: name, rows } },
    );
  }
  await confirm(context, {
    warning: `${there}. --replace deletes them all, before anything is copied.`,
    answer: 'replace',
    noun: 'Type replace to continue',
    code: 'REPLACE_UNCONFIRMED',
    instead: 'Otherwise both databases stay as they are.',
  });
}

const EVERY_MS = 10_000;

/** A line at the beginning of each table that has rows, and every ten seconds. */
function progress({ output, clock }: CommandContext) {
  let said = clock.monotonic();
  return (table: string, done: number, rows: number): void => {
    if (rows === 0 || (done > 0 && clock.monotonic() - said < EVERY_MS)) return;
    said = clock.monotonic();
    output.note(
      done === 0 ? `${table}: ${count(rows, 'row')}` : `${table}: ${done} of ${count(rows, 'row')}`,
    );
  };
}

function report(
  { output }: CommandContext,
  tables: readonly MovedTable[],
  source: MovePlace,
  target: MovePlace,
): void {
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const width = Math.max(...tables.map(({ table }) => table.length));
  for (const { table, rows, hash } of tables) {
    output.line(`${table.padEnd(width)}  ${String(rows).padStart(9)}  ${hash}`);
    output.record({ event: 'table', table, rows, hash });
  }
  output.line(
    `Moved: ${count(total, 'row')} of ${count(tables.length, 'table')}, the same counts and hashes in ${source.name} and in ${target.name}.`,
  );
  output.line(
    `${atStart(source.name)} is kept as it is, marked as moved, and TelePi no longer needs it. The other one is used ${howUsed(target.name)}.`,
  );
  output.record({ event: 'moved', from: source.name, to: target.name, rows: total });
}

/** What a move would copy and delete; writes nothing. */
async function foresee(context: CommandContext, source: MovePlace, target: MovePlace): Promise<number> {
  const { output } = context;
  const shapes = await movedTables(DATABASE_OWNER.migrations);
  const rows = await rowsOfEach(source, shapes);
  const there = await rowsOfEach(target, shapes, { takesHalfMoved: true, takesMovedAway: true });
  for (const [table, number] of rows) {
    output.line(`${table}: ${count(number, 'row')}`);
    output.record({ event: 'table', table, rows: number });
  }
  const [total, inTarget] = [sum(rows), sum(there)];
  output.line(
    `A move would copy ${count(total, 'row')} from ${source.name} to ${target.name}` +
      (inTarget === 0
        ? ', which is empty.'
        : `, which already holds ${count(inTarget, 'row')}: it needs --replace.`),
  );
  output.record({ event: 'dry_run', from: source.name, to: target.name, rows: total, inTarget });
  return ExitStatus.done;
}

async function rowsOfEach(
  place: MovePlace,
  shapes: readonly TableShape[],
  takes: Pick<DatabaseOwner, 'takesHalfMoved' | 'takesMovedAway'> = {},
): Promise<ReadonlyMap<string, number>> {
  const found = await place.look({ ...DATABASE_OWNER, ...takes }, async (db) => {
    const rows = new Map<string, number>();
    // A database of an older version lacks some of them.
    for (const { name, key } of shapes) {
      if (await hasColumn(db as never, name, key[0] ?? '')) rows.set(name, await countOf(db, name));
    }
    return rows;
  });
  return found ?? new Map();
}

function sum(rows: ReadonlyMap<string, number>): number {
  return [...rows.values()].reduce((total, each) => total + each, 0);
}

function atStart(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
