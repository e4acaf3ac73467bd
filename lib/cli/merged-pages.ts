import { Limit } from '../store/read/limit.js';
import type { StoredMessage } from '../store/read/stored-message.js';

type Mergeable = Pick<StoredMessage, 'document'>;

/** Messages by ascending ids. */
type Pages<Message> = AsyncGenerator<readonly Message[]>;

/** What several sources have of one chat, in the order of the ids, each message once. `most`: messages, and albums that were begun within them. */
export async function* merged<Message extends Mergeable>(
  sources: readonly Pages<Message>[],
  most: number | undefined,
): Pages<Message> {
  const limit = most === undefined ? undefined : new Limit(most);
  const heads = sources.map((pages) => new Head(pages));
  try {
    for (;;) {
      const messages: Message[] = [];
      while (messages.length < MERGED) {
        for (const head of heads) await head.fill();
        const next = heads.reduce<Message | undefined>((least, { first }) => {
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

class Head<Message extends Mergeable> {
  readonly #pages: Pages<Message>;
  #page: readonly Message[] = [];
  #next = 0;

  constructor(pages: Pages<Message>) {
    this.#pages = pages;
  }

  get first(): Message | undefined {
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
