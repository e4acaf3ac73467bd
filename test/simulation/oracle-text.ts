import type { Entity, StyledText } from '../../lib/sandbox/world/entity.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { joined } from './expected.js';
import { difference, hasMark, type Painted, paint, replaced, textOf, withoutBlanks } from './painted.js';
import { ADDED } from './program.js';
import { REPLACED, REPLACED_BY_PATTERN, type Ways } from './ways.js';

/** What may have become of a message's text, besides what the message's kind asks for. */
export interface TextRules {
  readonly ways: Ways;
  readonly message: Message;
  /** The name of whoever wrote it. */
  readonly author: string | undefined;
  /** It is the first message of its post, or the only one. */
  readonly isHead: boolean;
  /** What stands in for the message that it answers; undefined when it answers none, or answers the copy. */
  readonly lostReply: LostReply | undefined;
  /** What a link to a message leads to, in words that are the same for an original and its copy. */
  readonly linkName: (url: string) => string;
}

export interface LostReply {
  /** The words that may be quoted; undefined when the account can't read the answered message. */
  readonly quoted: string | undefined;
  /** The name of whoever wrote them. */
  readonly author: string | undefined;
}

/**
 * What is wrong with a copy's text, which may continue in further messages; undefined when nothing is. `wanted` is the
 * text that belongs to what was re-created.
 */
export function faultOfText(
  wanted: StyledText,
  parts: readonly StyledText[],
  rules: TextRules,
): string | undefined {
  const isSplit = parts.length > 1;
  const blanks = isSplit || rules.ways.strip ? 'all' : 'outer';
  const own = withoutBlanks(paintedParts(parts, rules), 'outer');
  const attributed = withoutAttribution(own, rules);
  if (typeof attributed === 'string') return attributed;
  const faults: string[] = [];
  for (const left of withoutFallback(attributed, rules)) {
    if (typeof left === 'string') {
      faults.push(left);
      continue;
    }
    const expected = composed(wanted, textOf(left), rules);
    const [one, other] = [expected, left].map((each) => withoutBlanks(withoutCommands(each), blanks));
    const fault = difference(one ?? [], other ?? []);
    if (fault === undefined) return undefined;
    faults.push(fault);
  }
  return faults.at(-1);
}

/** The text with the wishes for it fulfilled. The program's number is the one that the copy has. */
export function composed(wanted: StyledText, got: string, { ways, message, linkName }: TextRules): Painted {
  const named = paint(withLinkNames(wanted, linkName));
  const rules = [...(ways.replace ? [REPLACED] : []), ...(ways.replaceRegex ? REPLACED_BY_PATTERN : [])];
  const asked = rules.reduce((before, { from, to }) => replaced(before, from, to), named);
  const stripped = ways.strip ? withoutWords(asked) : asked;
  const [added] = ADDED_ANYWHERE.exec(got) ?? [''];
  const piped =
    ways.pipe !== 'none' && textOf(stripped) !== '' ? [...stripped, ...paint(plain(added))] : stripped;
  const lines = ways.buttons === 'text' && !ways.strip ? buttonLines(message) : plain('');
  if (lines.text === '') return piped;
  return [...piped, ...paint(plain(piped.length > 0 ? '\n\n' : '')), ...paint(lines)];
}

const ADDED_ANYWHERE = new RegExp(ADDED.source.replace('$', ''));

/** What --strip removes: words that stand in the text, and links behind words. */
function withoutWords(painted: Painted): Painted {
  return painted
    .filter((unit) => !(['hashtag', 'mention', 'url'] as const).some((kind) => hasMark(unit, kind)))
    .map(({ char, marks }) => ({
      char,
      marks: new Set([...marks].filter((mark) => !/^(?:textUrl|mentionName) /.test(mark))),
    }));
}

/** Telegram finds commands by itself: not between two people, and by the word in front, which --strip may have removed. */
function withoutCommands(painted: Painted): Painted {
  return painted.map(({ char, marks }) => ({
    char,
    marks: new Set([...marks].filter((mark) => !mark.startsWith('botCommand '))),
  }));
}

function paintedParts(parts: readonly StyledText[], { linkName }: TextRules): Painted {
  return parts.flatMap((part, index) => [
    ...(index > 0 ? paint(plain('\n')) : []),
    ...paint(withLinkNames(part, linkName)),
  ]);
}

