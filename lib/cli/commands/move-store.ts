import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { refuseBusy } from '../../ledger/refuse-busy.js';
import { writeLeftRows } from '../../store/journal/journal-folder.js';
import type { MovePlace } from '../../store/move/move-place.js';
import { type MovedTable, moveStore } from '../../store/move/move-store.js';
import { countOf } from '../../store/move/move-tables.js';
import { type TableShape, tableShapes } from '../../store/move/table-shapes.js';
import { hasColumn } from '../../store/schema-change.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { confirm } from '../confirm.js';
import { DATABASE_OWNER } from '../database-owner.js';
import { type MoveSide, moveSide } from '../move-side.js';
import { count } from '../progress/words.js';
import { refuseWaiting, sayWritten } from '../waiting-rows.js';

/** `telepi move-store`: copies everything that TelePi knows from one database into another one. */
export async function moveStoreCommand(context: CommandContext): Promise<number> {
  const { flags, output } = context;
  const words = [String(flags['from'] ?? 'file'), String(flags['to'] ?? 'DATABASE_URL')] as const;
  const settings = settingsOf(context, [], words);
  const source = moveSide(context, settings, 'from', words[0]);
  const target = moveSide(context, settings, 'to', words[1]);
  refuseAbsent(source);
  if (flags['dry-run'] === true) return foresee(context, source.place, target.place);
  await writeWaiting(context, source, settings.dataDir);
  if (target.file !== undefined) await mkdir(dirname(target.file), { recursive: true, mode: 0o700 });
  const tables = await moveStore({
    source: source.place,
    target: target.place,
    owner: DATABASE_OWNER,
    refuseBusy: (db, place) =>
      refuseBusy(db, {
        name: place.name,
        dataDir: place === source.place ? source.dataDir : target.dataDir,
      }),
    onFilled: (rows) => allowReplacement(context, target.place, rows),
    onHalf: () =>
      output.note(
        `${atStart(target.place.name)} holds a part of a move that was cut off: it is deleted first.`,
      ),
    onCopied: () => output.note('Everything is written: reading both sides again, to compare them.'),
    watch: { signal: context.signal, onRows: progress(context) },
    random: context.random,
  });
  report(context, tables, source.place, target.place);
  return ExitStatus.done;
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
  dataDir: string,
): Promise<void> {
  if (key === undefined) return;
  const { db, close } = await place.open(DATABASE_OWNER);
  try {
    const { rows } = await writeLeftRows(dataDir, key, db);
    sayWritten(context, place.name, rows);
  } finally {
    await close();
  }
  await refuseWaiting(dataDir, key);
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
    `${atStart(source.name)} is kept as it is, and TelePi no longer needs it. What decides which database is used is whether ` +
      'DATABASE_URL is set.',
  );
  output.record({ event: 'moved', from: source.name, to: target.name, rows: total });
}

/** What a move would copy and delete; writes nothing. */
async function foresee(context: CommandContext, source: MovePlace, target: MovePlace): Promise<number> {
  const { output } = context;
  const shapes = await tableShapes(DATABASE_OWNER.migrations);
  const rows = await rowsOfEach(source, shapes);
  const there = await rowsOfEach(target, shapes, true);
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
  takesHalfMoved = false,
): Promise<ReadonlyMap<string, number>> {
  const found = await place.look({ ...DATABASE_OWNER, takesHalfMoved }, async (db) => {
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
