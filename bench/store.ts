import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { systemClock } from '../lib/base/clock.js';
import { DATABASE_OWNER } from '../lib/cli/database-owner.js';
import type { PostDocument } from '../lib/messages/document/document.js';
import { isStored } from '../lib/messages/document/file.js';
import type { Media } from '../lib/messages/document/media.js';
import { selectionOf } from '../lib/messages/selection/selection.js';
import { documentOf } from '../lib/messages/tl/document/document.js';
import { makeLongChat } from '../lib/sandbox/fill/long-chat.js';
import { tlMessage } from '../lib/sandbox/methods/tl-messages.js';
import { startSandbox } from '../lib/sandbox/sandbox.js';
import type { OpenDatabase } from '../lib/store/open-database.js';
import { searchMessages } from '../lib/store/search/search-messages.js';
import { serverDatabase } from '../lib/store/server-database.js';
import { openSqlite } from '../lib/store/sqlite.js';
import { type StoreWriter, storeWriter } from '../lib/store/store-writer.js';
import { changesAfter } from '../lib/store/tables/changes.js';
import { copiesOfContent, copiesOfMedia } from '../lib/store/tables/file-copies.js';
import type { MessageToSave } from '../lib/store/tables/message-columns.js';
import type { StoreTables } from '../lib/store/tables/schema.js';
import { timeText } from '../lib/store/times.js';
import { administer } from '../test/servers/administer.js';
import { addressOf } from '../test/servers/databases.js';
import { type Instance, isInstalled, startInstance } from '../test/servers/instance.js';
import { usageOf } from './process/usage.js';

/*
 * Measures the archive's tables: the writing of this many messages, page by page as a scan does it, the same scan again
 * with nothing new, a search of all of them, and single lookups in what is then there. Every database and size has a process of its own, whose
 * memory is its peak; the servers are instances of our own, with fsync off. Files lie in TMPDIR.
 *
 *   npm run bench:store [-- sqlite,postgres,mariadb 10000,100000,1000000]
 */

const PAGE = 100;
/** Messages of a chat, of which all others are copies with ids of their own. */
const SAMPLES = 5000;
/** One message in this many has had its file downloaded. */
const DOWNLOADED = 500;
const LOOKUPS = 200;
const ACCOUNT = 777;
const CHAT = { accountId: ACCOUNT, chatId: -1_001_234_567_890 };
const FIRST_DATE = 1_500_000_000;
const FIRST_FILE = 0x5a00_0000_0000_0000n;

const DATABASES = ['sqlite', 'postgres', 'mariadb'] as const;
type DatabaseName = (typeof DATABASES)[number];

interface Figures {
  readonly database: string;
  readonly messages: number;
  readonly scanSeconds: number;
  readonly scanCpuSeconds: number;
  readonly againSeconds: number;
  /** The search for a word that nobody wrote, which looks at every message. */
  readonly searchSeconds: number;
  readonly peakRssBytes: number;
  readonly bytes: number | undefined;
  /** Milliseconds: median and most, by what was looked up. */
  readonly lookups: Readonly<Record<string, readonly [number, number]>>;
}

const [first, second, third] = process.argv.slice(2);
if (first === '--one') await measureOne(second as DatabaseName, Number(third));
else await measureAll((first ?? DATABASES.join()).split(','), (second ?? '10000,100000,1000000').split(','));

async function measureAll(databases: readonly string[], sizes: readonly string[]): Promise<void> {
  const row = (cells: readonly unknown[]): boolean => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  let headed = false;
  for (const database of databases) {
    for (const size of sizes) {
      const figures = await inProcess(database, size);
      if (!figures) continue;
      const lookups = Object.entries(figures.lookups);
      const head = [
        'database',
        'messages',
        'scan s',
        'messages/s',
        'CPU ms each',
        'again messages/s',
        'search s',
      ];
      const cells = [...head, 'peak RSS MiB', 'bytes each', ...lookups.map(([name]) => `${name} ms`)];
      if (!headed) {
        row(cells);
        row(cells.map(() => '---'));
        headed = true;
      }
      const { messages, scanSeconds, scanCpuSeconds, againSeconds, searchSeconds, peakRssBytes, bytes } =
        figures;
      row([
        figures.database,
        messages,
        scanSeconds.toFixed(1),
        (messages / scanSeconds).toFixed(0),
        ((scanCpuSeconds * 1000) / messages).toFixed(3),
        (messages / againSeconds).toFixed(0),
        searchSeconds.toFixed(2),
        (peakRssBytes / 2 ** 20).toFixed(0),
        bytes === undefined ? '–' : (bytes / messages).toFixed(0),
        ...lookups.map(([, [median, most]]) => `${median.toFixed(2)} (≤ ${most.toFixed(1)})`),
      ]);
    }
  }
}

