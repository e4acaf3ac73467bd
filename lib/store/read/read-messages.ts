import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Selection } from '../../messages/selection/selection.js';
import { idsWithin, selectedAmong } from '../search/documents.js';
import type { SearchTables } from '../search/found.js';
import type { ChatKey } from '../tables/writer.js';
import { Limit } from './limit.js';
import { pagesOf } from './pages.js';
import type { StoredMessage } from './stored-message.js';

export interface ReadOptions extends ChatKey {
  readonly db: Kysely<SearchTables>;
  readonly selection: Selection;
  readonly signal: AbortSignal;
  /** The id of a message of the chat: only later ones are read. */
  readonly after?: number;
}

/** Few enough that a page is a matter of milliseconds, in which SQLite stops everything. */
const PAGE_ROWS = 500;

/**
 * The selected messages of a chat, the oldest first, a page at a time; no page is empty. An album is selected or left whole. A limit
 * counts messages, and an album that was begun within it is read to its end. What is read doesn't stay in memory.
 * @throws FailedError FILTER_FAILED, and the errors of the database; the signal's reason when it is aborted
 */
export async function* readMessages(options: ReadOptions): AsyncGenerator<readonly StoredMessage[]> {
  const { db, accountId, chatId, selection, signal, after } = options;
  const chat = { accountId, chatId };
  const readPage = pagesOf(db);
  const limit = selection.limit === undefined ? undefined : new Limit(selection.limit);
  const { from, to } = await idsWithin(db, chat, selection.bounds);
  let next = Math.max(from, (after ?? from - 1) + 1);
  while (next <= to && limit?.isOver(next) !== true) {
    const page = await readPage({ ...chat, from: next, to }, PAGE_ROWS);
    signal.throwIfAborted();
    const selected = await selectedOfPage(options, page);
    const within = limit?.take(selected) ?? selected;
    if (within.length > 0) yield within;
    // The event loop has its turn, since SQLite answers without one.
    await setImmediate();
    signal.throwIfAborted();
    if (page.length < PAGE_ROWS) return;
    next = (page.at(-1)?.document.id ?? to) + 1;
  }
}

async function selectedOfPage(
  { db, accountId, chatId, selection }: ReadOptions,
  page: readonly StoredMessage[],
): Promise<readonly StoredMessage[]> {
  if (selection.takesAll || page.length === 0) return page;
  const documents = new Map(page.map(({ document }) => [document.id, document]));
  const selected = await selectedAmong(db, { accountId, chatId }, selection, documents);
  return page.filter(({ document }) => selected.has(document.id));
}
