import { Api } from 'telegram/tl/index.js';
import type { Entity, FormattedText } from '../../document/text.js';
import { endOf } from '../../text/behaviour.js';
import { toLong } from '../long.js';

/** What becomes of the words of a rich message. */
export interface RichChange {
  /** Changes one text: of a paragraph, a heading, a cell, a caption and so on. */
  readonly text: (text: FormattedText) => FormattedText;
  /** Where a button's address leads then; undefined when the button goes. */
  readonly url: (url: string) => string | undefined;
}

/**
 * A text of a rich message with other words in the same tree: each word keeps the formats that stand around it. Links and
 * mentions by id go where they lead afterwards, or nowhere. Itself when nothing changes.
 */
export function changedText(tree: Api.TypeRichText, { text: change, url }: RichChange): Api.TypeRichText {
  const laid = new Laid();
  laid.add(tree);
  const after = change(withMarks(laid.whole(), laid.leaves));
  return new Rebuilt(laid.leaves, after, url).tree(tree);
}

/** The text of a tree, with the entities that a transform asks for. */
export function textIn(tree: Api.TypeRichText): FormattedText {
  const laid = new Laid();
  laid.add(tree);
  return laid.whole();
}

/** A piece of the text: plain words, or something that stands for itself, such as a formula or an emoji. */
interface Leaf {
  readonly node: Api.TypeRichText;
  readonly text: string;
  readonly offset: number;
}

/** Something in a text that has no words. */
const OBJECT = '\uFFFC';

/** A tree as one text. */
class Laid {
  readonly leaves: Leaf[] = [];
  readonly #entities: Entity[] = [];
  #text = '';

  whole(): FormattedText {
    return { text: this.#text, entities: this.#entities };
  }

  add(node: Api.TypeRichText): void {
    const offset = this.#text.length;
    if (node instanceof Api.TextEmpty) return;
    if (node instanceof Api.TextConcat) {
      for (const each of node.texts) this.add(each);
      return;
    }
    const own = ownWords(node);
    if (own !== undefined) {
      this.leaves.push({ node, text: own, offset });
      this.#text += own;
      return;
    }
    // An entity stands before what is inside it.
    const at = this.#entities.length;
    this.add((node as Api.TextBold).text);
    const length = this.#text.length - offset;
    const entity = length > 0 ? entityOf(node, { offset, length }) : undefined;
    if (entity) this.#entities.splice(at, 0, entity);
  }
}

/** The words of a leaf; undefined for a text around another. */
function ownWords(node: Api.TypeRichText): string | undefined {
  if (node instanceof Api.TextPlain) return node.text;
  if (node instanceof Api.TextCustomEmoji) return node.alt === '' ? OBJECT : node.alt;
  return node instanceof Api.TextImage || node instanceof Api.TextMath ? OBJECT : undefined;
}

/** What a transform or the search for links asks of a text; the other formats stay with their words by themselves. */
function entityOf(
  node: Api.TypeRichText,
  at: { readonly offset: number; readonly length: number },
): Entity | undefined {
  if (node instanceof Api.TextUrl) return { kind: 'text_link', ...at, url: node.url };
  if (node instanceof Api.TextMentionName) return { kind: 'mention_name', ...at, user: Number(node.userId) };
  if (node instanceof Api.TextAutoUrl) return { kind: 'link', ...at };
  if (node instanceof Api.TextMention) return { kind: 'mention', ...at };
  return node instanceof Api.TextHashtag ? { kind: 'hashtag', ...at } : undefined;
}

/** Entities that no rule asks for stand on the leaves meanwhile: they stay on their words through every change. */
function withMarks({ text, entities }: FormattedText, leaves: readonly Leaf[]): FormattedText {
  const marks = leaves.flatMap(({ text: own, offset }, index): Entity[] =>
    own === '' ? [] : [{ kind: 'pre', language: `${MARK}${index}`, offset, length: own.length }],
  );
  return { text, entities: [...entities, ...marks] };
}

const MARK = 'leaf ';

/** What a leaf has become: its own words, and what was put before or behind it in place of words between two leaves. */
interface Words {
  before: string;
  own: string;
  after: string;
  /** Where its own words stand; undefined when none are left. */
  at: { readonly from: number; readonly to: number } | undefined;
}

function wordsOf({ text, entities }: FormattedText, count: number): Words[] {
  const words = Array.from(
    { length: count },
    (): Words => ({ before: '', own: '', after: '', at: undefined }),
  );
  for (const entity of entities) {
    if (entity.kind !== 'pre' || !entity.language.startsWith(MARK)) continue;
    const leaf = words[Number(entity.language.slice(MARK.length))];
    if (leaf) leaf.at = { from: entity.offset, to: endOf(entity) };
  }
  let last: Words | undefined;
  let end = 0;
  for (const leaf of words) {
    if (!leaf.at) continue;
    const { from, to } = leaf.at;
    const between = text.slice(end, from);
    if (last) last.after = between;
    else leaf.before = between;
    leaf.own = text.slice(from, to);
    last = leaf;
    end = to;
  }
  const [first] = words;
  if (last) last.after = text.slice(end);
  else if (first) first.own = text;
  return words;
}

/** The tree with the words that its leaves have become. */
class Rebuilt {
  readonly #leaves: readonly Leaf[];
  readonly #words: readonly Words[];
  readonly #entities: readonly Entity[];
  readonly #url: RichChange['url'];
  #next = 0;

