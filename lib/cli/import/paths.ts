import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { RunActions } from '../../download/actions.js';
import { importFile } from '../../exchange/read/import-file.js';
import type { ImportOptions } from '../../exchange/read/import-options.js';
import { LocalDates } from '../../exchange/read/local-dates.js';
import { openLeasedLedger } from '../../ledger/ledger.js';
import type { Settings } from '../../settings/settings.js';
import type { OpenDatabase } from '../../store/open-database.js';
import { keepingWriter, storeWriter } from '../../store/store-writer.js';
import type { StoreTables } from '../../store/tables/schema.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { warnOfOpenFiles } from '../connection.js';
import { givenPath } from '../given-path.js';
import { inZone } from '../in-zone.js';
import { ledgerPlace } from '../ledger-place.js';
import { formatMegabytes } from '../progress/words.js';
import { accountGiven, accountOf } from './account-of.js';
import { isWholeImport, reportFile } from './report.js';

/** `telepi import PATH…`: takes over exports of Telegram Desktop, and TelePi's own. Their files stay where they are. */
export async function importPaths(context: CommandContext): Promise<number> {
  const { flags } = context;
  const settings = settingsOf(context, [], []);
  const files = await filesOf(context);
  const read = {
    dates: inZone(context, Intl.DateTimeFormat().resolvedOptions().timeZone, (zone) => new LocalDates(zone)),
    older: olderGiven(flags['older-chat']),
    chatId: chatGiven(flags['chat']),
    withFiles: withFiles(flags['media']),
    isAccountGiven: flags['account'] !== undefined,
    writer: { host: hostname(), clock: context.clock },
    signal: context.signal,
  };
  if (flags['dry-run'] === true) {
    const accountId = accountGiven(context) ?? 0;
    return importAll(context, files, { ...read, accountId, isAccountGiven: true });
  }
  await warnOfOpenFiles(context, settings);
  const accountId = await accountOf(context, settings);
  return withStore(context, settings, { accountId, files }, (store) =>
    importAll(context, files, { ...read, accountId, store }),
  );
}

type Given = Omit<ImportOptions, 'onProgress'>;

async function importAll(context: CommandContext, files: readonly string[], given: Given): Promise<number> {
  let isWhole = true;
  for (const path of files) {
    const tally = await importFile(path, { ...given, onProgress: progress(context, path) });
    reportFile(context.output, path, tally, given.store === undefined);
    isWhole &&= isWholeImport(tally);
  }
  return isWhole ? ExitStatus.done : ExitStatus.failed;
}

/** Does the work with the store open, and notes in the log of actions that it was done. */
async function withStore(
  context: CommandContext,
  settings: Settings,
  { accountId, files }: { readonly accountId: number; readonly files: readonly string[] },
  work: (store: NonNullable<ImportOptions['store']>) => Promise<number>,
): Promise<number> {
  const { clock, random, signal } = context;
  await prepareDataDir(settings.dataDir);
  const writer = { host: hostname(), clock };
  const store = await openLeasedLedger(ledgerPlace(context, settings), { ...writer, random });
  try {
    const db = store.db as unknown as OpenDatabase<StoreTables>['db'];
    const keep = (): Promise<void> => store.keep();
    const actions = new RunActions({
      store: { db, writer: keepingWriter(storeWriter(db, writer), keep) },
      ...{ accountId, random, signal },
      action: { userName: userName(), arguments: { from: 'files', paths: files } },
    });
    await actions.begin('import');
    try {
      const status = await work({ db, keep });
      await actions.complete('import', { files: files.length });
      return status;
    } catch (error) {
      await actions.end({}).catch((failure: unknown) => {
        // Often the same as what has ended the import, which is what its user is to know.
        context.log.error('actions_not_noted', { error: failure });
      });
      throw error;
    }
  } finally {
    await store.close();
  }
}

/** The files that the words name; a folder stands for the export in it. */
async function filesOf(context: CommandContext): Promise<readonly string[]> {
  const files: string[] = [];
  for (const word of context.words) {
    const path = givenPath(context, word);
    const found = await stat(path).catch(() => undefined);
    if (!found) throw new UsageError('IMPORT_MISSING', `${path} isn't there: give the folder of an export.`);
    files.push(found.isDirectory() ? await exportIn(path) : path);
  }
  return files;
}

async function exportIn(folder: string): Promise<string> {
  for (const name of NAMES) {
    const path = join(folder, name);
    if (await stat(path).catch(() => undefined)) return path;
  }
  throw new UsageError(
    'IMPORT_MISSING',
    `There is no result.json in ${folder}: export the chat with Telegram Desktop in the machine-readable format (JSON), or give the file itself.`,
  );
}

/** What an export's folder holds, the richest first. */
const NAMES = ['messages.jsonl', 'result.json', 'messages.html'];

function withFiles(flag: unknown): boolean {
  if (flag === undefined || flag === 'linked' || flag === 'none') return flag !== 'none';
  throw new UsageError('USAGE', '--media takes linked (the files stay where they lie) or none.');
}

function olderGiven(flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  const id = Number(flag);
  if (/^-?\d+$/.test(String(flag)) && Number.isSafeInteger(id) && id !== 0) return -Math.abs(id);
  throw new UsageError('USAGE', '--older-chat takes the id of a basic group, such as -123456789.');
}

function chatGiven(flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  const id = Number(flag);
  if (/^-?\d+$/.test(String(flag)) && Number.isSafeInteger(id) && id !== 0) return id;
  throw new UsageError(
    'USAGE',
    '--chat takes the id of a chat as telepi chats lists it, such as -1001234567890.',
  );
}

const EVERY_MS = 10_000;

function progress({ output, clock }: CommandContext, path: string): ImportOptions['onProgress'] {
  let said = clock.monotonic();
  return ({ bytes, size, messages }) => {
    if (clock.monotonic() - said < EVERY_MS) return;
    said = clock.monotonic();
    const share = size > 0 ? Math.floor((bytes / size) * 100) : 100;
    output.note(`${path}: ${messages} messages, ${share}% of ${formatMegabytes(size)}`);
  };
}
