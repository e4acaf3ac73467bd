import type { AnalyzedPage } from '../../analyze/analysis.js';
import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { Criteria } from '../../messages/selection/criteria.js';
import type { Selection } from '../../messages/selection/selection.js';
import { type ReadOptions, readMessages } from '../../store/read/read-messages.js';
import { type StoredChat, storedChats } from '../../store/read/stored-chats.js';
import { merged } from '../merged-pages.js';
import { olderGroup } from '../search/older-group.js';

export interface StoredPagesOptions extends Pick<ReadOptions, 'db' | 'signal'> {
  /** Marked ids; undefined for all. */
  readonly chats: ReadonlySet<number> | undefined;
  readonly selectionFor: (accountId: number) => Selection;
  /** A limit counts messages over all chats. */
  readonly criteria: Criteria;
}

/** The selected messages of a store, chat by chat. What several accounts have of one channel or supergroup comes once. */
export async function* storedPages(options: StoredPagesOptions): AsyncGenerator<AnalyzedPage> {
  const { db, selectionFor, signal } = options;
  let left = options.criteria.limit;
  for (const { chatId, accounts } of await chatsOf(options)) {
    const [accountId = 0] = accounts;
    const sources = accounts.map((account) => {
      const selection = selectionFor(account);
      const limited = left === undefined ? selection : { ...selection, limit: left };
      return readMessages({ db, accountId: account, chatId, selection: limited, signal });
    });
    const pages = sources.length === 1 ? sources[0] : merged(sources, left);
    for await (const messages of pages ?? []) {
      if (left !== undefined) left -= messages.length;
      yield { accountId, chatId, messages };
    }
    if (left !== undefined && left <= 0) return;
  }
}

async function chatsOf(
  options: StoredPagesOptions,
): Promise<readonly { readonly chatId: number; readonly accounts: readonly number[] }[]> {
  const found: { readonly chatId: number; readonly accounts: number[] }[] = [];
  const shared = new Map<number, number[]>();
  for (const { accountId, chatId, messages } of await withOlder(options, await storedChats(options.db))) {
    if (messages === 0) continue;
    const known = shared.get(chatId);
    if (known) known.push(accountId);
    else {
      const accounts = [accountId];
      found.push({ chatId, accounts });
      // In private chats and basic groups each account has ids of its own.
      if (chatId <= -CHANNEL_MARK) shared.set(chatId, accounts);
    }
  }
  return found;
}

/** The history that a supergroup had as a group is a part of the supergroup's, and comes first. */
async function withOlder(
  { db, chats: wanted, criteria, signal }: StoredPagesOptions,
  all: readonly StoredChat[],
): Promise<readonly StoredChat[]> {
  if (!wanted) return all;
  const chosen = all.filter(({ chatId }) => wanted.has(chatId));
  const both: StoredChat[] = [];
  for (const chat of chosen) {
    const id = await olderGroup({ db, criteria, signal, all }, chat);
    const older = all.find((each) => each.accountId === chat.accountId && each.chatId === id);
    if (older && !wanted.has(older.chatId)) both.push(older);
    both.push(chat);
  }
  return both;
}
