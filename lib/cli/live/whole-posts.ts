import type { MessageDocument } from '../../messages/document/document.js';
import type { Selection } from '../../messages/selection/selection.js';
import { ALBUM_IDS } from '../../store/search/documents.js';

/** No more albums than that may have further items. */
const MOST_JUDGED = ALBUM_IDS;

/**
 * Selects messages that come by ascending ids, each album whole: an item waits until all others must have come. What isn't an
 * item, or is of an album that was judged, waits for those before it alone.
 */
export class WholePosts<Message extends { readonly document: MessageDocument }> {
  readonly #selection: Selection;
  readonly #judged = new Map<string, boolean>();
  #waiting: Message[] = [];

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Takes the next messages, and returns the selected ones of which that is certain. */
  add(messages: readonly Message[]): readonly Message[] {
    if (this.#selection.takesAll) return messages;
    this.#waiting.push(...messages);
    return this.#selected(this.#waiting.at(-1)?.document.id ?? 0);
  }

  /** The rest, when no more messages of the chat come. */
  end(): readonly Message[] {
    return this.#selected(Number.POSITIVE_INFINITY);
  }

  #selected(readTo: number): readonly Message[] {
    const selected: Message[] = [];
    let next = 0;
    for (const message of this.#waiting) {
      const { document } = message;
      const album = albumOf(document);
      const isOpen = album !== undefined && !this.#judged.has(album);
      if (isOpen && document.id + ALBUM_IDS > readTo) break;
      if (isOpen) this.#judge(album, next);
      const isSelected =
        album === undefined
          ? this.#selection.reasonOf(document) === undefined
          : this.#judged.get(album) === true;
      if (isSelected) selected.push(message);
      next += 1;
    }
    this.#waiting = this.#waiting.slice(next);
    return selected;
  }

  #judge(id: string, first: number): void {
    const album = this.#waiting
      .slice(first)
      .map(({ document }) => document)
      .filter((document) => albumOf(document) === id);
    const [head] = album;
    if (!head) return;
    this.#judged.set(id, this.#selection.reasonOf(head, { album }) === undefined);
    const [oldest] = this.#judged.keys();
    if (this.#judged.size > MOST_JUDGED && oldest !== undefined) this.#judged.delete(oldest);
  }
}

function albumOf(document: MessageDocument): string | undefined {
  return document.kind === 'message' ? document.album : undefined;
}
