import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { listTopics, type Topic } from '../telegram/topics.js';

/** The topics of forums, each forum listed once. */
export class ForumTopics {
  readonly #client: Caller;
  readonly #signal: AbortSignal;
  readonly #lists = new Map<number, readonly Topic[]>();

  constructor({ client, signal }: { readonly client: Caller; readonly signal: AbortSignal }) {
    this.#client = client;
    this.#signal = signal;
  }

  /** None of a chat that isn't a forum. */
  async of(chat: Chat): Promise<readonly Topic[]> {
    const known = this.#lists.get(chat.id);
    if (known) return known;
    const topics = await listTopics(this.#client, chat, this.#signal);
    this.#lists.set(chat.id, topics);
    return topics;
  }
}
