import { LAYER } from 'telegram/tl/index.js';
import type { MessageDocument } from '../../messages/document/document.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import type { OpenStore } from '../../store/open-store.js';
import { DAMAGED, type RawStoredMessage, rawMessages } from '../../store/read/raw-messages.js';
import { rebuiltMessage } from './rebuilt.js';
import { messageOf } from './stored-tl.js';

/** Why a message is not posted, though it was asked for. */
export type LeftReason =
  | 'not_archived'
  | 'damaged'
  | 'no_raw'
  | 'older_form'
  | 'newer_form'
  | 'cut_rich'
  | 'copy_gone'
  | 'still_there'
  | 'hidden'
  | 'imported';

export interface ArchivedChatOptions {
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** Marked. */
  readonly chatId: number;
  /** The messages to restore, ascending: ids of this chat. */
  readonly ids: readonly number[];
  /** Which of these stand in the chat on Telegram; the others are gone. */
  readonly findPresent: (ids: readonly number[], signal: AbortSignal) => Promise<ReadonlySet<number>>;
  /** Which of these, which Telegram doesn't show, may stand there all the same. */
  readonly findHidden: (ids: readonly number[], signal: AbortSignal) => Promise<ReadonlySet<number>>;
  /** Which of these an earlier run has settled: nobody asks Telegram about them again. */
  readonly findSettled: (ids: readonly number[]) => Promise<ReadonlySet<number>>;
  /** Whether an import has brought a message of the chat into the target. */
  readonly isImported: (id: number) => boolean;
  /** Called with each message that is left out, once for each time it is met. */
  readonly onLeft: (id: number, reason: LeftReason) => void;
  /** Called with each message that is handed out as its document says, since the TL that Telegram sent can't be read. */
  readonly onRebuilt: (id: number) => void;
  /** Called with each page of messages before it is handed out. */
  readonly onPage: (messages: readonly HistoryMessage[]) => void;
  /** Called with what is about to be handed out, so that whoever is named in it can be looked up. */
  readonly onDocuments: (documents: readonly MessageDocument[]) => Promise<void>;
}

/** The messages of one chat id as the archive has them, in the pages in which Telegram shows histories. */
export class ArchivedChat {
  readonly chatId: number;
  readonly #options: ArchivedChatOptions;
  readonly #pinned = new Set<number>();

  constructor(options: ArchivedChatOptions) {
    this.chatId = options.chatId;
    this.#options = options;
  }

  /** Which of the messages that were handed out were pinned when they were seen, ascending. */
  get pinned(): readonly number[] {
    return [...this.#pinned].sort((one, other) => one - other);
  }

  /** The last message to restore; undefined when there is none. */
  get newestId(): number | undefined {
    return this.#options.ids.at(-1);
  }

  /** How many messages to restore have an id above `afterId`, gone or not. */
  count(afterId: number): number {
    return this.#options.ids.length - this.#indexAfter(afterId);
  }

  /** The next messages to restore with an id above `afterId`, oldest first, at most `limit`; empty when there are none. */
  async page(afterId: number, limit: number, signal: AbortSignal): Promise<readonly HistoryMessage[]> {
    const { ids, findPresent, findHidden, findSettled, isImported, onLeft, onPage } = this.#options;
    for (let from = this.#indexAfter(afterId); from < ids.length; from += limit) {
      const wanted = ids.slice(from, from + limit);
      const settled = await findSettled(wanted);
      const unsettled = wanted.filter((id) => !settled.has(id));
      const imported = new Set(unsettled.filter(isImported));
      for (const id of imported) onLeft(id, 'imported');
      const open = unsettled.filter((id) => !imported.has(id));
      const present = open.length > 0 ? await findPresent(open, signal) : new Set<number>();
      for (const id of present) onLeft(id, 'still_there');
      const unseen = open.filter((id) => !present.has(id));
      const hidden = await findHidden(unseen, signal);
      for (const id of hidden) onLeft(id, 'hidden');
      const found = await this.#read(
        wanted.filter((id) => !present.has(id) && !hidden.has(id) && !imported.has(id)),
        this.#options,
      );
      for (const message of found) if ('pinned' in message && message.pinned) this.#pinned.add(message.id);
      onPage(found);
      if (found.length > 0) return found;
      signal.throwIfAborted();
    }
    return [];
  }

  /** Messages of the chat, to be restored or not, as far as the archive can show them. */
  byIds(ids: readonly number[]): Promise<readonly HistoryMessage[]> {
    return this.#read(ids, { onLeft: () => {}, onRebuilt: () => {} });
  }

  async #read(
    ids: readonly number[],
    { onLeft, onRebuilt }: Pick<ArchivedChatOptions, 'onLeft' | 'onRebuilt'>,
  ): Promise<readonly HistoryMessage[]> {
    const { db, accountId, onDocuments } = this.#options;
    const stored = await rawMessages(db, { accountId, chatId: this.chatId }, ids);
    const documents: MessageDocument[] = [];
    const messages: HistoryMessage[] = [];
    for (const id of ids) {
      const row = stored.get(id);
      const readable = messageIn(row, id);
      if (typeof readable === 'string') {
        onLeft(id, readable);
        continue;
      }
      if (readable.isRebuilt) onRebuilt(id);
      if (typeof row === 'object') documents.push(row.document);
      messages.push(readable.message);
    }
    await onDocuments(documents);
    return messages;
  }

  #indexAfter(afterId: number): number {
    const { ids } = this.#options;
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ids[middle] ?? 0) <= afterId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Readable {
  readonly message: HistoryMessage;
  readonly isRebuilt?: true;
}

function messageIn(row: RawStoredMessage | typeof DAMAGED | undefined, id: number): Readable | LeftReason {
  if (row === undefined) return 'not_archived';
  if (row === DAMAGED) return DAMAGED;
  const { raw, document } = row;
  const message = raw ? messageOf(raw.tl, id) : 'no_raw';
  if (typeof message === 'object') return { message };
  if (message === 'cut_rich') return message;
  const rebuilt = rebuiltMessage(document);
  if (rebuilt) return { message: rebuilt, isRebuilt: true };
  if (!raw || message === 'no_raw') return 'no_raw';
  if (raw.layer === LAYER) return DAMAGED;
  return raw.layer < LAYER ? 'older_form' : 'newer_form';
}
