import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { clockOfZone, fixedClock, type ImportClock } from '../../erase/as-import/import-clock.js';
import type { ImportEvent } from '../../erase/as-import/import-events.js';
import { importHistory } from '../../erase/as-import/import-history.js';
import { IMPORT_LOSSES } from '../../erase/as-import/import-losses.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import { TEXT_SETTINGS } from '../../settings/text-table.js';
import { historyImportsOf, type ImportKey } from '../../store/tables/history-imports.js';
import { ImportJournal } from '../../store/tables/import-journal.js';
import { checkImportPeer } from '../../telegram/history-import.js';
import { refuseProtectedChat } from '../../telegram/protected.js';
import { partUploader } from '../../telegram/upload.js';
import type { CommandContext } from '../command.js';
import { confirm } from '../confirm.js';
import { inZone } from '../in-zone.js';
import { count } from '../progress/words.js';
import { ImportFiles } from './import-files.js';
import { importParts, outlookOf, planHashOf, showOutlook, startedPart } from './import-plan.js';
import { logged } from './logged.js';
import { type FindPosted, postedBefore } from './posted.js';
import type { Restoring } from './restoring.js';

const UPLOAD_CONNECTIONS = 4;

/** Flags that say something about an import alone, and flags that an import can't follow. */
const OF_IMPORTS = ['import-file', 'import-offset', 'import-zone', 'import-again', 'yes'];
const OF_POSTS = [
  ...['retry-failed', 'stop-on-error', 'cards', 'closed-topics', 'service', 'min-interval', 'limit'],
  ...Object.values(TEXT_SETTINGS).map(({ flag }) => flag),
];

/** Whether a restore imports, and how. @throws UsageError IMPORT_OFFSET, BAD_ZONE, CONTRADICTION */
export function readAsImport({ flags, sources }: Pick<CommandContext, 'flags' | 'sources'>) {
  const isImport = flags['as-import'] === true;
  const given = (names: readonly string[]): string | undefined =>
    names.find((name) => flags[name] !== undefined && flags[name] !== false);
  const stray = given(isImport ? OF_POSTS : OF_IMPORTS);
  if (stray !== undefined) {
    const words = isImport
      ? `--as-import takes messages as they are, all at once: leave --${stray} out.`
      : `--${stray} is about an import: add --as-import, or leave it out.`;
    throw new UsageError('CONTRADICTION', words);
  }
  const file = flags['import-file'] as string | undefined;
  if (file !== undefined && flags['dry-run'] !== true) {
    throw new UsageError('CONTRADICTION', '--import-file writes the history to look at: add --dry-run.');
  }
  return {
    isImport,
    wallClock: readClock({ flags }),
    file: file === undefined ? undefined : resolve(sources.workingDirectory, file),
  };
}

function readClock({ flags }: Pick<CommandContext, 'flags'>): ImportClock {
  const offset = flags['import-offset'] as string | undefined;
  if (flags['import-zone'] === undefined) return fixedClock(offset === undefined ? 0 : readOffset(offset));
  if (offset === undefined) return inZone({ flags }, 'UTC', clockOfZone, 'import-zone');
  throw new UsageError(
    'CONTRADICTION',
    '--import-zone says for each date how far the clock is from UTC, and --import-offset says it once for all: leave one of them out.',
  );
}

