import { FailedError } from '../../base/errors.js';
import type { NotedImport } from '../../store/tables/history-imports.js';
import { ImportedIds } from '../../store/tables/import-ranges.js';
import { checkImportPeer } from '../../telegram/history-import.js';
import { awaitArrival } from './arrival.js';
import { bringPart } from './bring-part.js';
import { importChanged, importIncomplete, importShifted, importWasShifted } from './import-errors.js';
import type { ImportRun } from './import-run.js';
import type { ImportPart } from './parts.js';
import { isThere, startPart } from './start-part.js';

export interface ImportSummary {
  /** Only the ones that had not arrived before. */
  readonly parts: number;
  /** Archived messages. */
  readonly messages: number;
  /** Messages in the chat, which are more: captions have their own. */
  readonly imported: number;
  readonly files: number;
  readonly differing: number;
  /** Archived messages that say in words what their damaged file was. */
  readonly damaged: number;
}

/**
 * Imports a history, part by part, each exactly once, whatever process or machine does it: what can't be repeated is noted before it is done, and
 * settled by looking into the chat. Afterwards its messages are read and compared with the archive.
 *
 * @throws FailedError IMPORT_CHANGED, IMPORT_IN_DOUBT, IMPORT_INCOMPLETE, IMPORT_DATES_SHIFTED, IMPORT_WAS_SHIFTED, IMPORT_TAKEN_OVER; TelegramError for what Telegram
 * refuses, and what `open` throws
 */
export async function importHistory(run: ImportRun): Promise<ImportSummary> {
  await checkImportPeer(run.client, run.target, run.signal);
  const noted = await run.journal.all();
  const ranges = await run.journal.ranges();
  const sum = { parts: 0, messages: 0, imported: 0, files: 0, differing: 0, damaged: 0 };
  const add = async (part: ImportPart, known: NotedImport | undefined): Promise<void> => {
    const differing = await importPart(run, part, known);
    sum.parts += 1;
    sum.messages += part.messages;
    sum.imported += part.lines.length;
    sum.files += part.files.length;
    sum.differing += differing;
    sum.damaged += part.damaged;
  };
  let last = 0;
  for (const known of noted) {
    const own = ranges.filter((range) => range.part === known.part && run.journal.isOwn(range));
    // One that was begun and not started binds nobody.
    if (own.length === 0 && known.state === 'begun') continue;
    const { part: number, state } = known;
    if (own.length === 0) throw importChanged(number);
    last = number;
    if (state === 'arrived') {
      run.onEvent({ kind: 'found', part: number, state });
      continue;
    }
    const part = await run.partOf(new ImportedIds(own), number);
    if (part?.hash !== known.contentHash) throw importChanged(number);
    await add(part, known);
  }
  const begun = new Map(noted.map((each) => [each.part, each]));
  for await (const part of run.parts(new ImportedIds(ranges), last + 1))
    await add(part, begun.get(part.number));
  return sum;
}

/** Returns how many of its messages differ from the archive. */
async function importPart(run: ImportRun, part: ImportPart, known: NotedImport | undefined): Promise<number> {
  if (known?.state === 'shifted') {
    if (!run.again || (await isThere(run, part, known))) throw importWasShifted(part.number);
    return arrive(run, part, await startPart(run, part, await bringPart(run, part, known)));
  }
  if (known?.state === 'started') {
    run.onEvent({ kind: 'found', part: part.number, state: known.state });
    return arrive(run, part, known);
  }
  const begun = known?.state === 'starting' ? known : await bringPart(run, part, known);
  return arrive(run, part, await startedOnce(run, part, begun));
}

/** An import that stays in doubt after all has been tried is brought again where a person has asked for it. */
async function startedOnce(run: ImportRun, part: ImportPart, begun: NotedImport): Promise<NotedImport> {
  try {
    return await startPart(run, part, begun);
  } catch (error) {
    const isAgain = run.again && begun.state === 'starting';
    if (!(isAgain && error instanceof FailedError && error.code === 'IMPORT_IN_DOUBT')) throw error;
    return startPart(run, part, await bringPart(run, part, begun));
  }
}

async function arrive(run: ImportRun, part: ImportPart, started: NotedImport): Promise<number> {
  const { number, lines } = part;
  const comparison = await awaitArrival(run, lines, started.afterId ?? 0, (arrived) =>
    run.onEvent({ kind: 'coming', part: number, arrived, of: lines.length }),
  );
  if (comparison.arrived === 0) throw importIncomplete(number, lines.length);
  comparison.end();
  const { differing, named, shifts } = comparison;
  const isShifted = isOff(shifts, number === 1);
  await run.journal.note({ ...started, state: isShifted ? 'shifted' : 'arrived' }, started);
  if (isShifted) throw importShifted(number, shifts, run.wallClock);
  run.onEvent({ kind: 'arrived', part: number, messages: lines.length, differing, named });
  return differing;
}

const QUARTER = 900;

/** Whether Telegram reads dates by another clock. Zones differ by quarters of hours; of the first part, which is small, no other shift is passed over either. */
function isOff(shifts: readonly number[], isFirst: boolean): boolean {
  if (isFirst || shifts.length === 1) return shifts.some((shift) => shift !== 0);
  return shifts.some((shift) => shift !== 0 && shift % QUARTER === 0);
}
