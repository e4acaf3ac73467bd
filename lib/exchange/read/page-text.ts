import type { Entity, FormattedText, PlainEntity } from '../../messages/document/text.js';

type Attributes = Readonly<Record<string, string>>;

/** A text of a page, tag by tag. Line breaks are tags; the page's own layout around the text isn't part of it. */
export class PageText {
  #text = '';
  readonly #open: { readonly tag: string; readonly attributes: Attributes; readonly start: number }[] = [];
  readonly #entities: Entity[] = [];

  add(text: string): void {
    const isInPre = this.#open.some(({ tag }) => tag === 'pre');
    const line = isInPre ? text : text.replace(/\s*\n\s*/g, this.#text === '' ? '' : ' ');
    this.#text += this.#text === '' ? line.trimStart() : line;
  }

  openTag(tag: string, attributes: Attributes): void {
    if (tag === 'br') this.#text += '\n';
    else this.#open.push({ tag, attributes, start: this.#text.length });
  }

  closeTag(tag: string): void {
    const last = this.#open.at(-1);
    if (last?.tag !== tag) return;
    this.#open.pop();
    const span = { offset: last.start, length: this.#text.length - last.start };
    const shown = this.#text.slice(last.start);
    const entity = span.length === 0 ? undefined : entityOf(tag, last.attributes, shown, span);
    if (entity) this.#entities.push(entity);
  }

  /** What was written so far, without the blanks at its end. */
  finish(): FormattedText {
    const text = this.#text.trimEnd();
    const entities = this.#entities
      .map((entity) => ({ ...entity, length: Math.min(entity.length, text.length - entity.offset) }))
      .filter(({ length }) => length > 0)
      .sort((one, other) => one.offset - other.offset || other.length - one.length);
    return { text, entities };
  }
}

type Span = Pick<Entity, 'offset' | 'length'>;

const KINDS: Readonly<Record<string, PlainEntity['kind']>> = {
  strong: 'bold',
  b: 'bold',
  em: 'italic',
  i: 'italic',
  u: 'underline',
  s: 'strikethrough',
  del: 'strikethrough',
  code: 'code',
};

function entityOf(tag: string, attributes: Attributes, shown: string, span: Span): Entity | undefined {
  const kind = KINDS[tag];
  if (kind) return { kind, ...span };
  if (tag === 'pre') return { kind: 'pre', ...span, language: '' };
  if (tag === 'blockquote') return { kind: 'blockquote', ...span };
  if (tag === 'span')
    return /\bspoiler\b/.test(attributes['class'] ?? '') ? { kind: 'spoiler', ...span } : undefined;
  return tag === 'a' ? linkOf(attributes, shown, span) : undefined;
}

/** What a click does there, beyond opening an address. */
const CLICKS: readonly (readonly [call: RegExp, kind: PlainEntity['kind']])[] = [
  [/\bShowHashtag\(/, 'hashtag'],
  [/\bShowCashtag\(/, 'cashtag'],
  [/\bShowBotCommand\(/, 'bot_command'],
];

function linkOf({ href = '', onclick = '' }: Attributes, shown: string, span: Span): Entity | undefined {
  const clicked = CLICKS.find(([call]) => call.test(onclick));
  if (clicked) return { kind: clicked[1], ...span };
  if (href === '') return undefined;
  if (href === `mailto:${shown}`) return { kind: 'email', ...span };
  if (/^tel:/.test(href)) return { kind: 'phone', ...span };
  if (shown.startsWith('@') && href.toLowerCase().endsWith(`/${shown.slice(1).toLowerCase()}`)) {
    return { kind: 'mention', ...span };
  }
  const isShown = [shown, `http://${shown}`, `https://${shown}`].some((each) => sameAddress(each, href));
  return isShown ? { kind: 'link', ...span } : { kind: 'text_link', ...span, url: href };
}

function sameAddress(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}
