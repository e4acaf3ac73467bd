import { ALBUM_IDS } from '../search/documents.js';
import type { StoredMessage } from './stored-message.js';

/** How many messages are taken; of albums that were begun by then, all items. */
export class Limit {
  #left: number;
  /** Albums that may have more items, by the ids of their items that were taken last. */
  readonly #begun = new Map<string, number>();

  constructor(most: number) {
    this.#left = most;
  }

  /** Whether nothing from this id on is taken. */
  isOver(from: number): boolean {
    this.#forgetBefore(from);
    return this.#left <= 0 && this.#begun.size === 0;
  }

  /** Which of the next messages are taken. */
  take<Message extends Pick<StoredMessage, 'document'>>(messages: readonly Message[]): readonly Message[] {
    return messages.filter(({ document }) => {
      const album = document.kind === 'message' ? document.album : undefined;
      if (this.#left <= 0 && (album === undefined || !this.#begun.has(album))) return false;
      this.#left -= 1;
      if (album !== undefined) this.#begun.set(album, document.id);
      return true;
    });
  }

  #forgetBefore(id: number): void {
    for (const [album, last] of this.#begun) if (last < id - ALBUM_IDS) this.#begun.delete(album);
  }
}
