import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { asTime } from '../times.js';
import { asNumber, chunked } from '../values.js';
import { titlesOfTopics } from './save-topics.js';
import type { StoreTables } from './schema.js';
import type { ChatKey } from './writer.js';

/** The message whose file something is. */
export interface MessageKey {
  readonly accountId: number;
  readonly chatId: number;
  readonly messageId: number;
}

/** What is known of a message and its surroundings, in words. */
export interface MessageFacts extends MessageKey {
  readonly document: MessageDocument;
  readonly chat: string | undefined;
  /** Its topic's title, as it was listed last; of a topic that was never listed, the one that it was created with. */
  readonly topic: string | undefined;
  readonly sender: string | undefined;
}

/** What is known of messages; of those among them that are known. */
export async function factsOfMessages(
  db: Kysely<StoreTables>,
  keys: readonly MessageKey[],
): Promise<readonly MessageFacts[]> {
  const ofChats = new Map<string, MessageKey[]>();
  for (const key of keys) {
    const chat = `${key.accountId} ${key.chatId}`;
    const others = ofChats.get(chat);
    if (others) others.push(key);
    else ofChats.set(chat, [key]);
  }
  const facts: MessageFacts[] = [];
  for (const [first, ...others] of ofChats.values())
    if (first) facts.push(...(await factsOfChat(db, first, [first, ...others])));
  return facts;
}

async function factsOfChat(
  db: Kysely<StoreTables>,
  { accountId, chatId }: MessageKey,
  keys: readonly MessageKey[],
): Promise<readonly MessageFacts[]> {
  const chat = await db
    .selectFrom('chats')
    .select('title')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .executeTakeFirst();
  const documents = await documentsOf(db, accountId, chatId, new Set(keys.map(({ messageId }) => messageId)));
  const topics = await topicsOf(db, { accountId, chatId }, new Set([...documents.values()].flatMap(topicOf)));
  const senders = await namesOf(db, accountId, new Set([...documents.values()].flatMap(authorOf)));
  return [...documents].map(([messageId, document]) => {
    const [author] = authorOf(document);
    const [topic] = topicOf(document);
    return {
      accountId,
      chatId,
      messageId,
      document,
      chat: chat?.title ?? undefined,
      topic: topic === undefined ? undefined : topics.get(topic),
      sender: author === undefined ? undefined : (senders.get(author) ?? String(author)),
    };
  });
}

function authorOf(document: MessageDocument): number[] {
  return 'author' in document && document.author !== undefined ? [document.author] : [];
}

function topicOf(document: MessageDocument): number[] {
  return 'topic' in document && document.topic !== undefined ? [document.topic] : [];
}

async function topicsOf(
  db: Kysely<StoreTables>,
  { accountId, chatId }: ChatKey,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const listed = await titlesOfTopics(db, { accountId, chatId }, [...ids]);
  const unlisted = new Set([...ids].filter((id) => !listed.has(id)));
  const titles = new Map(listed);
  for (const [id, document] of await documentsOf(db, accountId, chatId, unlisted)) {
    if (document.kind === 'service' && document.action.kind === 'topic_created')
      titles.set(id, document.action.title);
  }
  if (unlisted.has(GENERAL)) titles.set(GENERAL, 'General');
  return titles;
}

async function documentsOf(
  db: Kysely<StoreTables>,
  accountId: number,
  chatId: number,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, MessageDocument>> {
  const documents = new Map<number, MessageDocument>();
  for (const chunk of chunked([...ids])) {
    const rows = await db
      .selectFrom('messages')
      .select(['message_id', 'document'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const row of rows)
      documents.set(asNumber(row.message_id), JSON.parse(row.document) as MessageDocument);
  }
  return documents;
}

async function namesOf(
  db: Kysely<StoreTables>,
  accountId: number,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  for (const chunk of chunked([...ids])) {
    const rows = await db
      .selectFrom('people')
      .select(['person_id', 'name', 'username'])
      .where('account_id', '=', accountId)
      .where('person_id', 'in', chunk)
      .execute();
    for (const { person_id, name, username } of rows) {
      const known = name ?? username;
      if (known !== null) names.set(asNumber(person_id), known);
    }
  }
  return names;
}

/** When messages of these ids were sent, in unix seconds, whichever chats they are in. */
export async function datesOfMessages(
  db: Kysely<StoreTables>,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const dates = new Map<number, Set<number>>();
  const chunks = [...chunked([...ids])];
  // Messages are found by their chat first: so the chats are named, but many in one statement.
  for (const { accountId, chatIds } of await chatsOfAccounts(db)) {
    for (const chats of chunked(chatIds)) {
      for (const chunk of chunks) {
        const rows = await db
          .selectFrom('messages')
          .select(['message_id', 'date'])
          .where('account_id', '=', accountId)
          .where('chat_id', 'in', chats)
          .where('message_id', 'in', chunk)
          .execute();
        for (const { message_id, date } of rows) {
          if (date === null) continue;
          const id = asNumber(message_id);
          const known = dates.get(id) ?? new Set();
          dates.set(id, known.add(Math.floor(asTime(date) / 1000)));
        }
      }
    }
  }
  return dates;
}

async function chatsOfAccounts(
  db: Kysely<StoreTables>,
): Promise<readonly { readonly accountId: number; readonly chatIds: readonly number[] }[]> {
  const chats = await db.selectFrom('chats').select(['account_id', 'chat_id']).execute();
  const ofAccounts = new Map<number, number[]>();
  for (const { account_id, chat_id } of chats) {
    const accountId = asNumber(account_id);
    const others = ofAccounts.get(accountId);
    if (others) others.push(asNumber(chat_id));
    else ofAccounts.set(accountId, [asNumber(chat_id)]);
  }
  return [...ofAccounts].map(([accountId, chatIds]) => ({ accountId, chatIds }));
}

/** Where messages say that this host has put their files; also what a program before TelePi has noted. */
export async function* notedFiles(
  db: Kysely<StoreTables>,
  host: string,
): AsyncGenerator<MessageKey & { readonly path: string }> {
  const own = () => db.selectFrom('messages').where('download_hostname', '=', host);
  const chats = await own().select(['account_id', 'chat_id']).distinct().execute();
  for (const { account_id, chat_id } of chats) {
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = await own()
        .select(['message_id', 'local_file_path'])
        .where('account_id', '=', account_id)
        .where('chat_id', '=', chat_id)
        .where('message_id', '>', after)
        .where('local_file_path', 'is not', null)
        .orderBy('message_id')
        .limit(PAGE)
        .execute();
      for (const { message_id, local_file_path: path } of rows) {
        after = asNumber(message_id);
        if (path === null) continue;
        yield { accountId: asNumber(account_id), chatId: asNumber(chat_id), messageId: after, path };
      }
      if (rows.length < PAGE) break;
    }
  }
}

const PAGE = 1000;

/** The topic that every forum has, with the name that Telegram gives it. No message creates it. */
const GENERAL = 1;
