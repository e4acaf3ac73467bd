import { isObject, type JsonObject } from './fields.js';

/** Keys of blocks in which their text stands, in the order in which it is read. */
const PLACES = [
  'title',
  'author',
  'text',
  'blocks',
  'items',
  'rows',
  'cells',
  'block',
  'source',
  'formula',
  'caption',
  'credit',
];
/** Objects that begin a line of their own. */
const INLINE: ReadonlySet<unknown> = new Set([
  'plain',
  'concat',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'code',
  'subscript',
  'superscript',
  'marked',
  'spoiler',
  'mention',
  'hashtag',
  'bot_command',
  'cashtag',
  'link',
  'email',
  'phone',
  'bank_card',
  'text_link',
  'anchor',
  'math',
  'custom_emoji',
  'mention_name',
  'formatted_date',
  'inline_image',
  'diff',
  'button',
  'empty',
]);

/** The words of a rich message, block by block, by which it is found; its form stays among the keys that are left. */
export function plainTextOf(rich: JsonObject): string {
  const lines: string[] = [];
  for (const block of Array.isArray(rich['blocks']) ? rich['blocks'] : []) lines.push(...linesOf(block));
  return lines.filter((line) => line !== '').join('\n');
}

function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (!isObject(value)) return [];
  const inner = PLACES.flatMap((key) => (key in value ? linesOf(value[key]) : []));
  return INLINE.has(value['type']) ? [inner.join('')] : inner;
}
