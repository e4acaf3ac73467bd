import type { MessageDocument } from '../messages/document/document.js';
import type { Selection } from '../messages/selection/selection.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { Caller } from '../telegram/caller.js';
import { type HistoryMessage, readPages } from '../telegram/history.js';
import { searchOwn } from '../telegram/own-messages.js';
import { type History, type Range, rangeOf } from './histories.js';
import { selectedOf } from './select.js';

export interface FindOptions {
  readonly client: Caller;
  readonly accountId: number;
  readonly selection: Selection;
  /** Whether only this account's own messages are looked for. */
  readonly ownOnly: boolean;
  readonly signal: AbortSignal;
  /** Called before each pass over a history, with how many messages were read before. */
  readonly onPass?: (pass: { readonly pass: number; readonly read: number }) => void;
}

/**
 * The selected messages of a history, each once. It is read again and again, by its pages and, for own messages of a group, by
 * Telegram's search, until a pass finds nothing that none before has found. What is posted meanwhile doesn't belong to it.
 */
export async function* findMessages(history: History, options: FindOptions): AsyncGenerator<MessageDocument> {
  const range = await rangeOf(options.client, history, options.selection, options.signal);
  if (!range) return;
  const seen = new Set<number>();
  for (let pass = 1; ; pass += 1) {
    const before = seen.size;
    options.onPass?.({ pass, read: before });
    const reading: Reading = { history, range, seen, options };
    yield* selectedOf(passOf(reading, pass), options.selection, history.sourceIdOf);
    if (pass > 1 && seen.size === before) return;
  }
}

interface Reading {
  readonly history: History;
  readonly range: Range;
  /** Ids that were found. */
  readonly seen: Set<number>;
  readonly options: FindOptions;
}

/** Every second pass asks another way, where there is one: a page that Telegram leaves out stays out of it the next time, too. */
function passOf(reading: Reading, pass: number): AsyncIterable<readonly MessageDocument[]> {
  const { chat } = reading.history;
  const { ownOnly } = reading.options;
  const searches = pass % 2 === 0 && ownOnly && (chat.kind === 'supergroup' || chat.kind === 'forum');
  return searches ? searched(reading) : read(reading);
}

async function* read(reading: Reading): AsyncGenerator<readonly MessageDocument[]> {
  const { history, range, options } = reading;
  const { client, signal } = options;
  for await (const page of readPages(client, history.chat, { afterId: range.after }, signal)) {
    yield unseen(page, reading);
    if ((page.at(-1)?.id ?? 0) > range.upTo) return;
  }
}

/** A search brings the newest first; of its pages only what is new is held, until all are there. */
async function* searched(reading: Reading): AsyncGenerator<readonly MessageDocument[]> {
  const { history, range, options } = reading;
  const found: MessageDocument[] = [];
  for await (const page of searchOwn(options.client, history.chat, options.signal)) {
    found.push(...unseen(page, reading));
    if (page.some(({ id }) => id <= range.after)) break;
  }
  yield found.sort((one, other) => one.id - other.id);
}

function unseen(
  page: readonly HistoryMessage[],
  { history: { chat }, range: { after, upTo }, seen, options: { accountId } }: Reading,
): readonly MessageDocument[] {
  const context = { self: accountId, chat: chat.id, isForum: chat.kind === 'forum' };
  const fresh = page.filter(({ id }) => id > after && id <= upTo && !seen.has(id));
  for (const { id } of fresh) seen.add(id);
  return fresh.map((message) => documentOf(message, context));
}
