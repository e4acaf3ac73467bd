import { Api } from 'telegram/tl/index.js';
import { markedId } from '../../base/marked-id.js';
import { idInChat, isOlder, olderId } from '../../base/source-ids.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import { answeredId } from '../../messages/tl/replies.js';

/** As many as one call of Telegram says whether they are there. */
const PAGE = 100;
/** How many are remembered: more than the pages answer that are read ahead. */
const MOST_REMEMBERED = 1000;

interface Options {
  /** Marked ids: of the chat, and of the basic group that it used to be. */
  readonly ownId: number;
  readonly olderId: number | undefined;
  /** Which messages of a chat stand there. */
  readonly find: (chatId: number, ids: readonly number[]) => Promise<ReadonlySet<number>>;
}

/** Which of the messages that posts may answer stand in the chat itself. They are asked for together, not one by one. */
export class AnsweredMessages {
  readonly #options: Options;
  /** Source ids that nobody has asked for yet, the latest last. */
  readonly #expected = new Set<number>();
  readonly #known = new Map<number, boolean>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Notes which messages these answer, as the archive has them. `chatId`: the history that they are of. */
  expect(chatId: number, messages: readonly HistoryMessage[]): void {
    const { ownId, olderId: formerId } = this.#options;
    for (const message of messages) {
      const { replyTo } = message;
      const named = replyTo instanceof Api.MessageReplyHeader && replyTo.replyToPeerId;
      const answeredIn = named ? markedId(named) : chatId;
      const id = answeredId(message, answeredIn);
      if (id === undefined || (answeredIn !== ownId && answeredIn !== formerId)) continue;
      const sourceId = answeredIn === ownId ? id : olderId(id);
      if (!this.#known.has(sourceId)) this.#expected.add(sourceId);
    }
    drop(this.#expected);
  }

  /** Whether the message with this source id stands in its chat, or stood there when it was asked for. */
  async has(sourceId: number): Promise<boolean> {
    const known = this.#known.get(sourceId);
    if (known !== undefined) return known;
    const { ownId, olderId: formerId, find } = this.#options;
    const chatId = isOlder(sourceId) ? formerId : ownId;
    if (chatId === undefined) return false;
    const others = [...this.#expected].filter((id) => id !== sourceId && isOlder(id) === isOlder(sourceId));
    const asked = [sourceId, ...others.slice(0, PAGE - 1)];
    const there = await find(chatId, asked.map(idInChat));
    for (const id of asked) {
      this.#expected.delete(id);
      this.#known.set(id, there.has(idInChat(id)));
    }
    drop(this.#known);
    return there.has(idInChat(sourceId));
  }
}

/** Forgets the oldest ones. */
function drop(ids: Set<number> | Map<number, boolean>): void {
  for (const id of ids.keys()) {
    if (ids.size <= MOST_REMEMBERED) return;
    ids.delete(id);
  }
}
