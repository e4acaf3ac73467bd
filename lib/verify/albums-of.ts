import type { MessageDocument } from '../messages/document/document.js';

/** A message, and the items of its album in order, or the message alone. */
export type InAlbum = readonly [document: MessageDocument, album: readonly MessageDocument[]];

/** Ids of an album's items differ by less than this, whatever was posted between them. */
export const ALBUM_SPAN = 100;

/**
 * Pages of the messages after `after`, with the albums of these messages, also when `after` or the end of a page cuts
 * through an album. `pagesAfter` reads the pages; it reads from a little earlier than `after`, but not before `start`.
 */
export async function* withAlbums(
  pagesAfter: (after: number) => AsyncIterable<readonly MessageDocument[]>,
  { after, start }: { readonly after: number; readonly start: number },
): AsyncGenerator<readonly InAlbum[]> {
  let before: readonly MessageDocument[] = [];
  let page: readonly MessageDocument[] | undefined;
  const later = (page: readonly InAlbum[]): readonly InAlbum[] => page.filter(([{ id }]) => id > after);
  for await (const next of pagesAfter(Math.max(start, after - ALBUM_SPAN))) {
    if (page) {
      yield later(joined(page, [...before, ...page, ...next]));
      before = page.slice(-ALBUM_SPAN);
    }
    page = next;
  }
  if (page) yield later(joined(page, [...before, ...page]));
}

function joined(page: readonly MessageDocument[], around: readonly MessageDocument[]): readonly InAlbum[] {
  const albums = new Map<string, MessageDocument[]>();
  for (const document of around) {
    const album = albumOf(document);
    if (album !== undefined) albums.set(album, [...(albums.get(album) ?? []), document]);
  }
  return page.map((document) => [document, albums.get(albumOf(document) ?? '') ?? [document]] as const);
}

function albumOf(document: MessageDocument): string | undefined {
  return document.kind === 'message' ? document.album : undefined;
}
