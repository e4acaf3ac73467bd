import { LAYER } from 'telegram/tl/index.js';
import type { MessageDocument } from '../messages/document/document.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { MessageToSave } from '../store/tables/save-messages.js';
import type { ChatType } from '../store/tables/schema.js';
import type { Chat } from '../telegram/chat.js';
import { sentBytes } from '../telegram/sent-bytes.js';
import type { ForumTopics } from './forum-topics.js';
import type { DownloadOptions } from './options.js';
import type { Page } from './page.js';
import type { PeopleMet } from './people.js';

/** A message, and its document. */
export interface ReadMessage {
  readonly message: HistoryMessage;
  readonly document: MessageDocument;
}

export function readMessages(page: Page, { accountId }: Pick<DownloadOptions, 'accountId'>): ReadMessage[] {
  const { chat, messages } = page;
  const context = { self: accountId, chat: chat.id, isForum: chat.kind === 'forum' };
  return messages.map((message) => ({ message, document: documentOf(message, context) }));
}

/** How much is saved in one transaction at most: more would hold up whoever waits for the database, and be lost at a death. */
const MOST_MESSAGES = 300;
/** Of TL; the rows are some times as long. */
const MOST_BYTES = 1 << 20;

/** Messages of one chat that wait to be saved, ascending. */
interface Waiting {
  readonly chat: Chat;
  readonly messages: MessageToSave[];
  /** Its history was read to the end; its newest message's id. */
  end?: { readonly lastId: number };
}

type Options = Pick<DownloadOptions, 'client' | 'store' | 'accountId' | 'clock' | 'signal'>;

/**
 * Saves what was read: every message, whom its answer named, what a forum's topics are called, and that a history was read
 * to its end. Several pages are saved at once, since each transaction waits for the disk.
 */
export class PageSaver {
  readonly #options: Options;
  readonly #people: PeopleMet;
  readonly #topics: ForumTopics;
  readonly #chats = new Set<number>();
  #waiting: Waiting[] = [];
  #messages = 0;
  #bytes = 0;

  constructor(options: Options, people: PeopleMet, topics: ForumTopics) {
    this.#options = options;
    this.#people = people;
    this.#topics = topics;
  }

  /** Whether there is something that `save` has not written. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes a page. Returns whether it is time to save what was taken. */
  add({ chat, end }: Page, messages: readonly ReadMessage[]): boolean {
    const waiting = this.#groupOf(chat, messages[0]?.document.id);
    for (const { message, document } of messages) {
      const tl = sentBytes(message);
      waiting.messages.push({ document, raw: { tl, layer: LAYER } });
      this.#bytes += tl.length;
    }
    this.#messages += messages.length;
    if (end) waiting.end = end;
    return end !== undefined || this.#messages >= MOST_MESSAGES || this.#bytes >= MOST_BYTES;
  }

  /** Writes what was taken, in its order. Afterwards it survives a power cut. */
  async save(): Promise<void> {
    const { accountId, clock } = this.#options;
    const { writer } = this.#options.store;
    const waiting = this.#waiting;
    [this.#waiting, this.#messages, this.#bytes] = [[], 0, 0];
    for (const { chat, messages, end } of waiting) {
      if (!this.#chats.has(chat.id)) {
        this.#chats.add(chat.id);
        await writer.saveChats(accountId, [chatToSave(chat)]);
        await this.#saveTopics(chat);
      }
      const people = this.#people.take();
      if (people.length > 0) await writer.savePeople(accountId, people);
      const key = { accountId, chatId: chat.id };
      if (messages.length > 0) await writer.saveMessages(key, messages);
      if (end) await writer.noteScan(key, { at: clock.now(), lastMessageId: end.lastId });
    }
  }

  /** A message that two orders name comes twice, and is saved once with each. */
  #groupOf(chat: Chat, firstId: number | undefined): Waiting {
    const last = this.#waiting.at(-1);
    const lastId = last?.messages.at(-1)?.document.id ?? Number.NEGATIVE_INFINITY;
    const follows = firstId === undefined || firstId > lastId;
    if (last && last.chat.id === chat.id && !last.end && follows) return last;
    const group: Waiting = { chat, messages: [] };
    this.#waiting.push(group);
    return group;
  }

  /** Whatever the paths of this run name: files may be put into order later, without Telegram. Bots can't list topics. */
  async #saveTopics(chat: Chat): Promise<void> {
    const { client, store, accountId, signal } = this.#options;
    if (chat.kind !== 'forum' || (await client.self.get(signal))?.bot) return;
    const topics = (await this.#topics.of(chat)).map(({ id, title }) => ({ topicId: id, title }));
    await store.writer.saveTopics({ accountId, chatId: chat.id }, topics);
  }
}

/** A chat as the store notes it. */
export function chatToSave({ id, kind, type, title, username }: Chat) {
  return { chatId: id, type: typeOf(kind, type), title, ...(username && { username }) };
}

function typeOf(kind: Chat['kind'], type: Chat['type']): ChatType {
  if (kind !== 'user') return kind;
  return type === 'bot' || type === 'bot forum' ? 'bot' : 'private';
}
