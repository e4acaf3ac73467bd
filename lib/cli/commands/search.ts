import { ExitStatus } from '../../base/errors.js';
import { readLedger } from '../../ledger/ledger.js';
import type { SearchWords } from '../../messages/search/search-words.js';
import { archiveIn } from '../../store/search/archive-in.js';
import type { FoundMessage } from '../../store/search/found.js';
import type { chatNamed } from '../../store/search/names.js';
import { searchMessages } from '../../store/search/search-messages.js';
import type { CommandContext } from '../command.js';
import { ledgerPlace } from '../ledger-place.js';
import { foundLines, foundRecord } from '../search/found-lines.js';
import { Names } from '../search/names.js';
import { noteWaiting } from '../search/note-waiting.js';
import { findPlaces, readSearch, type SearchRequest } from '../search/request.js';

/**
 * `telepi search WORD …`: shows messages that the store has kept, the newest first, as they are found. Needs no connection, writes
 * nothing, and works during a download.
 */
export async function search(context: CommandContext): Promise<number> {
  const request = await readSearch(context);
  const { settings, limit, words } = request;
  await noteWaiting(context, settings.dataDir, 'searched');
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
      `${limit === 1 ? 'This is the newest message' : `These are the ${limit} newest messages`}; there are more: raise --limit, or use --until for older ones.`,
    );
  }
  if (shown > 0) return;
  if (!isThere) output.line('TelePi has kept no messages yet: telepi download keeps the ones that it reads.');
  else output.line(`No message is found with ${words.map((word) => JSON.stringify(word)).join(' and ')}.`);
}
