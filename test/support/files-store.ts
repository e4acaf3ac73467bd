import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { type StoreWriter, storeWriter } from '../../lib/store/store-writer.js';
import { type FileCopy, noteCopy } from '../../lib/store/tables/file-copies.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { post } from './documents.js';
import { FakeClock } from './fake-clock.js';

/** Unix seconds of the files and messages: 2024-03-05 12:00 UTC. */
export const WHEN = Date.UTC(2024, 2, 5, 12) / 1000;

const ACCOUNT = 7;

/** A data directory whose store knows some files, and the folder in which they are. */
export async function openFilesStore(t: Pick<TestContext, 'after'>, dataDir: string, host = 'here') {
  const { db, close } = await openSqlite<StoreTables>(join(dataDir, 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const clock = new FakeClock();
  const writer = storeWriter(db, { host, clock });
  return { db, writer, clock, host, close, log: silentLog };
}

export type FilesStore = Awaited<ReturnType<typeof openFilesStore>>;

/** Writes a file with the time of its message. */
export function writeOld(path: string, content: string | Buffer, modified = WHEN): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  utimesSync(path, modified, modified);
  return path;
}

/** A video of a message of the chat, downloaded to `path`: file, copy and message. */
export async function downloaded(
  { db, writer, host }: Pick<FilesStore, 'db' | 'writer' | 'host'>,
  path: string,
  { id, chatId, name, content = name }: { id: number; chatId: number; name: string; content?: string },
): Promise<FileCopy> {
  writeOld(path, content);
  const size = Buffer.byteLength(content);
  const mime = 'video/mp4';
  const reference = {
    source: 'document',
    id: `${id}00`,
    accessHash: '2',
    dc: 2,
    size,
    mime,
    name,
    fileReference: '',
  } as const;
  const video = { width: 1, height: 1, duration: 1 };
  const document = post({
    id,
    chat: chatId,
    date: WHEN,
    media: { kind: 'video', file: { reference, date: 0, video } },
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  await saveMessage(writer, chatId, { document, path, sha256 });
  const copy: FileCopy = {
    ...{
      host,
      path,
      accountId: ACCOUNT,
      mediaId: BigInt(`${id}00`),
      chatId,
      messageId: id,
      size,
      modified: WHEN,
      sha256,
    },
    ...{ state: 'there', savedAt: 1000 },
  };
  await noteCopy(db, copy);
  return copy;
}

async function saveMessage(
  writer: StoreWriter,
  chatId: number,
  { document, path, sha256 }: { document: ReturnType<typeof post>; path: string; sha256: string },
): Promise<void> {
  const entryId = createHash('md5').update(path).digest('hex');
  await writer.saveMessages({ accountId: ACCOUNT, chatId }, [{ document }]);
  await writer.noteDownload(
    { accountId: ACCOUNT, chatId },
    { entryId, messageId: document.id, status: 'success', startedAt: 1, endedAt: 2, path, sha256 },
  );
}

export async function nameChat(
  { writer }: Pick<FilesStore, 'writer'>,
  chatId: number,
  title: string,
): Promise<void> {
  await writer.saveChats(ACCOUNT, [{ chatId, type: 'channel', title }]);
}

/** All files under a folder, by their paths in it. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
