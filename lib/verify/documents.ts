import type { Api } from 'telegram/tl/index.js';
import { OLDER_START } from '../base/source-ids.js';
import type { MessageDocument } from '../messages/document/document.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { fetchMessages, newestMessages, readPages, remainingCount } from '../telegram/history.js';
import { ROOT_SPAN, threadRoot } from '../telegram/thread-root.js';

/** One of the two chats, or one topic or thread of it. */
export interface VerifiedSide {
  readonly chat: Chat;
  readonly topic: number | undefined;
}

/** Reads messages of one side as documents. Ids of an older history are negative (see base/source-ids.ts). */
export class DocumentReader {
  readonly side: VerifiedSide;
  readonly #client: TelepiClient;
  readonly #self: number;
  readonly #signal: AbortSignal;

  constructor(client: TelepiClient, side: VerifiedSide, self: number, signal: AbortSignal) {
    this.side = side;
    this.#client = client;
    this.#self = self;
    this.#signal = signal;
  }

  /** Comes before the first message. */
  get start(): number {
    return this.side.topic === undefined && this.side.chat.former?.readable ? OLDER_START : 0;
  }

  /** The id of the chat's newest message; 0 when it has none. */
  async newestId(): Promise<number> {
    const [newest] = await newestMessages(this.#client, this.side.chat, 1, this.#signal);
    return newest?.id ?? 0;
  }

  /** How many messages come after `afterId`; undefined if the server doesn't say. */
  count(afterId: number): Promise<number | undefined> {
    const { chat, topic: topicId } = this.side;
    return remainingCount(this.#client, chat, { afterId, topicId }, this.#signal);
  }

  /** Pages of documents with ids above `afterId` up to `upTo`, oldest first; a topic's or thread's root comes first. */
  async *pages(afterId: number, upTo: number): AsyncGenerator<readonly MessageDocument[]> {
    const { chat, topic: topicId } = this.side;
    let root = await this.#root(afterId);
    for await (const page of readPages(this.#client, chat, { afterId, topicId }, this.#signal)) {
      const messages = page.filter(({ id }) => id <= upTo);
      const known = new Set(messages.map(({ id }) => id));
      const all = [...root.filter(({ id }) => !known.has(id)), ...messages];
      root = [];
      if (all.length > 0)
        yield all.sort((one, other) => one.id - other.id).map((each) => this.#document(each));
      if (messages.length < page.length) return;
    }
    if (root.length > 0) yield root.map((each) => this.#document(each));
  }

  /** The documents of these messages that exist, by id. */
  async fetch(ids: readonly number[]): Promise<ReadonlyMap<number, MessageDocument>> {
    if (ids.length === 0) return new Map();
    const messages = await fetchMessages(this.#client, this.side.chat, ids, this.#signal);
    return new Map(messages.map((message) => [message.id, this.#document(message)]));
  }

  #document(message: Api.Message | Api.MessageService): MessageDocument {
    const { id, kind } = this.side.chat;
    return documentOf(message, { self: this.#self, chat: id, isForum: kind === 'forum' });
  }

  async #root(afterId: number): Promise<readonly (Api.Message | Api.MessageService)[]> {
    const { chat, topic } = this.side;
    if (topic === undefined || afterId >= topic + ROOT_SPAN) return [];
    const root = await threadRoot(this.#client, chat, topic, this.#signal);
    return root.filter(({ id }) => id > afterId);
  }
}
