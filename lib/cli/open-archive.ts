import { hostname } from 'node:os';
import { join } from 'node:path';
import { refuseUnmovedLedger } from '../ledger/ledger.js';
import { LEDGER_FILE } from '../ledger/ledger-file.js';
import type { Settings } from '../settings/settings.js';
import type { JournalEvents } from '../store/journal/journalled-writer.js';
import { type OpenStore, openStore } from '../store/open-store.js';
import { serverDatabase } from '../store/server-database.js';
import type { CommandContext } from './command.js';
import { DATABASE_OWNER } from './database-owner.js';
import { count, formatDuration } from './progress/words.js';
import { sayOthers, sayWritten, unwrittenFolder } from './waiting-rows.js';

/**
 * Opens the archive's tables for a command whose work is idempotent: a database server that is out of reach doesn't stop
 * it, at the start or later, and what becomes of its rows is said. Whoever opens it closes it. Throws the errors of
 * openStore; STORE_NOT_MOVED.
 */
export function openArchive(
  context: CommandContext,
  { dataDir, database }: Pick<Settings, 'dataDir' | 'database'>,
): Promise<OpenStore> {
  const { clock, random } = context;
  const server = database && serverDatabase(database);
  return openStore({
    dataDir,
    database: server,
    path: join(dataDir, LEDGER_FILE),
    owner: DATABASE_OWNER,
    check: (db) => refuseUnmovedLedger({ dataDir, database: server, owner: DATABASE_OWNER }, db),
    host: hostname(),
    clock,
    random,
    events: journalEvents(context, unwrittenFolder(dataDir)),
    signal: context.signal,
    onOthers: (others) => sayOthers(context, others),
  });
}

function journalEvents(context: CommandContext, folder: string): JournalEvents {
  const { log, output } = context;
  return {
    onOutage({ name, reason, trouble }) {
      log.warn('database_out_of_reach', { database: name, reason });
      output.note(`${name} ${trouble}: its rows are kept in ${folder} until it is back.`);
    },
    onBack({ name, ms, rows }) {
      log.info('database_back', { database: name, ms: Math.round(ms), rows });
      const written = `and the ${count(rows, 'row')} that waited ${rows === 1 ? 'is' : 'are'} written`;
      output.note(
        `${name} answers again after ${formatDuration(ms / 1000)}${rows > 0 ? `, ${written}` : ''}.`,
      );
    },
    onWritten: ({ name, rows }) => sayWritten(context, within(name), rows),
    onLeft({ name, rows, error }) {
      log.warn('rows_left', { database: name, rows, ...(error !== undefined && { error }) });
      const why = error === undefined ? `once ${within(name)} answers` : `if the reason is gone: ${error}`;
      const them = rows === 1 ? 'waits' : 'wait';
      output.note(
        `${count(rows, 'row')} ${them} in ${folder}; the next start writes ${rows === 1 ? 'it' : 'them'}, ${why}.`,
      );
    },
  };
}

/** A name within a sentence. */
function within(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