async function inProcess(database: string, size: string): Promise<Figures | undefined> {
  const child = fork(fileURLToPath(import.meta.url), ['--one', database, size]);
  let figures: Figures | undefined;
  child.on('message', (message) => {
    figures = message as Figures;
  });
  await once(child, 'exit');
  return figures;
}

async function measureOne(database: DatabaseName, count: number): Promise<void> {
  const { open, close } = await openNew(database);
  try {
    const { db } = open;
    const writer = storeWriter(db, { host: 'bench', clock: systemClock });
    const samples = await sampleMessages();
    const cpu = process.cpuUsage();
    const scanSeconds = await scan(writer, samples, count);
    const { user, system } = process.cpuUsage(cpu);
    await download(writer, count);
    const figures = {
      database,
      messages: count,
      scanSeconds,
      scanCpuSeconds: (user + system) / 1e6,
      againSeconds: await scan(writer, samples, count),
      searchSeconds: await search(db),
      lookups: await lookUp(db, count),
      peakRssBytes: usageOf(process.pid)?.peakRssBytes ?? Number.NaN,
    };
    await open.close();
    const bytes = database === 'sqlite' ? (await stat(open.path)).size : undefined;
    process.send?.({ ...figures, bytes } satisfies Figures);
  } finally {
    await close();
  }
  process.disconnect();
}

async function openNew(
  name: DatabaseName,
): Promise<{ readonly open: OpenDatabase<StoreTables>; close(): Promise<void> }> {
  if (name === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'telepi-bench-'));
    const open = await openSqlite<StoreTables>(join(folder, 'ledger.db'), DATABASE_OWNER);
    return { open, close: () => rm(folder, { recursive: true }) };
  }
  const kind: Instance['kind'] = name === 'postgres' ? 'postgres' : 'mysql';
  if (!isInstalled(kind)) throw new Error(`The programs of ${name} are missing.`);
  const instance = await startInstance(kind);
  await administer(addressOf(instance), 'create database telepi_bench');
  const door = serverDatabase(addressOf(instance, 'telepi_bench'));
  const open = await door.open<StoreTables>(DATABASE_OWNER);
  const close = async (): Promise<void> => {
    await door.close();
    await instance.stop();
  };
  return { open, close };
}

/** Documents and TL of messages of a busy group. */
async function sampleMessages(): Promise<MessageToSave[]> {
  const sandbox = await startSandbox({ seed: 'bench' });
  try {
    const me = sandbox.world.createUser({ firstName: 'Ann' });
    const chat = makeLongChat(sandbox, { title: 'Long', creator: me.id, messages: SAMPLES, seed: 'bench' });
    const context = { world: sandbox.world, files: sandbox.files } as Parameters<typeof tlMessage>[0];
    return (chat.box?.messages ?? []).map((message) => {
      const tl = tlMessage(context, me, message);
      const raw = { tl: Buffer.from(tl.getBytes()), layer: 227 };
      return { document: documentOf(tl, { self: me.id, chat: CHAT.chatId }), raw };
    });
  } finally {
    await sandbox.close();
  }
}

/** Saves messages of the ids 1 to `count`; returns the seconds that it took. */
async function scan(writer: StoreWriter, samples: readonly MessageToSave[], count: number): Promise<number> {
  await writer.saveChats(ACCOUNT, [{ chatId: CHAT.chatId, type: 'supergroup', title: 'Bench' }]);
  let ms = 0;
  for (let start = 1; start <= count; start += PAGE) {
    const page = Array.from({ length: Math.min(PAGE, count - start + 1) }, (_, nth) =>
      messageOf(samples, start + nth),
    );
    const begun = performance.now();
    await writer.saveMessages(CHAT, page);
    ms += performance.now() - begun;
  }
  await writer.noteScan(CHAT, { at: systemClock.now(), lastMessageId: count });
  return ms / 1000;
}

