import type { MessageDocument } from '../messages/document/document.js';

/** A message that answers one of somebody else. */
export interface Answer {
  /** Who answered, by a marked id. */
  readonly author: number;
  readonly seconds: number;
}

/** How far back an answered message may lie, in messages of its chat. */
export const MOST_BACK = 131_072;

/**
 * Finds answers and how long they took, in a chat's messages from the oldest on. An answer is a reply to a message of somebody
 * else; in a private chat also the first message after one of the other person, where people seldom reply. Only the newest
 * messages of the chat are remembered; replies to older ones are counted.
 */
export class Answers {
  readonly #ids = new Int32Array(MOST_BACK);
  readonly #dates = new Float64Array(MOST_BACK);
  readonly #authors = new Float64Array(MOST_BACK);
  #length = 0;
  #isPrivate = false;
  #tooFar = 0;

  /** Replies to messages that lie too far back, or that weren't seen. */
  get tooFar(): number {
    return this.#tooFar;
  }

  /** Another chat begins. */
  begin({ isPrivate }: { readonly isPrivate: boolean }): void {
    this.#length = 0;
    this.#isPrivate = isPrivate;
  }

  add(document: MessageDocument): Answer | undefined {
    if (document.kind !== 'message' || document.author === undefined) return undefined;
    const { id, author, date, reply, chat } = document;
    const last = this.#length - 1;
    const answered =
      reply?.kind === 'message' && reply.id !== undefined && (reply.chat ?? chat) === chat
        ? this.#placeOf(reply.id)
        : undefined;
    const isReply = reply?.kind === 'message' && (reply.chat ?? chat) === chat;
    if (isReply && answered === undefined) this.#tooFar += 1;
    const before = this.#isPrivate && last >= 0 ? last : undefined;
    const at = isReply ? answered : before;
    const found = at === undefined ? undefined : this.#answer(at, author, date);
    this.#remember(id, author, date);
    return found;
  }

  #answer(at: number, author: number, date: number): Answer | undefined {
    const slot = at % MOST_BACK;
    const seconds = date - (this.#dates[slot] ?? date);
    return this.#authors[slot] === author || seconds < 0 ? undefined : { author, seconds };
  }

  #remember(id: number, author: number, date: number): void {
    if (this.#length > 0 && id <= (this.#ids[(this.#length - 1) % MOST_BACK] ?? id)) return;
    const slot = this.#length % MOST_BACK;
    this.#ids[slot] = id;
    this.#dates[slot] = date;
    this.#authors[slot] = author;
    this.#length += 1;
  }

  /** Which of the remembered messages has this id. */
  #placeOf(id: number): number | undefined {
    let low = Math.max(0, this.#length - MOST_BACK);
    let high = this.#length - 1;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.#ids[middle % MOST_BACK] ?? 0;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
