import type { PostDocument } from '../messages/document/document.js';

/** The most messages in which one text continues. */
const MOST_PIECES = 20;

/**
 * How many of the copies, from the first one on, are one message of the source together: the pieces of a text that was too
 * long, paid media as an album, or the words and media of a rich message as one. 1 for everything else.
 */
export function piecesOf(source: PostDocument, copies: readonly PostDocument[]): number {
  const [first] = copies;
  if (!first) return 1;
  if (source.media?.kind === 'paid_media') return itemsOf(source.media.items.length, first, copies);
  if (source.richMessage && !first.richMessage) return lengthOf(first, copies);
  if (first.text === '' || first.text.length >= source.text.length) return 1;
  const whole = joined(source.text);
  let text = '';
  for (const [index, copy] of copies.slice(0, MOST_PIECES).entries()) {
    text += joined(copy.text);
    if (!whole.startsWith(text)) return 1;
    if (text.length === whole.length) return index + 1;
  }
  return 1;
}

function itemsOf(count: number, { album }: PostDocument, copies: readonly PostDocument[]): number {
  const items = copies.slice(0, count);
  const isAlbum = album !== undefined && items.every((each) => each.album === album);
  return isAlbum && items.length === count ? count : 1;
}

/** How many of the copies belong to the first one's album. */
function lengthOf({ album }: PostDocument, copies: readonly PostDocument[]): number {
  if (album === undefined) return 1;
  const end = copies.findIndex((each) => each.album !== album);
  return end < 0 ? copies.length : end;
}

/** White space at which a text was cut is gone. */
function joined(text: string): string {
  return text.replace(/\s+/g, '');
}
