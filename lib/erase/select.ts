import type { MessageDocument } from '../messages/document/document.js';
import type { Selection } from '../messages/selection/selection.js';

/** How far the ids of an album's items lie apart at most: somebody may have posted between them. */
const ALBUM_IDS = 100;

/**
 * Those of messages, ascending, that a selection takes; an album is taken or left whole. `sourceIdOf`: the id by which the selection
 * knows a message.
 */
export async function* selectedOf(
  pages: AsyncIterable<readonly MessageDocument[]>,
  selection: Selection,
  sourceIdOf: (id: number) => number,
): AsyncGenerator<MessageDocument> {
  const waiting = new Waiting(selection, sourceIdOf);
  for await (const page of pages) {
    for (const document of page) {
      waiting.add(document);
      yield* waiting.whole(document.id);
    }
  }
  yield* waiting.whole(Number.POSITIVE_INFINITY);
}

/** Messages whose albums may still get items. */
class Waiting {
  readonly #selection: Selection;
  readonly #sourceIdOf: (id: number) => number;
  readonly #albums = new Map<string, MessageDocument[]>();
  #documents: MessageDocument[] = [];

  constructor(selection: Selection, sourceIdOf: (id: number) => number) {
    this.#selection = selection;
    this.#sourceIdOf = sourceIdOf;
  }

  add(document: MessageDocument): void {
    this.#documents.push(document);
    const album = albumOf(document);
    if (album === undefined) return;
    const items = this.#albums.get(album);
    if (items) items.push(document);
    else this.#albums.set(album, [document]);
  }

  /** The selected ones among the first messages, as far as none of them waits for an item that may come after `id`. */
  *whole(id: number): Generator<MessageDocument> {
    let done = 0;
    for (const document of this.#documents) {
      const album = albumOf(document);
      const items = album === undefined ? undefined : this.#albums.get(album);
      const last = items?.at(-1);
      if (last && last.id + ALBUM_IDS >= id) break;
      done += 1;
      if (album !== undefined && last === document) this.#albums.delete(album);
      if (this.#takes(document, items)) yield document;
    }
    this.#documents = this.#documents.slice(done);
  }

  #takes(document: MessageDocument, items: readonly MessageDocument[] = [document]): boolean {
    const known = (each: MessageDocument) => ({ ...each, id: this.#sourceIdOf(each.id) });
    return this.#selection.reasonOf(known(document), { album: items.map(known) }) === undefined;
  }
}

function albumOf(document: MessageDocument): string | undefined {
  return document.kind === 'message' ? document.album : undefined;
}