  constructor(leaves: readonly Leaf[], after: FormattedText, url: RichChange['url']) {
    this.#leaves = leaves;
    this.#words = wordsOf(after, leaves.length);
    this.#entities = after.entities;
    this.#url = url;
  }

  tree(node: Api.TypeRichText): Api.TypeRichText {
    if (node instanceof Api.TextEmpty) return node;
    if (node instanceof Api.TextConcat) {
      const texts = node.texts.map((each) => this.tree(each));
      return texts.every((each, index) => each === node.texts[index]) ? node : joined(texts);
    }
    if (ownWords(node) !== undefined) return this.#leaf();
    const start = this.#next;
    const { text } = node as Api.TextBold;
    const inner = this.tree(text);
    // What had no words has nothing to lose.
    if (this.#leaves.slice(start, this.#next).every((leaf) => leaf.text === '')) return node;
    if (inner instanceof Api.TextEmpty) return inner;
    const words = this.#words.slice(start, this.#next);
    if (node instanceof Api.TextUrl) return this.#link(node, inner, words);
    if (node instanceof Api.TextMentionName && !this.#within(words, 'mention_name')) return inner;
    if (node instanceof Api.TextButton && node.type instanceof Api.InlineButtonTypeUrl) {
      const url = this.#url(node.type.url);
      if (url === undefined) return inner;
      if (url !== node.type.url) {
        return rebuilt(node, { text: inner, type: new Api.InlineButtonTypeUrl({ url }) });
      }
    }
    return inner === text ? node : rebuilt(node, { text: inner });
  }

  #leaf(): Api.TypeRichText {
    const leaf = this.#leaves[this.#next];
    const words = this.#words[this.#next];
    this.#next += 1;
    if (!leaf || !words) throw new Error('A text has more pieces than it had before.');
    const { before, own, after } = words;
    const isSame = own === leaf.text;
    if (isSame && before === '' && after === '') return leaf.node;
    if (leaf.node instanceof Api.TextPlain || !isSame) return plain(`${before}${own}${after}`);
    return joined([plain(before), leaf.node, plain(after)]);
  }

  #link(node: Api.TextUrl, inner: Api.TypeRichText, words: readonly Words[]): Api.TypeRichText {
    const link = this.#within(words, 'text_link');
    if (!link) return inner;
    if (link.url === node.url && inner === node.text) return node;
    const page = link.url === node.url ? {} : { webpageId: NO_PAGE };
    return rebuilt(node, { text: inner, url: link.url, ...page });
  }

  /** An entity of this kind on any of the words. */
  #within<Kind extends Entity['kind']>(
    words: readonly Words[],
    kind: Kind,
  ): Extract<Entity, { readonly kind: Kind }> | undefined {
    const found = this.#entities.find(
      (entity) =>
        entity.kind === kind &&
        words.some(({ at }) => at && entity.offset < at.to && at.from < endOf(entity)),
    );
    return found as Extract<Entity, { readonly kind: Kind }> | undefined;
  }
}

const NO_PAGE = toLong(0);

function plain(words: string): Api.TypeRichText {
  const text = words.replaceAll(OBJECT, '');
  return text === '' ? new Api.TextEmpty() : new Api.TextPlain({ text });
}

function joined(texts: readonly Api.TypeRichText[]): Api.TypeRichText {
  const present = texts.filter((each) => !(each instanceof Api.TextEmpty));
  const [only = new Api.TextEmpty()] = present;
  return present.length > 1 ? new Api.TextConcat({ texts: present }) : only;
}

/** The same object with other fields. */
function rebuilt<Node extends Api.TypeRichText>(node: Node, changed: object): Node {
  const { className, originalArgs } = node as unknown as {
    readonly className: string;
    readonly originalArgs: Readonly<Record<string, unknown>>;
  };
  const { flags: _, ...fields } = originalArgs;
  const make = Api[className as 'TextPlain'] as unknown as new (fields: object) => Node;
  return new make({ ...fields, ...changed });
}
