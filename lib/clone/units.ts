import type { HistoryMessage } from '../telegram/history.js';

export type { HistoryMessage } from '../telegram/history.js';

/** What is sent by one call: a message, or the messages of one album (TL: grouped_id). Never empty. */
export interface Unit {
  readonly messages: readonly [HistoryMessage, ...HistoryMessage[]];
}

/** Reads the history after a message id, oldest first, page by page. */
export type ReadAfter = (afterId: number) => AsyncIterable<readonly HistoryMessage[]>;

/**
 * The history after `afterId` as units, oldest first, those that a page completes together; a page that completes none
 * is passed over. Messages that follow one another with the same grouped_id are one unit, however the pages fall. An
 * album at the very end is read on until nothing follows it, since its last messages may arrive while it is read.
 *
 * After a checkpoint inside an album (the older Python script wrote such) the rest of the album is a unit of its
 * own: what lies before the checkpoint has been sent and can't be joined any more.
 */
export async function* readUnits(
  readAfter: ReadAfter,
  afterId: number,
  wanted: (message: HistoryMessage) => boolean = () => true,
): AsyncGenerator<Unit[]> {
  let album: [HistoryMessage, ...HistoryMessage[]] | undefined;
  let lastId = afterId;
  for (let openAtEnd = true; openAtEnd; ) {
    const before = lastId;
    for await (const page of readAfter(lastId)) {
      const units: Unit[] = [];
      for (const message of page) {
        lastId = message.id;
        if (!wanted(message)) continue;
        if (album && albumOf(message) === albumOf(album[0])) {
          album.push(message);
          continue;
        }
        if (album) units.push({ messages: album });
        album = albumOf(message) === undefined ? undefined : [message];
        if (!album) units.push({ messages: [message] });
      }
      if (units.length > 0) yield units;
    }
    openAtEnd = album !== undefined && lastId > before;
  }
  if (album) yield [{ messages: album }];
}

/** Messages that were fetched by id, oldest first, as units: those of one album together. */
export function unitsOf(messages: readonly HistoryMessage[]): Unit[] {
  const albums = new Map<string, [HistoryMessage, ...HistoryMessage[]]>();
  const units: Unit[] = [];
  for (const message of messages) {
    const album = albumOf(message);
    const open = album === undefined ? undefined : albums.get(album);
    if (open) {
      open.push(message);
      continue;
    }
    const unit: { messages: [HistoryMessage, ...HistoryMessage[]] } = { messages: [message] };
    if (album !== undefined) albums.set(album, unit.messages);
    units.push(unit);
  }
  return units;
}

/** The id up to which everything is finished when this unit is. */
export function lastIdOf(unit: Unit): number {
  return Math.max(...unit.messages.map(({ id }) => id));
}

function albumOf(message: HistoryMessage): string | undefined {
  return message.groupedId ? String(message.groupedId) : undefined;
}
