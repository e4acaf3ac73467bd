import type { HistoryMessage } from '../messages/tl/message.js';

/** A message, or the messages of one album (TL: grouped_id), sent by one call. Never empty. */
export interface Unit {
  readonly messages: readonly [HistoryMessage, ...HistoryMessage[]];
}

/** A unit of the history, and the id up to which everything is finished once this unit and all before it are. */
export interface HistoryUnit extends Unit {
  readonly upTo: number;
}

/** Reads the history after a message id, oldest first, page by page. */
export type ReadAfter = (afterId: number) => AsyncIterable<readonly HistoryMessage[]>;

/** An album has at most ten items (core.telegram.org/method/messages.sendMultiMedia). */
export const LARGEST_ALBUM = 10;
/** An album's items get their ids at once: none has an id further than this from that of its first. */
export const ALBUM_SPAN = 100;

/**
 * The history after `afterId` as units, oldest first; the units that a page completes come together, and a page that
 * completes none is passed over. Messages with the same grouped_id are one unit, however the pages are cut and whatever
 * was posted between them: the album stands where its first item stands, and the messages between come after it. An
 * album is whole when it has ten items, or when the history has gone ALBUM_SPAN ids beyond its first; one at the
 * history's end is read until nothing follows, since its last messages may arrive meanwhile. Items that come later
 * still are a unit of their own.
 *
 * A run that ends after an album and before a message between its items leaves the checkpoint in front of that message:
 * the next run meets the album's later items again, and finds in the ledger that they are done. After a checkpoint
 * inside an unknown album (the older Python script wrote such) the rest of the album is a unit of its own: the items
 * before the checkpoint have been sent and can't be joined any more.
 */
export async function* readUnits(
  readAfter: ReadAfter,
  afterId: number,
  wanted: (message: HistoryMessage) => boolean = () => true,
): AsyncGenerator<HistoryUnit[]> {
  const growing = new GrowingUnits();
  let lastId = afterId;
  for (let openAtEnd = true; openAtEnd; ) {
    const before = lastId;
    for await (const page of readAfter(lastId)) {
      for (const message of page) {
        lastId = message.id;
        if (wanted(message)) growing.add(message);
      }
      const units = growing.takeWhole(lastId);
      if (units.length > 0) yield units;
    }
    openAtEnd = growing.hasOpen && lastId > before;
  }
  const rest = growing.takeWhole(Number.POSITIVE_INFINITY);
  if (rest.length > 0) yield rest;
}

/** Groups messages that were fetched by id, oldest first, into units: those of one album together. */
export function unitsOf(messages: readonly HistoryMessage[]): Unit[] {
  const growing = new GrowingUnits();
  for (const message of messages) growing.add(message);
  return growing.takeWhole(Number.POSITIVE_INFINITY);
}

interface GrowingUnit {
  readonly album: string | undefined;
  readonly messages: [HistoryMessage, ...HistoryMessage[]];
}

/** Units in the order of their first messages. The first ones wait until they are whole. */
class GrowingUnits {
  #units: GrowingUnit[] = [];
  /** The units that are albums, by grouped_id. */
  readonly #albums = new Map<string, GrowingUnit>();
  #lastTaken = Number.NEGATIVE_INFINITY;

  get hasOpen(): boolean {
    return this.#units.length > 0;
  }

  add(message: HistoryMessage): void {
    const album = message.groupedId ? String(message.groupedId) : undefined;
    const open = album === undefined ? undefined : this.#albums.get(album);
    if (open && !isWhole(open, message.id)) {
      open.messages.push(message);
      return;
    }
    const unit: GrowingUnit = { album, messages: [message] };
    this.#units.push(unit);
    if (album !== undefined) this.#albums.set(album, unit);
  }

  /** Takes the units in front of the first that may still grow, when the history has been read up to `lastId`. */
  takeWhole(lastId: number): HistoryUnit[] {
    const growing = this.#units.findIndex((unit) => !isWhole(unit, lastId + 1));
    const whole = growing < 0 ? this.#units : this.#units.slice(0, growing);
    this.#units = growing < 0 ? [] : this.#units.slice(growing);
    for (const unit of whole) {
      if (unit.album !== undefined && this.#albums.get(unit.album) === unit) this.#albums.delete(unit.album);
    }
    return whole.map(({ messages }, index) => ({
      messages,
      upTo: this.#take(messages, whole[index + 1] ?? this.#units[0]),
    }));
  }

  /** The last id in front of `next`, the first unit that isn't taken yet. */
  #take(messages: GrowingUnit['messages'], next: GrowingUnit | undefined): number {
    for (const { id } of messages) this.#lastTaken = Math.max(this.#lastTaken, id);
    const nextId = next?.messages[0].id ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#lastTaken, nextId - 1);
  }
}

/** Whether no message from `nextId` on can be an item of the unit. */
function isWhole({ album, messages }: GrowingUnit, nextId: number): boolean {
  return album === undefined || messages.length >= LARGEST_ALBUM || nextId - messages[0].id >= ALBUM_SPAN;
}