function readOffset(text: string): number {
  const [, sign, hour, minute] = /^([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const seconds = Number(hour) * 3600 + Number(minute) * 60;
  if (sign === undefined || Number(minute) > 59 || seconds > 14 * 3600) {
    throw new UsageError(
      'IMPORT_OFFSET',
      `--import-offset must be a zone's distance from UTC, such as +03:30 or -05:00, not ${text}.`,
    );
  }
  return sign === '-' ? -seconds : seconds;
}

/** Imports what is gone as a history of its own dates and names. Returns the exit status. */
export async function importInto(restoring: Restoring): Promise<number> {
  const { context, request, client, sides, store } = restoring;
  const { wallClock, file } = readAsImport(context);
  const { output, signal, flags } = context;
  const { chat, target, isOwn } = sides;
  if (!isOwn && sides.onTelegram) refuseProtectedChat(sides.onTelegram, flags['allow-protected'] === true);
  const posted = await postedBefore(restoring);
  const key = keyOf(restoring);
  const outlook = await outlookOf(restoring, { wallClock, posted, taken: restoring.imported }, file);
  const question = await checkImportPeer(client, target, signal);
  showOutlook(context, outlook, request.isDryRun);
  const isUnderWay = (await historyImportsOf(store.db, key)).some(({ state }) => UNDER_WAY.has(state));
  const isLacking = outlook.notArchived + outlook.hidden + outlook.losses.of('damaged') > 0;
  if (request.isDryRun || (outlook.messages === 0 && !isUnderWay))
    return isLacking ? ExitStatus.failed : ExitStatus.done;
  await confirm(context, {
    warning: `Telegram asks: ${question} ${count(outlook.imported, 'message')} of ${chat.title} (${chat.id}) go into ${target.title} (${target.id}) with the dates and names of the archive, written by the clock of ${wallClock.name}. They come behind what is in the chat today, and their own dates stand next to their names. An import can be neither undone nor repeated.`,
    answer: target.title,
    noun: "the target's title",
    code: 'IMPORT_UNCONFIRMED',
  });
  return logged(restoring, async () => {
    const summary = await imported(restoring, wallClock, posted);
    output.record({ event: 'import_end', ...summary });
    output.line(
      `${count(summary.imported, 'message')} with ${count(summary.files, 'file')} are in ${target.title}${summary.differing === 0 ? ', as in the archive' : `; ${count(summary.differing, 'message')} differ from the archive`}.`,
    );
    if (summary.damaged > 0) output.line(`${count(summary.damaged, 'message')} ${IMPORT_LOSSES.damaged}.`);
    return summary.differing + summary.damaged === 0 && !isLacking ? ExitStatus.done : ExitStatus.failed;
  });
}

/** A part that was started and hasn't arrived; what was only begun is planned again. */
const UNDER_WAY: ReadonlySet<string> = new Set(['starting', 'started', 'shifted']);

function keyOf(restoring: Restoring): ImportKey {
  const { accountId, sides } = restoring;
  return { accountId, planHash: planHashOf(restoring), targetId: sides.target.id };
}

async function imported(restoring: Restoring, wallClock: ImportClock, posted: FindPosted) {
  const { context, request, store, client, sides, events } = restoring;
  const { clock, random, signal, output, flags } = context;
  const { settings } = request;
  const key = keyOf(restoring);
  const files = new ImportFiles(restoring);
  const journal = await ImportJournal.open(
    { db: store.db, host: hostname(), clock, random, key },
    signal,
    () =>
      output.note('Another process imports into this chat, or has died in the last minute: waiting for it.'),
  );
  events.onWait = (wait) =>
    output.note(`Telegram asks to wait for ${count(Math.ceil(wait.ms / 1000), 'second')} (${wait.reason}).`);
  try {
    return await importHistory({
      client,
      target: sides.target,
      journal,
      parts: (taken, number) => importParts(restoring, { wallClock, posted, taken, number, files }),
      partOf: (messages, number) => startedPart(restoring, wallClock, messages, number),
      wallClock,
      open: ({ reference }) => files.open(reference.id),
      again: flags['import-again'] === true,
      uploader: partUploader(client, {
        connections: Math.min(UPLOAD_CONNECTIONS, settings.parallelUploads),
      }),
      budget: new ByteBudget(settings.bufferBytes),
      clock,
      random,
      signal: AbortSignal.any([signal, journal.lost]),
      onEvent: (event) => showEvent(context, event),
    });
  } catch (error) {
    journal.lost.throwIfAborted();
    throw error;
  } finally {
    await journal.close();
  }
}

function showEvent({ output, log }: CommandContext, event: ImportEvent): void {
  log.info(`import_${event.kind}`, { ...event });
  output.record({ event: `import_${event.kind}`, ...event });
  const words = wordsOf(event);
  if (words !== undefined) output.line(`Import ${event.part}: ${words}.`);
}

/** `2021-03-05T12:00:00Z` */
function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function wordsOf(event: ImportEvent): string | undefined {
  switch (event.kind) {
    case 'begun':
      return `Telegram has the text of ${count(event.messages, 'message')}; ${count(event.files, 'file')} to upload`;
    case 'uploaded':
      return event.files === event.of || event.files % 100 === 0
        ? `${event.files} of ${event.of} files uploaded`
        : undefined;
    case 'found':
      return 'it was started before, and is not repeated';
    case 'started':
      return 'started; Telegram takes some minutes over it';
    case 'coming':
      return undefined;
    case 'arrived': {
      const { messages, differing, named } = event;
      const which = named
        .map(({ id, date, what }) => `${id ?? `that of ${isoTime(date)}`} (${what})`)
        .join(', ');
      return `${count(messages, 'message')} arrived${differing === 0 ? '' : `, ${differing} of them unlike the archive: ${which}`}`;
    }
  }
}
