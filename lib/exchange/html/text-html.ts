import type { Entity, FormattedText } from '../../messages/document/text.js';
import { pairEnd, pairStart } from '../../messages/text/boundaries.js';
import { escaped, escapedLines, safeAddress } from './escape.js';

/** A text with its formatting, nested as it is: what overlaps is cut. */
export function textHtml({ text, entities }: FormattedText): string {
  const spans = entities.map((entity) => ({
    start: pairStart(text, entity.offset),
    end: pairEnd(text, entity.offset + entity.length),
    entity,
  }));
  return within(text, { start: 0, end: text.length }, spans.filter(isLong));
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly entity: Entity;
}

function isLong({ start, end }: Span): boolean {
  return end > start;
}

function within(
  text: string,
  { start, end }: Pick<Span, 'start' | 'end'>,
  spans: readonly Span[],
  isPre = false,
): string {
  const plain = isPre ? escaped : escapedLines;
  let html = '';
  let at = start;
  let left = inOrder(spans);
  for (let [outer] = left; outer; [outer] = left) {
    html += plain(text.slice(at, outer.start));
    const inner: Span[] = [];
    const later: Span[] = [];
    for (const span of left.slice(1)) {
      if (span.start < outer.end) inner.push({ ...span, end: Math.min(span.end, outer.end) });
      if (span.end > outer.end) later.push({ ...span, start: Math.max(span.start, outer.end) });
    }
    const { entity } = outer;
    html += tagged(
      entity,
      text.slice(outer.start, outer.end),
      within(text, outer, inner, isPre || entity.kind === 'pre'),
    );
    // A block begins and ends lines by itself.
    at = isBlock(entity) && text[outer.end] === '\n' ? outer.end + 1 : outer.end;
    left = inOrder(later);
  }
  return html + plain(text.slice(at, end));
}

function isBlock({ kind }: Entity): boolean {
  return kind === 'pre' || kind === 'blockquote';
}

/** The longer one of two that begin together is the outer one. */
function inOrder(spans: readonly Span[]): readonly Span[] {
  return [...spans].sort((one, other) => one.start - other.start || other.end - one.end);
}

function tagged(entity: Entity, text: string, html: string): string {
  const tag = TAGS[entity.kind] as (html: string, text: string, entity: Entity) => string;
  return tag(html, text, entity);
}

type Tag<Kind> = (html: string, text: string, entity: Extract<Entity, { kind: Kind }>) => string;

function wrapped(name: string): (html: string) => string {
  return (html) => `<${name}>${html}</${name}>`;
}

function link(address: string | undefined, html: string): string {
  return address === undefined
    ? html
    : `<a href="${escaped(address)}" rel="noopener noreferrer nofollow">${html}</a>`;
}

function unlinked(html: string): string {
  return html;
}

/** How each kind looks; a kind that is missing doesn't compile. */
const TAGS: { readonly [Kind in Entity['kind']]: Tag<Kind> } = {
  bold: wrapped('strong'),
  italic: wrapped('em'),
  underline: wrapped('u'),
  strikethrough: wrapped('s'),
  spoiler: (html) => `<span class="spoiler">${html}</span>`,
  code: wrapped('code'),
  pre: wrapped('pre'),
  blockquote: wrapped('blockquote'),
  text_link: (html, _, { url }) => link(safeAddress(url), html),
  link: (html, text) => link(safeAddress(text), html),
  mention: (html, text) => link(`https://t.me/${encodeURIComponent(text.replace(/^@/, ''))}`, html),
  mention_name: (html, _, { user }) => link(`tg://user?id=${user}`, html),
  email: (html, text) => link(safeAddress(`mailto:${text}`), html),
  phone: (html, text) => link(safeAddress(`tel:${text.replace(/[^+\d]/g, '')}`), html),
  hashtag: unlinked,
  cashtag: unlinked,
  bot_command: unlinked,
  bank_card: unlinked,
  custom_emoji: unlinked,
  date: unlinked,
  diff_insert: wrapped('ins'),
  diff_delete: wrapped('del'),
  diff_replace: wrapped('ins'),
  unknown: unlinked,
};
