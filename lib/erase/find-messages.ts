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
    const pages = unseen(passOf(history, range, pass, options), range, seen, { history, options });
    yield* selectedOf(pages, options.selection, history.sourceIdOf);
    if (pass > 1 && seen.size === before) return;
  }
}

/** Every second pass asks another way, where there is one: a page that Telegram leaves out stays out of it the next time, too. */
function passOf(
  { chat }: History,
  { after }: Range,
  pass: number,
  { client, ownOnly, signal }: FindOptions,
): AsyncIterable<readonly HistoryMessage[]> {
  const searches = pass % 2 === 0 && ownOnly && (chat.kind === 'supergroup' || chat.kind === 'forum');
  if (searches) return ascending(searchOwn(client, chat, signal));
  return readPages(client, chat, { afterId: after }, signal);
}

async function* ascending(
  pages: AsyncIterable<readonly HistoryMessage[]>,
): AsyncGenerator<readonly HistoryMessage[]> {
  const found: HistoryMessage[] = [];
  for await (const page of pages) found.push(...page);
  yield found.sort((one, other) => one.id - other.id);
}

async function* unseen(
  pages: AsyncIterable<readonly HistoryMessage[]>,
  { after, upTo }: Range,
  seen: Set<number>,
  {
    history: { chat },
    options: { accountId },
  }: { readonly history: History; readonly options: Pick<FindOptions, 'accountId'> },
): AsyncGenerator<readonly MessageDocument[]> {
  const context = { self: accountId, chat: chat.id, isForum: chat.kind === 'forum' };
  for await (const page of pages) {
    const fresh = page.filter(({ id }) => id > after && id <= upTo && !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield fresh.map((message) => documentOf(message, context));
    if ((page.at(-1)?.id ?? 0) > upTo) return;
  }
}
