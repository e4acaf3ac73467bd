import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Kysely } from 'kysely';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { importFile as importAny } from '../../lib/exchange/read/import-file.js';
import type { FileTally, ImportOptions } from '../../lib/exchange/read/import-options.js';
import { LocalDates } from '../../lib/exchange/read/local-dates.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { FakeClock } from './fake-clock.js';
import { temporaryFolder } from './temporary-folder.js';

export const IMPORT_ACCOUNT = 777;

/** A store of its own, and a folder for exports that tests write. */
export interface ImportScene {
  readonly db: Kysely<StoreTables>;
  readonly folder: string;
  /** Writes a file into the folder, and returns its path. */
  write(name: string, content: string | Buffer): string;
  /** Imports `content` as a result.json. */
  import(content: unknown, options?: ImportChanges): Promise<FileTally>;
  importFile(path: string, options?: ImportChanges): Promise<FileTally>;
  /** What the store has of a chat, by the messages' ids. */
  documents(chatId: number): Promise<ReadonlyMap<number, MessageDocument>>;
}

/** The options of an import that matter to a test. */
export type ImportChanges = Partial<
  Pick<ImportOptions, 'older' | 'chatId' | 'withFiles' | 'isAccountGiven' | 'onProgress' | 'signal'>
> & { readonly zone?: string; readonly isDry?: true };

export async function importScene(t: Pick<TestContext, 'after'>): Promise<ImportScene> {
  const folder = temporaryFolder(t);
  const clock = new FakeClock();
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const write = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const importFile = (path: string, { zone = 'UTC', isDry, ...changes }: ImportChanges = {}) =>
    importAny(path, {
      store: isDry ? undefined : { db, keep: async () => undefined },
      writer: { host: 'test-host', clock },
      accountId: IMPORT_ACCOUNT,
      isAccountGiven: false,
      dates: new LocalDates(zone),
      withFiles: true,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...changes,
    });
  return {
    db,
    folder,
    write,
    importFile,
    import: (content, changes) => importFile(write('result.json', bytesOf(content)), changes),
    documents: async (chatId) => {
      const rows = await db
        .selectFrom('messages')
        .select('document')
        .where('chat_id', '=', chatId)
        .orderBy('message_id')
        .execute();
      const documents = rows.map(({ document }) => JSON.parse(document) as MessageDocument);
      return new Map(documents.map((document) => [document.id, document]));
    },
  };
}

function bytesOf(content: unknown): string | Buffer {
  if (typeof content === 'string' || Buffer.isBuffer(content)) return content;
  return JSON.stringify(content, null, 1);
}

/** The marked id of `supergroup`'s chat. */
export const EXPORTED = -1_000_000_000_009;

/** An export of one supergroup. */
export function supergroup(messages: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  return { name: 'Group', type: 'private_supergroup', id: 9, ...more, messages };
}

/** A message of Telegram Desktop. */
export function exported(id: number, more: Readonly<Record<string, unknown>> = {}) {
  return {
    ...{ id, type: 'message', date: '2024-03-05T12:00:00', date_unixtime: '1709640000' },
    ...{ from: 'Ann', from_id: 'user5', text: '', text_entities: [], ...more },
  };
}

/** A service message of Telegram Desktop. */
export function exportedService(id: number, action: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    ...{ id, type: 'service', date: '2024-03-05T12:00:00', date_unixtime: '1709640000' },
    ...{ actor: 'Ann', actor_id: 'user5', action, ...more, text: '', text_entities: [] },
  };
}

/** The text of a document. */
export function textIn(document: MessageDocument | undefined): string | undefined {
  return document?.kind === 'message' ? document.text : undefined;
}
