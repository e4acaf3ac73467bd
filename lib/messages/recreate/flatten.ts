import type { Block, Caption, RichPage } from '../document/rich-page.js';
import type { RichText } from '../document/rich-text.js';
import type { FormattedText } from '../document/text.js';
import { concat, covered, join, plainText, type Style } from '../text/edit.js';

/**
 * A rich message as plain text with entities: a heading is bold, an item of a list has its mark, a row of a table is a
 * line. What stands in pictures and files is their caption alone.
 */
export function flatten({ blocks }: Pick<RichPage, 'blocks'>): FormattedText {
  return below(blocks);
}

/** One block as text; empty for one that says nothing. */
export function flattenBlock(block: Block): FormattedText {
  const asText = BLOCKS[block.kind] as (block: Block) => FormattedText;
  return asText(block);
}

const NOTHING = plainText('');

type Flattened = { readonly [Kind in Block['kind']]: (block: BlockOf<Kind>) => FormattedText };
type BlockOf<Kind> = Extract<Block, { readonly kind: Kind }>;

/** How each kind of block is written; a kind that is missing doesn't compile. */
const BLOCKS: Flattened = {
  title: bold,
  subtitle: bold,
  header: bold,
  subheader: bold,
  kicker: bold,
  heading: bold,
  paragraph: ({ text }) => flattenText(text),
  footer: ({ text }) => flattenText(text),
  thinking: () => NOTHING,
  preformatted: ({ text, language }) => styled(flattenText(text), { kind: 'pre', language }),
  author_date: ({ author }) => flattenText(author),
  divider: () => plainText('———'),
  anchor: () => NOTHING,
  math: ({ source }) => covered(source, { kind: 'code' }),
  list: itemsText,
  ordered_list: itemsText,
  blockquote: ({ text, caption, collapsed }) => quoted(flattenText(text), caption, collapsed),
  blockquote_blocks: ({ blocks, caption }) => quoted(below(blocks), caption),
  pullquote: ({ text, caption }) => quoted(flattenText(text), caption),
  photo: ({ caption, url }) => lines(captionText(caption), plainText(url ?? '')),
  video: ({ caption }) => captionText(caption),
  audio: ({ caption }) => captionText(caption),
  file: ({ caption }) => captionText(caption),
  cover: ({ block }) => flattenBlock(block),
  embed: ({ caption, url }) => lines(captionText(caption), plainText(url ?? '')),
  embedded_post: ({ author, blocks, caption, url }) =>
    lines(plainText(author), below(blocks), captionText(caption), plainText(url)),
  collage: ({ blocks, caption }) => lines(below(blocks), captionText(caption)),
  slideshow: ({ blocks, caption }) => lines(below(blocks), captionText(caption)),
  channel: ({ username, title }) => plainText(username === undefined ? (title ?? '') : `@${username}`),
  table: ({ title, rows }) => lines(bold({ text: title }), ...rows.map(rowText)),
  details: ({ title, blocks }) => lines(bold({ text: title }), below(blocks)),
  related: ({ title, articles }) =>
    lines(
      bold({ text: title }),
      ...articles.map((article) => labelled(plainText(article.title ?? article.url), article.url)),
    ),
  map: ({ point, caption }) =>
    lines(captionText(caption), plainText(point ? `${point.latitude}, ${point.longitude}` : '')),
  buttons: ({ buttons }) => lines(...buttons.map(buttonText)),
  unknown: () => NOTHING,
};

/** A text of a rich message with entities in place of its tree. */
export function flattenText(text: RichText): FormattedText {
  switch (text.kind) {
    case 'empty':
    case 'image':
    case 'unknown':
      return NOTHING;
    case 'plain':
      return plainText(text.text);
    case 'concat':
      return concat(...text.parts.map(flattenText));
    case 'math':
      return covered(text.source, { kind: 'code' });
    case 'custom_emoji':
      return covered(text.alt, { kind: 'custom_emoji', emoji: text.emoji });
    case 'text_link':
      return labelled(flattenText(text.content), text.url);
    case 'mention_name':
      return styled(flattenText(text.content), { kind: 'mention_name', user: text.user });
    case 'date': {
      const { content, ...date } = text;
      return styled(flattenText(content), date);
    }
    case 'button':
      return buttonText(text);
    case 'bold':
    case 'italic':
    case 'underline':
    case 'strikethrough':
    case 'spoiler':
    case 'code':
      return styled(flattenText(text.content), { kind: text.kind });
    default:
      // Raised, lowered and highlighted text has no entity; what Telegram found it finds again.
      return flattenText(text.content);
  }
}

function below(blocks: readonly Block[]): FormattedText {
  return join(blocks.map(flattenBlock), '\n\n');
}

function captionText({ text, credit }: Caption): FormattedText {
  return lines(flattenText(text), flattenText(credit));
}

function quoted(words: FormattedText, caption: RichText, collapsed?: true): FormattedText {
  const style: Style = { kind: 'blockquote', ...(collapsed && { collapsed }) };
  return lines(styled(words, style), flattenText(caption));
}

function bold({ text }: { readonly text: RichText }): FormattedText {
  return styled(flattenText(text), { kind: 'bold' });
}

/** Each item with what stands in front of it: a checkbox, its number, or a bullet. */
function itemsText(list: BlockOf<'list'> | BlockOf<'ordered_list'>): FormattedText {
  const first = list.kind === 'list' ? 1 : (list.start ?? (list.reversed ? list.items.length : 1));
  const step = list.kind === 'ordered_list' && list.reversed ? -1 : 1;
  return lines(
    ...list.items.map((item, index) => {
      if ('kind' in item) return NOTHING;
      const { text, blocks = [], checkbox, checked, number, value } = item;
      const words = text ? flattenText(text) : lines(...blocks.map(flattenBlock));
      const counted = `${number ?? value ?? first + step * index}. `;
      const mark = list.kind === 'list' ? '• ' : counted;
      const box = checked ? '☑ ' : '☐ ';
      return concat(plainText(checkbox ? box : mark), words);
    }),
  );
}

function lines(...texts: readonly FormattedText[]): FormattedText {
  return join(texts, '\n');
}

function rowText(cells: readonly { readonly text?: RichText }[]): FormattedText {
  return join(
    cells.map(({ text }) => (text ? flattenText(text) : plainText(''))),
    ' | ',
  );
}

/** A button that opens an address becomes its link; of the others the words stay. */
function buttonText({
  content,
  action,
}: Pick<Extract<RichText, { readonly kind: 'button' }>, 'content' | 'action'>): FormattedText {
  const words = flattenText(content);
  return action.kind === 'url' || action.kind === 'login' || action.kind === 'web_app'
    ? labelled(words, action.url)
    : words;
}

function labelled(words: FormattedText, url: string): FormattedText {
  return styled(words, { kind: 'text_link', url });
}

/** The text inside one more entity. */
function styled({ text, entities }: FormattedText, style: Style): FormattedText {
  const around = covered(text, style);
  return { text, entities: [...around.entities, ...entities] };
}
