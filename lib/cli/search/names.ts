import type { FoundMessage } from '../../store/search/found.js';
import { type ChatName, chatNamed, senderNamed } from '../../store/search/names.js';
import type { ChatKey } from '../../store/tables/writer.js';

type Db = Parameters<typeof chatNamed>[0];

/** What chats and people are called, each asked for once as long as there are few. */
export class Names {
  readonly #db: Db;
  readonly #chats = new Map<string, ChatName | undefined>();
  readonly #senders = new Map<string, string | undefined>();

  constructor(db: Db) {
    this.#db = db;
  }

  async ofChat({ accountId, chatId }: ChatKey): Promise<ChatName | undefined> {
    return remembered(this.#chats, `${accountId} ${chatId}`, () =>
      chatNamed(this.#db, { accountId, chatId }),
    );
  }

  async ofSender({
    accountId,
    senderId,
  }: Pick<FoundMessage, 'accountId' | 'senderId'>): Promise<string | undefined> {
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