/** Links to messages under the names of their originals. */
function withLinkNames(styled: StyledText, linkName: TextRules['linkName']): StyledText {
  let { text } = styled;
  let entities: readonly Entity[] = styled.entities.map((entity) =>
    entity.url === undefined ? entity : { ...entity, url: linkName(entity.url) },
  );
  for (const { kind, offset, length } of styled.entities.toReversed()) {
    if (kind !== 'url') continue;
    const url = styled.text.slice(offset, offset + length);
    const name = linkName(url);
    const more = name.length - url.length;
    text = text.slice(0, offset) + name + text.slice(offset + length);
    entities = entities.map((entity) => {
      if (entity.offset > offset) return { ...entity, offset: entity.offset + more };
      return entity.offset + entity.length >= offset + length
        ? { ...entity, length: entity.length + more }
        : entity;
    });
  }
  return { text, entities };
}

/** The line `<date> by author`, which must be there, and true. */
function withoutAttribution(painted: Painted, rules: TextRules): Painted | string {
  const { ways, message, author, isHead } = rules;
  if (ways.attribution === 'none') return painted;
  const date = new Date(message.date * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const line = `<${date} UTC>${author === undefined ? '' : ` by ${author}`}`;
  const text = textOf(painted);
  if (ways.attribution === 'header' && text.startsWith(line)) return painted.slice(line.length);
  if (ways.attribution === 'footer' && text.endsWith(line)) return painted.slice(0, -line.length);
  if (!isHead) return painted;
  return `The attribution ${JSON.stringify(line)} is missing in ${JSON.stringify(text.slice(0, 200))}.`;
}

/** The text without what stands in for a lost reply. What may be either is tried in both ways. */
function withoutFallback(painted: Painted, { ways, lostReply, isHead }: TextRules): (Painted | string)[] {
  if (!lostReply || ways.replyFallback === 'none' || !isHead) return [painted];
  const text = textOf(painted).trimStart();
  const start = painted.length - text.length;
  const link = '↩ In reply to';
  if (text.startsWith(link)) return [painted.slice(start + link.length)];
  const { quoted } = lostReply;
  const end = painted.findIndex((unit, at) => at >= start && !hasMark(unit, 'blockquote'));
  const quotation = painted.slice(start, end < 0 ? undefined : end);
  const isQuote = quotation.length > 0 && (quoted === undefined || isExcerpt(textOf(quotation), lostReply));
  if (isQuote) return [painted.slice(start + quotation.length), ...(quoted === undefined ? [painted] : [])];
  if (quoted === undefined || quoted.trim() === '') return [painted];
  return [`Nothing stands in for the reply to ${JSON.stringify(quoted.slice(0, 100))}.`];
}

/** A quotation holds the author, and the beginning of the text, or a word for what isn't text. */
function isExcerpt(quotation: string, { quoted = '', author }: LostReply): boolean {
  const bare = (text: string): string => text.replace(/\s|…/g, '');
  const isNamed = author !== undefined && quotation.startsWith(`${author}\n`);
  const words = isNamed ? quotation.slice(author.length) : quotation;
  return quoted.trim() === '' ? /^[A-Z][A-Za-z ]+$/.test(words.trim()) : bare(quoted).startsWith(bare(words));
}

/** The buttons that open an address, as lines of links. */
export function buttonLines({ fields }: Message): StyledText {
  const markup = fields?.['replyMarkup'] as TlData | undefined;
  if (markup?._ !== 'ReplyInlineMarkup') return plain('');
  const rows = markup['rows'] as readonly TlData[];
  let lines = plain('');
  for (const { text, type } of rows.flatMap(({ buttons }) => buttons as readonly TlData[])) {
    const { _: name, url } = type as TlData;
    if (name !== 'InlineButtonTypeUrl' && name !== 'InlineButtonTypeUrlAuth') continue;
    const label = String(text);
    const link: Entity = { kind: 'textUrl', offset: 0, length: label.length, url: String(url) };
    const line = { text: label, entities: [link] };
    lines = lines.text === '' ? line : joined(lines, line, '\n');
  }
  return lines;
}

function plain(text: string): StyledText {
  return { text, entities: [] };
}
