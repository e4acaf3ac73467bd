import type { MessageDocument } from '../messages/document/document.js';
import { keptMessages } from '../store/read/kept-messages.js';
import type { ChatKey } from '../store/tables/writer.js';
import { contentOf } from './content.js';
import { FileProver, type ProveFilesOptions } from './prove-files.js';
import type { Reason } from './reasons.js';

/** How many messages are looked up in the archive at once. */
export const PROVED_AT_ONCE = 100;

/** Proves of messages that the archive keeps them as Telegram has them, with every file. */
export class Prover {
  readonly #options: ProveFilesOptions;
  readonly #files: FileProver;

  constructor(options: ProveFilesOptions) {
    this.#options = options;
    this.#files = new FileProver(options);
  }

  /** Why messages of a chat aren't proven to be kept, by id; the others are. */
  async reasonsOf(chatId: number, ids: readonly number[]): Promise<ReadonlyMap<number, Reason>> {
    const { db, accountId, signal } = this.#options;
    const reasons = new Map<number, Reason>();
    for (let start = 0; start < ids.length; start += PROVED_AT_ONCE) {
      signal.throwIfAborted();
      const some = ids.slice(start, start + PROVED_AT_ONCE);
      const kept = await keptMessages(db, { accountId, chatId }, some);
      const documents: MessageDocument[] = [];
      for (const id of some) {
        const message = kept.get(id);
        if (!message) reasons.set(id, 'not_archived');
        else if (!message.isTelegrams) reasons.set(id, 'not_from_telegram');
        else documents.push(message.document);
      }
      for (const [id, reason] of await this.#files.reasonsOf(documents)) reasons.set(id, reason);
    }
    return reasons;
  }

  /** The same of messages that were just read, which must also have the content that is kept. */
  async reasonsOfRead(
    chatId: number,
    messages: readonly MessageDocument[],
  ): Promise<ReadonlyMap<number, Reason>> {
    const { db, accountId } = this.#options;
    const differing = await reasonsOfContent(db, { accountId, chatId }, messages);
    const same = messages.map(({ id }) => id).filter((id) => !differing.has(id));
    return new Map([...differing, ...(await this.reasonsOf(chatId, same))]);
  }
}

/** Why messages that were just read aren't what the archive keeps, by id, whatever becomes of their files. */
export async function reasonsOfContent(
  db: ProveFilesOptions['db'],
  chat: ChatKey,
  messages: readonly MessageDocument[],
): Promise<ReadonlyMap<number, Reason>> {
  const ids = messages.map(({ id }) => id);
  const kept = await keptMessages(db, chat, ids);
  const reasons = new Map<number, Reason>();
  for (const message of messages) {
    const own = kept.get(message.id);
    if (!own) reasons.set(message.id, 'not_archived');
    else if (!own.isTelegrams) reasons.set(message.id, 'not_from_telegram');
    else if (contentOf(own.document) !== contentOf(message)) reasons.set(message.id, 'differs');
  }
  return reasons;
}
