import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { transact } from '../repeatable.js';
import { asNumber, chunked } from '../values.js';
import { renameCopy } from './file-copies.js';
import type { StoreTables } from './schema.js';

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
  /** The title that its topic was created with, as far as that message is known. */
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
  const topics = await documentsOf(db, accountId, chatId, new Set([...documents.values()].flatMap(topicOf)));
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
      topic: topic === undefined ? undefined : createdTitle(topics.get(topic)),
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

function createdTitle(document: MessageDocument | undefined): string | undefined {
  return document?.kind === 'service' && document.action.kind === 'topic_created'
    ? document.action.title
    : undefined;
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
      .select(['person_id', 'name'])
      .where('account_id', '=', accountId)
      .where('person_id', 'in', chunk)
      .execute();
    for (const { person_id, name } of rows) if (name !== null) names.set(asNumber(person_id), name);
  }
  return names;
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

/** A file of this host that has another path now. */
export interface MovedFile {
  readonly from: string;
  readonly to: string;
  /** Whose file it is, as far as that is known. */
  readonly message?: MessageKey | undefined;
}

/** Notes that files of a host were moved: where copies rest, and what their messages say, follow. May be repeated. */
export async function noteMoved(
  db: Kysely<StoreTables>,
  host: string,
  moved: readonly MovedFile[],
  savedAt: number,
): Promise<void> {
  await transact(db, async (tx) => {
    for (const { from, to, message } of moved) {
      const key = (await renameCopy(tx, host, { from, to, savedAt })) ?? message;
      if (!key) continue;
      await tx
        .updateTable('messages')
        .where('account_id', '=', key.accountId)
        .where('chat_id', '=', key.chatId)
        .where('message_id', '=', key.messageId)
        .where('download_hostname', '=', host)
        .where('local_file_path', '=', from)
        .set({ local_file_path: to })
        .execute();
    }
  });
}
