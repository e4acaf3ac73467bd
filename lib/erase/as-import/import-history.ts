import { FailedError } from '../../base/errors.js';
import type { NotedImport } from '../../store/tables/history-imports.js';
import { checkImportPeer } from '../../telegram/history-import.js';
import { awaitArrival } from './arrival.js';
import { bringPart } from './bring-part.js';
import { importChanged, importIncomplete, importShifted, importWasShifted } from './import-errors.js';
import type { ImportRun } from './import-run.js';
import type { ImportPart } from './parts.js';
import { isThere, startPart } from './start-part.js';

export interface ImportSummary {
  readonly parts: number;
  /** Archived messages. */
  readonly messages: number;
  /** Messages in the chat, which are more: captions have their own. */
  readonly imported: number;
  readonly files: number;
  readonly differing: number;
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
  const noted = new Map((await run.journal.all()).map((each) => [each.part, each]));
  const sum = { parts: 0, messages: 0, imported: 0, files: 0, differing: 0 };
  for await (const part of run.parts) {
    const differing = await importPart(run, part, noted.get(part.number));
    sum.parts += 1;
    sum.messages += part.messages;
    sum.imported += part.lines.length;
    sum.files += part.files.length;
    sum.differing += differing;
  }
  return sum;
}

/** Returns how many of its messages differ from the archive. */
async function importPart(run: ImportRun, part: ImportPart, known: NotedImport | undefined): Promise<number> {
  if (known?.state === 'shifted') {
    if (!run.again || (await isThere(run, part, known))) throw importWasShifted(part.number);
    return arrive(run, part, await startPart(run, part, await bringPart(run, part, known)));
  }
  if (known && known.state !== 'begun' && known.contentHash !== part.hash) throw importChanged(part.number);
  if (known?.state === 'arrived' || known?.state === 'started') {
    run.onEvent({ kind: 'found', part: part.number, state: known.state });
    return known.state === 'arrived' ? 0 : arrive(run, part, known);
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
  const { arrived, differing, named, shift } = comparison;
  if (!comparison.isComplete) throw importIncomplete(number, arrived, lines.length);
  const isShifted = shift !== undefined && shift !== 0;
  await run.journal.note({ ...started, state: isShifted ? 'shifted' : 'arrived' }, started);
  if (isShifted) throw importShifted(number, shift, run.utcOffset);
  run.onEvent({ kind: 'arrived', part: number, messages: lines.length, differing, named });
  return differing;
}
