import { setImmediate } from 'node:timers/promises';
import type { Kysely, Selectable } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { findsWords, type SearchWords } from '../../messages/search/search-words.js';
import { textsOf } from '../../messages/search/texts-of.js';
import type { Selection } from '../../messages/selection/selection.js';
import type { MessagesTable } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asTime } from '../times.js';
import { asNumber, asOptionalNumber, chunked } from '../values.js';
import type { FindCandidates } from './candidates.js';
import { documentsOf, idsWithin, selectedOf } from './documents.js';
import type { FoundMessage, SearchTables } from './found.js';
import { rowsOf, rowsOfIds } from './stretch.js';

/** What is looked for, and where. */
export interface ChatSearchOptions extends ChatKey {
  readonly db: Kysely<SearchTables>;
  /** The date of the chat's newest message, in milliseconds since the epoch. */
  readonly newest: number;
  readonly words: SearchWords;
  readonly findCandidates: FindCandidates;
  readonly selection: Selection;
  readonly signal: AbortSignal;
}

/** Rows that are looked at by one statement: at first, also after something was found, and at most. SQLite stops everything meanwhile. */
const FIRST_ROWS = 200;
const MOST_ROWS = 2000;

/** The search of one chat, from its newest message to its oldest, a stretch of its history at a time. */
export class ChatSearch {
  readonly #options: ChatSearchOptions;
  /** Found and not taken yet, the newest last. */
  #found: FoundMessage[] = [];
  #rows = FIRST_ROWS;
  /** Of what wasn't looked at yet. */
  #bound: number;
  #ids: { readonly from: number; readonly to: number } | undefined;
  #isOver = false;

  constructor(options: ChatSearchOptions) {
    this.#options = options;
    this.#bound = options.newest;
  }

  /** What comes next, as far as it is known. */
  get found(): FoundMessage | undefined {
    return this.#found.at(-1);
  }

  /** Nothing that this search has still to find comes before this place of the order. */
  get bound(): number {
    return this.found?.order ?? this.#bound;
  }

  /** Whether there is nothing left to take or to look at. */
  get isOver(): boolean {
    return this.#isOver && this.#found.length === 0;
  }

  /** Takes what comes next. */
  take(): void {
    this.#found.pop();
  }

  /** Looks at the next stretch, when nothing is left to take. */
  async advance(): Promise<void> {
    const { db, selection, signal } = this.#options;
    // The event loop has its turn, since SQLite answers without one.
    await setImmediate();
    signal.throwIfAborted();
    this.#ids ??= await idsWithin(db, this.#options, selection.bounds);
    const { from, to } = this.#ids;
    const edge = await this.#edge();
    const start = edge ? asNumber(edge.message_id) : from;
    const found = start > to ? [] : await this.#findIn(start, to);
    this.#found = found.reverse();
    this.#bound = Math.min(found[0]?.order ?? this.#bound, timeOf(edge?.date) ?? this.#bound);
    this.#ids = { from, to: start - 1 };
    this.#isOver = edge === undefined;
    this.#rows = found.length > 0 ? FIRST_ROWS : Math.min(2 * this.#rows, MOST_ROWS);
  }

  /** The last row of the stretch; undefined for the last stretch of all. */
  async #edge(): Promise<Pick<Selectable<MessagesTable>, 'message_id' | 'date'> | undefined> {
    const { db, accountId, chatId } = this.#options;
    const { from, to } = this.#ids ?? { from: 0, to: 0 };
    return rowsOf(db, { accountId, chatId, from, to })
      .select(['message_id', 'date'])
      .limit(1)
      .offset(this.#rows - 1)
      .executeTakeFirst();
  }

  /** What is found between two ids, both included, the newest first. */
  async #findIn(from: number, to: number): Promise<FoundMessage[]> {
    const { db, words, selection, findCandidates, accountId, chatId } = this.#options;
    const rows = await this.#rowsOf(await findCandidates({ accountId, chatId, from, to }));
    const others = rows
      .filter(({ media_type }) => media_type === 'other')
      .map(({ message_id }) => asNumber(message_id));
    const documents = await documentsOf(db, this.#options, others);
    const found: Omit<FoundMessage, 'order'>[] = [];
    for (const row of rows) {
      const messageId = asNumber(row.message_id);
      const texts = textsIn(row, documents.get(messageId));
      if (!findsWords(words, texts)) continue;
      found.push({
        accountId,
        chatId,
        messageId,
        date: timeOf(row.date),
        senderId: asOptionalNumber(row.sender_id),
        topicId: asOptionalNumber(row.topic_id),
        mediaType: row.media_type,
        texts,
        fileName: row.file_name ?? undefined,
        deletedAt: timeOf(row.deleted_datetime),
      });
    }
    const selected = await selectedOf(
      db,
      this.#options,
      selection,
      found.map(({ messageId }) => messageId),
    );
    let order = this.#bound;
    return found
      .filter(({ messageId }) => selected.has(messageId))
      .map((message) => {
        order = Math.min(order, message.date ?? order);
        return { ...message, order };
      });
  }

  /** What is shown of messages, and looked into; the newest first. */
  async #rowsOf(ids: readonly number[]) {
    const { db } = this.#options;
    const rows: Row[] = [];
    for (const chunk of chunked(ids)) {
      rows.push(...(await rowsOfIds(db, this.#options, chunk).select(COLUMNS).execute()));
    }
    return rows.sort((one, other) => asNumber(other.message_id) - asNumber(one.message_id));
  }
}

const COLUMNS = [
  'message_id',
  'date',
  'sender_id',
  'topic_id',
  'media_type',
  'file_name',
  'text',
  'deleted_datetime',
] as const;

type Row = Pick<Selectable<MessagesTable>, (typeof COLUMNS)[number]>;

function textsIn({ text, file_name }: Row, document: MessageDocument | undefined): readonly string[] {
  const more = document ? textsOf(document) : [];
  return [...new Set([text ?? '', ...more, file_name ?? ''])].filter((each) => each !== '');
}

function timeOf(value: string | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : asTime(value);
}
