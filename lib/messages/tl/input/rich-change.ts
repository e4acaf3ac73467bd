import { Api } from 'telegram/tl/index.js';
import type { FormattedText } from '../../document/text.js';
import { isBlank } from '../../text/edit.js';
import { changedText, type RichChange, textIn } from './rich-text-change.js';

/**
 * A rich message with other words in the same layout: every text is changed by itself and keeps its formats, and a
 * paragraph of which nothing is left goes. Itself when nothing changes.
 */
export function changedRich(rich: Api.RichMessage, change: RichChange): Api.RichMessage {
  const walker = new Walker(change);
  const blocks = rich.blocks.flatMap((block) => walker.part(block) as Api.TypePageBlock[]);
  return walker.isChanged ? withBlocks(rich, blocks) : rich;
}

/** The rich message with other blocks. */
export function withBlocks(rich: Api.RichMessage, blocks: readonly Api.TypePageBlock[]): Api.RichMessage {
  const { originalArgs } = rich as unknown as Made;
  const { flags: _, ...fields } = originalArgs;
  return again('RichMessage', { ...fields, blocks: [...blocks] }) as Api.RichMessage;
}

/** Every text of a rich message, in order. */
export function textsIn(rich: Api.RichMessage): FormattedText[] {
  const texts: FormattedText[] = [];
  changedRich(rich, {
    text(text) {
      texts.push(text);
      return text;
    },
    url: (url) => url,
  });
  return texts;
}

/** The addresses that a rich message's buttons open. */
export function buttonUrlsIn(rich: Api.RichMessage): string[] {
  const urls: string[] = [];
  changedRich(rich, {
    text: (text) => text,
    url(url) {
      urls.push(url);
      return url;
    },
  });
  return urls;
}

/** An object of TL with what it was made of. */
interface Made {
  readonly className: string;
  readonly originalArgs: Readonly<Record<string, unknown>>;
}

class Walker {
  isChanged = false;
  readonly #change: RichChange;

  constructor(change: RichChange) {
    this.#change = change;
  }

  /** A part of a page: one object, or none when nothing is left of it. */
  part(value: object): object[] {
    const { className, originalArgs } = value as Made;
    if (TEXT.test(className)) return [this.#text(value as Api.TypeRichText)];
    if (value instanceof Api.PageButton && !this.#keepsButton(value)) return [];
    const fields: Record<string, unknown> = {};
    let isSame = true;
    for (const [name, each] of Object.entries(originalArgs)) {
      if (name === 'flags') continue;
      fields[name] = this.#field(each);
      isSame &&= fields[name] === each;
    }
    if (isSame) return [value];
    if (isEmptied(value as Made, fields)) return [];
    return [again(className, fields)];
  }

  #field(value: unknown): unknown {
    if (Array.isArray(value)) {
      const parts = value.flatMap((each) => (isMade(each) ? this.part(each) : [each]));
      return parts.length === value.length && parts.every((each, index) => each === value[index])
        ? value
        : parts;
    }
    if (!isMade(value)) return value;
    if (value instanceof Api.InlineButtonTypeUrl) return this.#url(value);
    return this.part(value)[0];
  }

  #text(text: Api.TypeRichText): Api.TypeRichText {
    const changed = changedText(text, this.#change);
    if (changed !== text) this.isChanged = true;
    return changed;
  }

  #keepsButton({ type }: Api.PageButton): boolean {
    if (!(type instanceof Api.InlineButtonTypeUrl) || this.#change.url(type.url) !== undefined) return true;
    this.isChanged = true;
    return false;
  }

  #url(type: Api.InlineButtonTypeUrl): Api.InlineButtonTypeUrl {
    const url = this.#change.url(type.url) ?? type.url;
    if (url === type.url) return type;
    this.isChanged = true;
    return new Api.InlineButtonTypeUrl({ url });
  }
}

const TEXT = /^Text[A-Z]/;

function isMade(value: unknown): value is Made {
  return typeof value === 'object' && value !== null && 'originalArgs' in value;
}

/** A block that was a text, or a row of buttons, and says nothing any more. */
function isEmptied({ className, originalArgs }: Made, fields: Readonly<Record<string, unknown>>): boolean {
  if (className === 'PageBlockButtonRow') return (fields['buttons'] as readonly unknown[]).length === 0;
  if (!/^PageBlock(?:Paragraph|Heading\d|Preformatted|Footer|Blockquote|Pullquote)$/.test(className))
    return false;
  const [before, now] = [originalArgs['text'], fields['text']] as Api.TypeRichText[];
  return before !== undefined && now !== undefined && !isBlank(textIn(before)) && isBlank(textIn(now));
}

function again(className: string, fields: Readonly<Record<string, unknown>>): object {
  const make = Api[className as 'TextPlain'] as unknown as new (fields: object) => object;
  return new make(fields);
}
