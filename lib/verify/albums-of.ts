import type { MessageDocument } from '../messages/document/document.js';

/** A message, and the items of its album in order, or the message alone. */
export type InAlbum = readonly [document: MessageDocument, album: readonly MessageDocument[]];

/** An album's items lie close together: with a page of the history, at most this many of the next are looked at. */
const MOST_ITEMS = 10;

/** Pages with the albums of their messages, also when the end of a page cuts through an album. */
export async function* withAlbums(
  pages: AsyncIterable<readonly MessageDocument[]>,
): AsyncGenerator<readonly InAlbum[]> {
  let before: readonly MessageDocument[] = [];
  let page: readonly MessageDocument[] | undefined;
  for await (const next of pages) {
    if (page) {
      yield joined(page, [...before, ...page, ...next]);
      before = page.slice(-MOST_ITEMS * 5);
    }
    page = next;
  }
  if (page) yield joined(page, [...before, ...page]);
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
