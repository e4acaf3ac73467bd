import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type DatabaseAddress, databaseKey, databaseWords } from '../../base/database-address.js';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { RunActions } from '../../download/actions.js';
import { openLeasedLedger } from '../../ledger/ledger.js';
import { LEDGER_FILE } from '../../ledger/ledger-file.js';
import { secretsOfDatabase } from '../../settings/database.js';
import { databaseNamed, isVariableName } from '../../settings/database-setting.js';
import { databaseOfMyJson, olderSecrets } from '../../settings/my-json.js';
import type { Settings } from '../../settings/settings.js';
import type { OpenDatabase } from '../../store/open-database.js';
import { readForeign } from '../../store/server-database.js';
import { keepingWriter, storeWriter } from '../../store/store-writer.js';
import type { StoreTables } from '../../store/tables/schema.js';
import type { ImportCounts } from '../../store/toolkit/import-counts.js';
import { importToolkit, type ToolkitImport } from '../../store/toolkit/import-toolkit.js';
import { type OldTables, refuseOthers } from '../../store/toolkit/old-tables.js';
import { ZonedTimes } from '../../store/toolkit/zoned-time.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { warnOfOpenFiles } from '../connection.js';
import { inZone } from '../in-zone.js';
import { ledgerPlace } from '../ledger-place.js';
import { count } from '../progress/words.js';
import { accountOf } from './account-of.js';

/** `telepi import --from-utilities`: takes over the database of Telegram Utilities, which it only reads. */
export async function importFromUtilities(context: CommandContext, word: string): Promise<number> {
  const { output, clock, random, signal, flags } = context;
  const settings = settingsOf(context, [], [word]);
  const times = inZone(
    context,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
    (zone) => new ZonedTimes(zone),
  );
  const { address, folder, secrets } = oldDatabase(context, word);
  refuseShared(address, settings);
  await warnOfOpenFiles(context, settings);
  const accountId = await accountOf(context, settings);
  await prepareDataDir(settings.dataDir);
  const writer = { host: hostname(), clock };
  const store = await openLeasedLedger(ledgerPlace(context, settings), { ...writer, random });
  try {
    const db = store.db as unknown as ToolkitImport['db'];
    const actions = new RunActions({
      store: {
        db: store.db as unknown as OpenDatabase<StoreTables>['db'],
        writer: keepingWriter(storeWriter(db, writer), () => store.keep()),
      },
      ...{ accountId, random, signal },
      action: {
        userName: userName(),
        arguments: { from: 'telegram-utilities', database: databaseWords(address) },
      },
    });
    await actions.begin('import');
    const imported = readForeign<OldTables, ImportCounts>(address, async (old) => {
      await refuseOthers(old, databaseWords(address));
      return importToolkit({
        old,
        db,
        keep: () => store.keep(),
        accountId,
        writer,
        times,
        host: String(flags['host'] ?? writer.host),
        secrets: [...secrets, ...olderSecrets({ ...context.sources, workingDirectory: folder })],
        pathOf: (path, host) => (host === writer.host && !isAbsolute(path) ? join(folder, path) : path),
        look,
        signal,
        onRows: progress(context),
      });
    });
    const counts = await imported.catch(async (error: unknown) => {
      await actions.end({}).catch((failure: unknown) => {
        // Often the same as what has ended the import, which is what its user is to know.
        context.log.error('actions_not_noted', { error: failure });
      });
      throw error;
    });
    await actions.complete('import', addedBy(counts));
    report(
      context,
      counts,
      `${databaseWords(address)}`,
      settings.database ? store.path : join(settings.dataDir, LEDGER_FILE),
    );
    output.record({ event: 'imported', account: accountId, changed: counts.changed });
    return ExitStatus.done;
  } finally {
    await store.close();
  }
}

function addedBy({ tables }: ImportCounts): Readonly<Record<string, number>> {
  return Object.fromEntries([...tables].map(([table, { added }]) => [table, added]));
}

interface OldPlace {
  readonly address: DatabaseAddress;
  /** In which the toolkit ran: its paths begin there. */
  readonly folder: string;
  readonly secrets: readonly string[];
}

function oldDatabase({ sources, redactor }: CommandContext, word: string): OldPlace {
  if (word.includes('://')) {
    throw new UsageError(
      'USAGE',
      '--from-utilities takes no URL, since process lists show it: give my.json, or put the URL into .env or the environment under a name, and give the name.',
    );
  }
  const named = isVariableName(word) ? databaseNamed(word, sources) : undefined;
  const path = resolve(sources.workingDirectory, word);
  const address = named?.address ?? databaseOfMyJson(path);
  const secrets = [...secretsOfDatabase(address), ...(named ? [named.text] : [])];
  redactor.add(...secrets);
  if (address.kind !== 'mysql') {
    throw new UsageError(
      'USAGE',
      `${word} names a database of Postgres, and Telegram Utilities has one of MySQL or MariaDB: correct the URL.`,
    );
  }
  return { address, folder: named ? sources.workingDirectory : dirname(path), secrets };
}

/** Both have tables of the same names. */
function refuseShared(address: DatabaseAddress, { database }: Settings): void {
  if (!database || databaseKey(database) !== databaseKey(address)) return;
  throw new UsageError(
    'DATABASE_FOREIGN',
    `DATABASE_URL names ${databaseWords(database)}, which is that of Telegram Utilities: TelePi needs an empty one of its own.`,
  );
}

async function look(path: string): Promise<{ readonly size: number; readonly modified: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { size: found.size, modified: Math.floor(found.mtimeMs / 1000) } : undefined;
}

const EVERY_MS = 10_000;

function progress({ output, clock }: CommandContext) {
  let said = clock.monotonic();
  return (table: string, done: number): void => {
    if (clock.monotonic() - said < EVERY_MS) return;
    said = clock.monotonic();
    output.note(`${table}: ${count(done, 'row')}`);
  };
}

function report({ output }: CommandContext, counts: ImportCounts, from: string, to: string): void {
  output.line(`From ${from} into ${to}:`);
  for (const [table, { old, added, changed, unchanged, left }] of counts.tables) {
    const others = [...left.values()].reduce((sum, each) => sum + each, 0);
    output.line(
      `${table}: ${old} in the old database; ${added} added, ${changed} changed, ${unchanged} known before, ${others} left`,
    );
    for (const [reason, rows] of left)
      output.line(`  ${rows} left${rows === 1 ? '' : ', each'} because ${reason}`);
    output.record({ event: 'table', table, old, added, changed, unchanged, left: Object.fromEntries(left) });
  }
  for (const [what, rows] of counts.remarks) {
    output.line(`${rows} ${what}`);
    output.record({ event: 'remark', what, rows });
  }
}
