import { UsageError } from '../../base/errors.js';
import type { FormattedText } from '../document/text.js';
import { concat, plainText } from '../text/edit.js';

/** What stands in for the fields of a template; a field that is absent or empty has nothing to say. */
export type FieldValues<Field extends string> = Readonly<Partial<Record<Field, FormattedText | undefined>>>;

/** A text with fields, filled in for each message. */
export interface Template<Field extends string> {
  /** The fields that it names. */
  readonly fields: ReadonlySet<Field>;
  fill(values: FieldValues<Field>): FormattedText;
}

/**
 * Reads a template. `{author}` is a field; what stands in `[…]` is left out when one of its fields has nothing to say.
 * `\n` is a line break, and `\{ \} \[ \] \\` stand for themselves.
 * @throws UsageError BAD_TEMPLATE, which points at the place.
 */
export function readTemplate<Field extends string>(
  text: string,
  fields: readonly Field[],
  flag: string,
): Template<Field> {
  const parts = new Reader(text, fields, flag).read();
  const pieces = parts.flatMap((part) => ('optional' in part ? part.optional : [part]));
  return {
    fields: new Set(pieces.flatMap((piece) => ('field' in piece ? [piece.field] : []))),
    fill: (values) => concat(...parts.map((part) => filled(part, values))),
  };
}

type Piece<Field> = { readonly text: string } | { readonly field: Field };
type Part<Field> = Piece<Field> | { readonly optional: readonly Piece<Field>[] };

function filled<Field extends string>(part: Part<Field>, values: FieldValues<Field>): FormattedText {
  if ('text' in part) return plainText(part.text);
  if ('field' in part) return values[part.field] ?? plainText('');
  const isSilent = part.optional.some((piece) => 'field' in piece && !values[piece.field]?.text);
  return isSilent ? plainText('') : concat(...part.optional.map((piece) => filled(piece, values)));
}

class Reader<Field extends string> {
  readonly #text: string;
  readonly #fields: readonly Field[];
  readonly #flag: string;
  #at = 0;

  constructor(text: string, fields: readonly Field[], flag: string) {
    this.#text = text;
    this.#fields = fields;
    this.#flag = flag;
  }

  read(): Part<Field>[] {
    const parts: Part<Field>[] = [];
    while (this.#at < this.#text.length) {
      const sign = this.#text[this.#at];
      if (sign === ']') throw this.#refused(this.#at, 'closes what was not opened');
      parts.push(sign === '[' ? this.#optional() : this.#piece());
    }
    return parts;
  }

  #optional(): Part<Field> {
    const start = this.#at;
    this.#at += 1;
    const optional: Piece<Field>[] = [];
    while (this.#text[this.#at] !== ']') {
      if (this.#at >= this.#text.length) throw this.#refused(start, 'is never closed');
      if (this.#text[this.#at] === '[') throw this.#refused(this.#at, "can't stand inside another");
      optional.push(this.#piece());
    }
    this.#at += 1;
    return { optional };
  }

  #piece(): Piece<Field> {
    const start = this.#at;
    const sign = this.#text[start] ?? '';
    if (sign === '}') throw this.#refused(start, 'closes what was not opened');
    if (sign === '{') return this.#field(start);
    this.#at += 1;
    if (sign !== '\\') return { text: sign };
    const escaped = this.#text[this.#at] ?? '';
    this.#at += 1;
    const meant = { n: '\n', '\\': '\\', '{': '{', '}': '}', '[': '[', ']': ']' }[escaped];
    if (meant === undefined) throw this.#refused(start, 'stands before n, \\, {, }, [ or ] only');
    return { text: meant };
  }

  #field(start: number): Piece<Field> {
    const end = this.#text.indexOf('}', start);
    if (end < 0) throw this.#refused(start, 'is never closed');
    const name = this.#text.slice(start + 1, end);
    const field = this.#fields.find((each) => each === name);
    if (field === undefined) {
      throw this.#refused(start, `names no field: the fields are ${this.#fields.join(', ')}`);
    }
    this.#at = end + 1;
    return { field };
  }

  #refused(at: number, why: string): UsageError {
    return new UsageError(
      'BAD_TEMPLATE',
      `${this.#flag}: the ${this.#text[at]} at character ${at + 1} of ${JSON.stringify(this.#text)} ${why}.`,
      { fields: { at } },
    );
  }
}
