import type { FormattedText } from '../document/text.js';
import { endOf } from '../text/behaviour.js';

/**
 * The text that `change` makes, and where the preview of the link `url` leads then: where that link leads now, or nowhere
 * when it is gone. A link that isn't in the text doesn't change with it.
 */
export function withPreview<Text extends FormattedText>(
  before: Text,
  url: string,
  change: (text: Text) => Text,
): { readonly text: Text; readonly url?: string } {
  const link = placesIn(before).find((each) => isSameLink(each.url, url));
  const isFree = !before.entities.some(({ kind }) => kind === MARK);
  if (!link || !isFree) {
    const text = change(before);
    const followed = followedPreview(url, before, text);
    return { text, ...(followed !== undefined && { url: followed }) };
  }
  const mark = { kind: MARK, offset: link.at, length: link.end - link.at } as const;
  const marked = change({ ...before, entities: [...before.entities, mark] });
  const place = marked.entities.find(({ kind }) => kind === MARK);
  const text = { ...marked, entities: marked.entities.filter(({ kind }) => kind !== MARK) };
  const [now] = placesIn(text).filter(({ at, end }) => place && at < endOf(place) && place.offset < end);
  return { text, ...(now && { url: isSameLink(now.url, url) ? url : now.url }) };
}

/** A style that no message has stands on the link meanwhile: styles stay on their words through every change. */
const MARK = 'diff_insert';

/**
 * As withPreview, of a text that has changed in a way that nobody saw: the link is found by its place among the others.
 */
export function followedPreview(
  url: string,
  before: FormattedText,
  after: FormattedText,
): string | undefined {
  const [were, are] = [linksIn(before), linksIn(after)];
  const place = were.findIndex((each) => isSameLink(each, url));
  if (place < 0) return url;
  const still = are.find((each) => isSameLink(each, url));
  if (still !== undefined) return url;
  const head = commonHead(were, are);
  const tail = commonHead(were.slice(head).toReversed(), are.slice(head).toReversed());
  const changed = are.slice(head, are.length - tail);
  const isOne = were.length - tail - head === 1;
  return isOne || were.length === are.length ? changed[place - head] : undefined;
}

/** The addresses in a text, in order: the visible ones, and the ones behind other words. */
export function linksIn(text: FormattedText): string[] {
  return placesIn(text).map(({ url }) => url);
}

interface PlacedLink {
  readonly at: number;
  readonly end: number;
  readonly url: string;
}

function placesIn({ text, entities }: FormattedText): PlacedLink[] {
  const marked = entities.flatMap((entity) => {
    if (entity.kind === 'text_link') return [{ at: entity.offset, end: endOf(entity), url: entity.url }];
    if (entity.kind !== 'link') return [];
    return [{ at: entity.offset, end: endOf(entity), url: text.slice(entity.offset, endOf(entity)) }];
  });
  const bare = [...text.matchAll(ADDRESSES)]
    .map(({ index, 0: url }) => ({ at: index, end: index + url.length, url }))
    .filter(({ at, end }) => !marked.some((other) => other.at < end && at < other.end));
  return [...marked, ...bare].sort((one, other) => one.at - other.at);
}

/** Whether two addresses differ at most in what Telegram adds to a preview's: the scheme, and a slash at the end. */
export function isSameLink(one: string, other: string): boolean {
  return plainForm(one) === plainForm(other);
}

const ADDRESSES = /https?:\/\/\S+/gi;

function plainForm(url: string): string {
  const [, host = '', rest = ''] = /^(?:https?:\/\/)?([^/?#]*)(.*)$/is.exec(url) ?? [];
  return `${host.toLowerCase()}${rest.replace(/\/$/, '')}`;
}

function commonHead(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}