async function search(db: Kysely<StoreTables>): Promise<number> {
  const begun = performance.now();
  const found = searchMessages({
    ...{ db, words: ['qqxx'], chats: undefined, after: undefined, signal: new AbortController().signal },
    selectionFor: (self) => selectionOf({}, { self, named: new Map() }),
  });
  for await (const { messageId } of found)
    throw new Error(`Message ${messageId} has a word that nobody wrote.`);
  return (performance.now() - begun) / 1000;
}

/** A sample under another id, with a file of its own. */
function messageOf(samples: readonly MessageToSave[], id: number): MessageToSave {
  const { document, raw } = samples[id % samples.length] as MessageToSave;
  const post = { ...(document as PostDocument), id, date: FIRST_DATE + id * 60 };
  const media = withFileOf(id, post.media);
  return { document: { ...post, ...(media && { media }) }, ...(raw && { raw }) };
}

function withFileOf(id: number, media: Media | undefined): Media | undefined {
  const own = { id: String(FIRST_FILE + BigInt(id)) };
  if (media?.kind === 'photo' && 'photo' in media && isStored(media.photo)) {
    return { ...media, photo: { ...media.photo, reference: { ...media.photo.reference, ...own } } };
  }
  if (media?.kind === 'file' && 'file' in media && isStored(media.file)) {
    return { ...media, file: { ...media.file, reference: { ...media.file.reference, ...own } } };
  }
  return media;
}

async function download(writer: StoreWriter, count: number): Promise<void> {
  for (let id = DOWNLOADED; id <= count; id += DOWNLOADED) {
    const sha256 = id.toString(16).padStart(64, '0');
    const path = `/archive/${id}.bin`;
    const at = systemClock.now();
    const mediaId = FIRST_FILE + BigInt(id);
    await writer.noteCopy({
      ...{ host: 'bench', path, accountId: ACCOUNT, mediaId, chatId: CHAT.chatId, messageId: id },
      ...{ size: 1, sha256, state: 'there' as const, savedAt: at },
    });
    const status = id % (DOWNLOADED * 10) === 0 ? ('failed' as const) : ('success' as const);
    await writer.noteDownload(CHAT, {
      ...{ entryId: id.toString(16).padStart(32, '0'), messageId: id, status, startedAt: at, endedAt: at },
      ...(status === 'success' ? { path, sha256 } : { error: 'no' }),
    });
  }
}

async function lookUp(db: Kysely<StoreTables>, count: number): Promise<Figures['lookups']> {
  const messages = db.selectFrom('messages').select(['message_id', 'date', 'document']);
  const ofChat = messages.where('account_id', '=', ACCOUNT).where('chat_id', '=', CHAT.chatId);
  const kept = (id: number): number => Math.max(DOWNLOADED, id - (id % DOWNLOADED));
  const questions: Readonly<Record<string, (id: number) => Promise<readonly unknown[]>>> = {
    'by message': (id) => ofChat.where('message_id', '=', id).execute(),
    'by media': (id) =>
      messages
        .where('account_id', '=', ACCOUNT)
        .where('media_id', '=', FIRST_FILE + BigInt(kept(id)))
        .execute(),
    'copies by media': (id) => copiesOfMedia(db, ACCOUNT, [FIRST_FILE + BigInt(kept(id))]),
    'copies by SHA-256': (id) => copiesOfContent(db, [kept(id).toString(16).padStart(64, '0')]),
    '20 from a date on': (id) =>
      ofChat
        .where('date', '>=', timeText((FIRST_DATE + id * 60) * 1000))
        .orderBy('date')
        .limit(20)
        .execute(),
    '20 that failed': () => ofChat.where('status', '=', 'failed').limit(20).execute(),
    '20 of a host': () => messages.where('download_hostname', '=', 'bench').limit(20).execute(),
    '100 changes': (id) => changesAfter(db, BigInt(id), 100),
  };
  const figures: Record<string, readonly [number, number]> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const times: number[] = [];
    for (let nth = 0; nth < LOOKUPS; nth += 1) {
      const id = 1 + ((nth * 7919 * 131) % count);
      const begun = performance.now();
      await ask(id);
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    figures[name] = [times[LOOKUPS / 2] ?? Number.NaN, times.at(-1) ?? Number.NaN];
  }
  return figures;
}
