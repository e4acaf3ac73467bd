import type { Kysely } from 'kysely';
import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { SearchWords } from '../../messages/search/search-words.js';
import { spellingsOf } from '../../messages/search/spellings.js';
import type { Selection } from '../../messages/selection/selection.js';
import { asTime } from '../times.js';
import { asNumber } from '../values.js';
import { candidatesIn, type FindCandidates } from './candidates.js';
import { ChatSearch } from './chat-search.js';
import { type FoundMessage, inOrder, type SearchTables } from './found.js';

export interface SearchOptions {
  readonly db: Kysely<SearchTables>;
  readonly words: SearchWords;
  /** Marked ids; undefined for all. */
  readonly chats: ReadonlySet<number> | undefined;
  /** Which messages of an account are meant. */
  readonly selectionFor: (accountId: number) => Selection;
  readonly signal: AbortSignal;
  /** Continues after what an earlier search has found last. */
  readonly after: FoundMessage | undefined;
}

/**
 * Finds messages of all accounts and chats, the newest first, and reads no further back than it is asked for. A chat is read along
 * its ids, by stretches, always the one that may have what comes next; so the memory that it takes doesn't depend on how many
 * messages there are. What two accounts have of one channel or supergroup is found once.
 * @throws FailedError FILTER_FAILED, and the errors of the database
 */
export async function* searchMessages(options: SearchOptions): AsyncGenerator<FoundMessage> {
  const { words, after, db } = options;
  const findCandidates = candidatesIn(db, spellingsOf(mostTelling(words)));
  let searches = await searchesOf(options, findCandidates);
  let last: FoundMessage | undefined;
  for (;;) {
    searches = searches.filter(({ isOver }) => !isOver);
    const next = first(searches);
    if (!next) return;
    const { found } = next;
    if (!found) {
      await next.advance();
      continue;
    }
    next.take();
    if (after && inOrder(found, after) <= 0) continue;
    if (last && isSame(last, found)) continue;
    last = found;
    yield found;
  }
}

/** More conditions take a database longer than they spare. */
const MOST_CONDITIONS = 6;

/** Hardly anything has a long word but not the others. */
function mostTelling(words: SearchWords): readonly string[] {
  return [...words].sort((one, other) => other.length - one.length).slice(0, MOST_CONDITIONS);
}

async function searchesOf(
  { db, words, chats, selectionFor, signal }: SearchOptions,
  findCandidates: FindCandidates,
): Promise<readonly ChatSearch[]> {
  let all = db
    .selectFrom('messages')
    .select(['account_id', 'chat_id'])
    .select((row) => row.fn.max('date').as('newest'))
    .groupBy(['account_id', 'chat_id']);
  if (chats) all = all.where('chat_id', 'in', [...chats]);
  const rows = await all.execute();
  return rows.map(({ account_id, chat_id, newest }) => {
    const accountId = asNumber(account_id);
    return new ChatSearch({
      db,
      accountId,
      chatId: asNumber(chat_id),
      newest: newest === null ? 0 : asTime(newest),
      words,
      findCandidates,
      selection: selectionFor(accountId),
      signal,
    });
  });
}

/** The search that may have what comes next; of several, one that doesn't know what it has. */
function first(searches: readonly ChatSearch[]): ChatSearch | undefined {
  let best: ChatSearch | undefined;
  for (const each of searches) if (!best || isBefore(each, best)) best = each;
  return best;
}

function isBefore(one: ChatSearch, other: ChatSearch): boolean {
  if (one.bound !== other.bound) return one.bound > other.bound;
  if (!other.found) return false;
  return !one.found || inOrder(one.found, other.found) < 0;
}

/** In private chats and basic groups each account has ids of its own. */
function isSame(one: FoundMessage, other: FoundMessage): boolean {
  return one.chatId === other.chatId && one.messageId === other.messageId && one.chatId <= -CHANNEL_MARK;
}
