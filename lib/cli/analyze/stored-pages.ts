import type { AnalyzedMessage, AnalyzedPage } from '../../analyze/analysis.js';
import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { Selection } from '../../messages/selection/selection.js';
import { Limit } from '../../store/read/limit.js';
import { type ReadOptions, readMessages } from '../../store/read/read-messages.js';
import { storedChats } from '../../store/read/stored-chats.js';

export interface StoredPagesOptions extends Pick<ReadOptions, 'db' | 'signal'> {
  /** Marked ids; undefined for all. */
  readonly chats: ReadonlySet<number> | undefined;
  readonly selectionFor: (accountId: number) => Selection;
  /** Of messages, over all chats. */
  readonly limit: number | undefined;
}

/** The selected messages of a store, chat by chat. What several accounts have of one channel or supergroup comes once. */
export async function* storedPages(options: StoredPagesOptions): AsyncGenerator<AnalyzedPage> {
  const { db, chats, selectionFor, signal } = options;
  let left = options.limit;
  for (const { chatId, accounts } of await chatsOf(db, chats)) {
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
  db: StoredPagesOptions['db'],
  wanted: ReadonlySet<number> | undefined,
): Promise<readonly { readonly chatId: number; readonly accounts: readonly number[] }[]> {
  const found: { readonly chatId: number; readonly accounts: number[] }[] = [];
  const shared = new Map<number, number[]>();
  for (const { accountId, chatId, messages } of await storedChats(db)) {
    if (messages === 0 || wanted?.has(chatId) === false) continue;
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

type Pages = AsyncGenerator<readonly AnalyzedMessage[]>;

/** What each of several accounts has, in the order of the ids, each message once. */
async function* merged(sources: readonly Pages[], most: number | undefined): Pages {
  const limit = most === undefined ? undefined : new Limit(most);
  const heads = sources.map((pages) => new Head(pages));
  try {
    for (;;) {
      const messages: AnalyzedMessage[] = [];
      while (messages.length < MERGED) {
        for (const head of heads) await head.fill();
        const next = heads.reduce<AnalyzedMessage | undefined>((least, { first }) => {
          return first && (!least || first.document.id < least.document.id) ? first : least;
        }, undefined);
        if (!next) break;
        messages.push(next);
        for (const head of heads) head.drop(next.document.id);
      }
      const [first] = messages;
      if (!first || limit?.isOver(first.document.id) === true) return;
      yield limit?.take(messages) ?? messages;
    }
  } finally {
    for (const pages of sources) await pages.return(undefined);
  }
}

const MERGED = 500;

class Head {
  readonly #pages: Pages;
  #page: readonly AnalyzedMessage[] = [];
  #next = 0;

  constructor(pages: Pages) {
    this.#pages = pages;
  }

  get first(): AnalyzedMessage | undefined {
    return this.#page[this.#next];
  }

  async fill(): Promise<void> {
    if (this.first) return;
    const { value, done } = await this.#pages.next();
    this.#page = done ? [] : value;
    this.#next = 0;
  }

  drop(id: number): void {
    if (this.first?.document.id === id) this.#next += 1;
  }
}
