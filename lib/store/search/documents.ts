import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import type { Bounds, Selection } from '../../messages/selection/selection.js';
import type { ChatKey } from '../tables/writer.js';
import { timeText } from '../times.js';
import { asNumber, chunked } from '../values.js';
import type { SearchTables } from './found.js';
import { rowsOf, rowsOfIds } from './stretch.js';

/** The documents of some messages of a chat, by their ids. */
export async function documentsOf(
  db: Kysely<SearchTables>,
  chat: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, MessageDocument>> {
  const documents = new Map<number, MessageDocument>();
  for (const chunk of chunked(ids)) {
    const rows = await rowsOfIds(db, chat, chunk).select(['message_id', 'document']).execute();
    for (const { message_id, document } of rows) documents.set(asNumber(message_id), documentIn(document));
  }
  return documents;
}

/** Which of the messages are selected, each as part of its album. */
export async function selectedOf(
  db: Kysely<SearchTables>,
  chat: ChatKey,
  selection: Selection,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (selection.takesAll) return new Set(ids);
  return selectedAmong(db, chat, selection, await documentsOf(db, chat, ids));
}

/** The same of messages whose documents were read, by their ids. An album is asked for once. */
export async function selectedAmong(
  db: Kysely<SearchTables>,
  chat: ChatKey,
  selection: Selection,
  documents: ReadonlyMap<number, MessageDocument>,
): Promise<ReadonlySet<number>> {
  const selected = new Set<number>();
  const albums = new Map<string, boolean>();
  for (const [id, document] of documents) {
    const id64 = document.kind === 'message' ? document.album : undefined;
    const judged = id64 === undefined ? undefined : albums.get(id64);
    const album = id64 === undefined || judged !== undefined ? [document] : await albumOf(db, chat, id, id64);
    const isSelected = judged ?? selection.reasonOf(document, { album }) === undefined;
    if (id64 !== undefined) albums.set(id64, isSelected);
    if (isSelected) selected.add(id);
  }
  return selected;
}

/** How far the ids of an album's items lie apart at most: somebody may have posted between them. */
export const ALBUM_IDS = 100;

async function albumOf(
  db: Kysely<SearchTables>,
  { accountId, chatId }: ChatKey,
  id: number,
  album: string,
): Promise<readonly MessageDocument[]> {
  const rows = await rowsOf(db, { accountId, chatId, from: id - ALBUM_IDS, to: id + ALBUM_IDS })
    .select('document')
    .where('album_id', '=', BigInt(album))
    .execute();
  return rows.map(({ document }) => documentIn(document)).reverse();
}

/** Between which ids, both included, a selection's messages are, as far as its dates and ids say. */
export async function idsWithin(
  db: Kysely<SearchTables>,
  { accountId, chatId }: ChatKey,
  { since, until, fromId, toId }: Bounds,
): Promise<{ readonly from: number; readonly to: number }> {
  const from = Math.max(0, fromId ?? 0);
  const to = toId === undefined ? LARGEST_ID : toId + ALBUM_IDS;
  if (since === undefined && until === undefined) return { from, to };
  let dated = db
    .selectFrom('messages')
    .select((row) => [row.fn.min('message_id').as('first'), row.fn.max('message_id').as('last')])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId);
  if (since !== undefined) dated = dated.where('date', '>=', timeText(since * 1000));
  if (until !== undefined) dated = dated.where('date', '<=', timeText(until * 1000));
  const { first, last } = await dated.executeTakeFirstOrThrow();
  if (first === null || last === null) return { from: 1, to: 0 };
  return { from: Math.max(from, asNumber(first)), to: Math.min(to, asNumber(last) + ALBUM_IDS) };
}

/** TL: ids of messages are ints. */
const LARGEST_ID = 2 ** 31 - 1;

function documentIn(text: string): MessageDocument {
  return JSON.parse(text) as MessageDocument;
}
