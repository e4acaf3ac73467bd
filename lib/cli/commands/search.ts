import { ExitStatus } from '../../base/errors.js';
import { readLedger } from '../../ledger/ledger.js';
import type { SearchWords } from '../../messages/search/search-words.js';
import { waitingRows } from '../../store/journal/journal-folder.js';
import { archiveIn } from '../../store/search/archive-in.js';
import type { FoundMessage } from '../../store/search/found.js';
import { type ChatName, chatNamed, senderNamed } from '../../store/search/names.js';
import { searchMessages } from '../../store/search/search-messages.js';
import type { CommandContext } from '../command.js';
import { ledgerPlace } from '../ledger-place.js';
import { count } from '../progress/words.js';
import { foundLines, foundRecord } from '../search/found-lines.js';
import { findPlaces, readSearch, type SearchRequest } from '../search/request.js';

/**
 * `telepi search WORD …`: shows messages that the store has kept, the newest first, as they are found. Needs no connection, writes
 * nothing, and works during a download.
 */
export async function search(context: CommandContext): Promise<number> {
  const request = await readSearch(context);
  const { settings, limit, words } = request;
  await noteWaiting(context, settings.dataDir);
  const tally: Tally = { shown: 0, last: undefined, more: false };
  // Read again from its beginning if somebody opens the file meanwhile: what was shown isn't shown twice.
  const isThere = await readLedger(ledgerPlace(context, settings), async (ledger) => {
    const db = await archiveIn(ledger);
    if (!db) return false;
    await showFound(context, request, db, tally);
    return true;
  });
  sayEnd(context, tally, { words, limit, isThere: isThere === true });
  return ExitStatus.done;
}

interface Tally {
  shown: number;
  last: FoundMessage | undefined;
  /** Whether more is found than --limit shows. */
  more: boolean;
}

type Db = Parameters<typeof chatNamed>[0];

async function showFound(
  { output, signal }: CommandContext,
  request: SearchRequest,
  db: Db,
  tally: Tally,
): Promise<void> {
  const { words, limit } = request;
  const { chats, selectionFor } = await findPlaces(db, request);
  const names = new Names(db);
  const columns = Math.max(LEAST_COLUMNS, output.streams.stdout.columns ?? COLUMNS);
  const options = { db, words, chats, selectionFor, signal, after: tally.last };
  for await (const message of searchMessages(options)) {
    if (output.readerGone.aborted) return;
    tally.more = tally.shown >= limit;
    if (tally.more) return;
    const named = { message, chat: await names.ofChat(message), sender: await names.ofSender(message) };
    for (const line of foundLines(named, words, columns)) output.line(line);
    output.record(foundRecord(named));
    tally.shown += 1;
    tally.last = message;
    // A reader that is slow is waited for: what is found must not gather in memory.
    if (tally.shown % FLUSHED === 0) await output.flush();
  }
}

const FLUSHED = 500;
/** Of a terminal, and where there is none. */
const LEAST_COLUMNS = 40;
const COLUMNS = 120;

/** What chats and people are called, each asked for once as long as there are few. */
class Names {
  readonly #db: Db;
  readonly #chats = new Map<string, ChatName | undefined>();
  readonly #senders = new Map<string, string | undefined>();

  constructor(db: Db) {
    this.#db = db;
  }

  async ofChat({ accountId, chatId }: FoundMessage): Promise<ChatName | undefined> {
    return remembered(this.#chats, `${accountId} ${chatId}`, () =>
      chatNamed(this.#db, { accountId, chatId }),
    );
  }

  async ofSender({ accountId, senderId }: FoundMessage): Promise<string | undefined> {
    if (senderId === undefined) return undefined;
    return remembered(this.#senders, `${accountId} ${senderId}`, () =>
      senderNamed(this.#db, accountId, senderId),
    );
  }
}

const MOST_NAMES = 10_000;

async function remembered<T>(known: Map<string, T>, key: string, find: () => Promise<T>): Promise<T> {
  if (known.has(key)) return known.get(key) as T;
  if (known.size >= MOST_NAMES) known.clear();
  const found = await find();
  known.set(key, found);
  return found;
}

/** Rows that wait for a database server are not in it yet. */
async function noteWaiting({ output }: CommandContext, dataDir: string): Promise<void> {
  for (const { rows, path, of } of await waitingRows(dataDir)) {
    output.note(
      `${count(rows, 'row')} in ${path} ${rows === 1 ? 'waits' : 'wait'} for ${of.name}, and ${rows === 1 ? "isn't" : "aren't"} searched.`,
    );
  }
}

function sayEnd(
  { output }: CommandContext,
  { shown, more }: Tally,
  {
    words,
    limit,
    isThere,
  }: { readonly words: SearchWords; readonly limit: number; readonly isThere: boolean },
): void {
  output.record({ event: 'end', found: shown, more });
  if (more) {
    output.note(
      `${limit === 1 ? 'This is the newest message' : `These are the ${limit} newest messages`}; there are more: --limit shows as many as it says, and --until older ones.`,
    );
  }
  if (shown > 0) return;
  if (!isThere) output.line('TelePi has kept no messages yet: telepi download keeps the ones that it reads.');
  else output.line(`No message is found with ${words.map((word) => JSON.stringify(word)).join(' and ')}.`);
}
