import { LAYER } from 'telegram/tl/index.js';
import type { MessageDocument } from '../messages/document/document.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { ChatType } from '../store/tables/schema.js';
import type { Chat } from '../telegram/chat.js';
import { sentBytes } from '../telegram/sent-bytes.js';
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

/** Saves what was read: every message, whom its answer named, and that a history was read to its end. */
export class PageSaver {
  readonly #options: Pick<DownloadOptions, 'store' | 'accountId' | 'clock'>;
  readonly #people: PeopleMet;
  readonly #chats = new Set<number>();

  constructor(options: Pick<DownloadOptions, 'store' | 'accountId' | 'clock'>, people: PeopleMet) {
    this.#options = options;
    this.#people = people;
  }

  async save({ chat, end }: Page, messages: readonly ReadMessage[]): Promise<void> {
    const { accountId, clock } = this.#options;
    const { writer } = this.#options.store;
    if (!this.#chats.has(chat.id)) {
      this.#chats.add(chat.id);
      await writer.saveChats(accountId, [chatToSave(chat)]);
    }
    const people = this.#people.take();
    if (people.length > 0) await writer.savePeople(accountId, people);
    const key = { accountId, chatId: chat.id };
    const toSave = messages.map(({ message, document }) => ({
      document,
      raw: { tl: sentBytes(message), layer: LAYER },
    }));
    if (toSave.length > 0) await writer.saveMessages(key, toSave);
    if (end) await writer.noteScan(key, { at: clock.now(), lastMessageId: end.lastId });
  }
}

function chatToSave({ id, kind, type, title, username }: Chat) {
  return { chatId: id, type: typeOf(kind, type), title, ...(username && { username }) };
}

function typeOf(kind: Chat['kind'], type: Chat['type']): ChatType {
  if (kind !== 'user') return kind;
  return type === 'bot' || type === 'bot forum' ? 'bot' : 'private';
}
