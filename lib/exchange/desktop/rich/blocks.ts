import type { Block, Caption, Cell, ListItem, TextBlockKind } from '../../../messages/document/rich-page.js';
import { type JsonObject, sixDecimals } from '../json.js';
import type { OfKind } from '../of-kind.js';
import { bareId } from '../scene.js';
import type { RichScene } from './rich-scene.js';
import { richButton, richText } from './rich-text.js';

/** The blocks of a rich message in order. */
export function richBlocks(blocks: readonly Block[], rich: RichScene): readonly JsonObject[] {
  return blocks.map((block) => richBlock(block, rich));
}

function richBlock(block: Block, rich: RichScene): JsonObject {
  const write = BLOCKS[block.kind] as (block: Block, rich: RichScene) => JsonObject;
  return write(block, rich);
}

type Writer<Kind> = (block: OfKind<Block, Kind>, rich: RichScene) => JsonObject;
type TextBlock = OfKind<Block, TextBlockKind>;

function paragraph({ text }: TextBlock, rich: RichScene): JsonObject {
  return { type: 'paragraph', text: richText(text, rich) };
}

/** Telegram Desktop has headings of six levels in place of an article's titles. */
function heading(level: number): (block: TextBlock, rich: RichScene) => JsonObject {
  return ({ text }, rich) => ({ type: 'heading', level, text: richText(text, rich) });
}

/** How each kind is written; a kind that is missing doesn't compile. */
const BLOCKS: { readonly [Kind in Block['kind']]: Writer<Kind> } = {
  title: heading(1),
  subtitle: heading(2),
  header: heading(3),
  subheader: heading(4),
  kicker: paragraph,
  paragraph,
  footer: ({ text }, rich) => ({ type: 'footer', text: richText(text, rich) }),
  thinking: ({ text }, rich) => ({ type: 'thinking', text: richText(text, rich) }),
  heading: ({ level, text }, rich) => ({ type: 'heading', level, text: richText(text, rich) }),
  preformatted: ({ text, language }, rich) => ({ type: 'code', text: richText(text, rich), language }),
  author_date: ({ author, date }, rich) => ({
    type: 'author_date',
    author: richText(author, rich),
    ...dateOf(date, rich),
  }),
  divider: () => ({ type: 'divider' }),
  anchor: ({ name }) => ({ type: 'anchor', name }),
  math: ({ source }) => ({ type: 'math', formula: source }),
  list: ({ items }, rich) => ({
    type: 'list',
    kind: 'bullet',
    items: items.map((item) => listItem(item, rich)),
  }),
  ordered_list: ({ items, reversed, start, numbering }, rich) => ({
    type: 'list',
    kind: 'ordered',
    reversed: reversed === true,
    start,
    list_type: numbering,
    items: items.map((item) => listItem(item, rich)),
  }),
  blockquote: ({ text, caption }, rich) => ({
    type: 'quote',
    content: 'text',
    pullquote: false,
    text: richText(text, rich),
    caption: richText(caption, rich),
  }),
  blockquote_blocks: ({ blocks, caption }, rich) => ({
    type: 'quote',
    content: 'blocks',
    pullquote: false,
    blocks: richBlocks(blocks, rich),
    caption: richText(caption, rich),
  }),
  pullquote: ({ text, caption }, rich) => ({
    type: 'quote',
    content: 'text',
    pullquote: true,
    text: richText(text, rich),
    caption: richText(caption, rich),
  }),
  photo: ({ photo, spoiler, url, page, caption }, rich) => ({
    type: 'photo',
    photo_id: photo,
    ...rich.photoKeys(photo),
    spoiler: spoiler === true,
    url,
    webpage_id: page,
    caption: captionOf(caption, rich),
  }),
  video: ({ file, autoplay, loop, spoiler, caption }, rich) => ({
    type: 'video',
    document_id: file,
    ...rich.fileKeys(file),
    autoplay: autoplay === true,
    loop: loop === true,
    spoiler: spoiler === true,
    caption: captionOf(caption, rich),
  }),
  audio: fileBlock,
  file: fileBlock,
  cover: ({ block }, rich) => ({ type: 'cover', block: richBlock(block, rich) }),
  collage: collection,
  slideshow: collection,
  table: ({ title, bordered, striped, compact, rows }, rich) => ({
    type: 'table',
    title: richText(title, rich),
    bordered: bordered === true,
    striped: striped === true,
    compact: compact === true,
    rows: rows.map((cells) => ({ cells: cells.map((cell) => cellOf(cell, rich)) })),
  }),
  details: ({ title, open, blocks }, rich) => ({
    type: 'details',
    title: richText(title, rich),
    open: open === true,
    blocks: richBlocks(blocks, rich),
  }),
  embed: ({ url, html, poster, width, height, fullWidth, scrolls, caption }, rich) => ({
    type: 'embed',
    url,
    html,
    poster_photo_id: poster,
    ...(poster !== undefined && rich.photoKeys(poster, 'poster_photo')),
    width,
    height,
    full_width: fullWidth === true,
    allow_scrolling: scrolls === true,
    caption: captionOf(caption, rich),
  }),
  embedded_post: ({ url, page, author, authorPhoto, date, blocks, caption }, rich) => ({
    type: 'embed_post',
    url,
    webpage_id: page,
    author_photo_id: authorPhoto,
    ...rich.photoKeys(authorPhoto, 'author_photo'),
    author,
    ...dateOf(date, rich),
    blocks: richBlocks(blocks, rich),
    caption: captionOf(caption, rich),
  }),
  related: ({ title, articles }, rich) => ({
    type: 'related_articles',
    title: richText(title, rich),
    articles: articles.map(({ url, page, title: name, description, photo, author, date }) => ({
      url,
      webpage_id: page,
      title: name,
      description,
      photo_id: photo,
      ...(photo !== undefined && rich.photoKeys(photo, 'photo')),
      author,
      ...(date !== undefined && {
        published_date: rich.scene.time.iso(date),
        published_date_unixtime: String(date),
      }),
    })),
  }),
  channel: ({ id, title, username }) => ({
    type: 'channel',
    channel: { source_type: 'channel', id: String(bareId(id)), title, username },
  }),
  map: ({ point, zoom, width, height, caption }, rich) => ({
    type: 'map',
    geo: point
      ? {
          source_type: 'geo_point',
          latitude: sixDecimals(point.latitude),
          longitude: sixDecimals(point.longitude),
          accuracy_radius: point.accuracy,
        }
      : { source_type: 'geo_point_empty' },
    zoom,
    width,
    height,
    caption: captionOf(caption, rich),
  }),
  buttons: ({ buttons, align }, rich) => ({
    type: 'button_row',
    alignment: align ?? 'stretch',
    buttons: buttons.map((button) => richButton(button, rich)),
  }),
  unknown: ({ name }) => ({
    type: 'unsupported',
    source_type: name === 'PageBlockUnsupported' ? 'page_block_unsupported' : 'unknown',
    unsupported: true,
  }),
};

function fileBlock({ kind, file, caption }: OfKind<Block, 'audio' | 'file'>, rich: RichScene): JsonObject {
  return { type: kind, document_id: file, ...rich.fileKeys(file), caption: captionOf(caption, rich) };
}

function collection(
  { kind, blocks, caption }: OfKind<Block, 'collage' | 'slideshow'>,
  rich: RichScene,
): JsonObject {
  return { type: kind, items: richBlocks(blocks, rich), caption: captionOf(caption, rich) };
}

function listItem(item: ListItem, rich: RichScene): JsonObject {
  if ('kind' in item) return { task_state: 'none', content: 'text', text: { type: 'empty' } };
  const { text, blocks, checkbox, checked, number, value, numbering } = item;
  return {
    task_state: taskState(checkbox, checked),
    ...(blocks
      ? { content: 'blocks', blocks: richBlocks(blocks, rich) }
      : { content: 'text', text: richText(text ?? { kind: 'empty' }, rich) }),
    num: number,
    value,
    item_type: numbering,
  };
}

function taskState(checkbox: true | undefined, checked: true | undefined): string {
  if (checked) return 'checked';
  return checkbox ? 'unchecked' : 'none';
}

function cellOf({ text, header, align, verticalAlign, columns, rows }: Cell, rich: RichScene): JsonObject {
  return {
    text: text && richText(text, rich),
    colspan: columns,
    rowspan: rows,
    header: header === true,
    align: align ?? 'left',
    vertical_align: verticalAlign ?? 'top',
  };
}

function captionOf({ text, credit }: Caption, rich: RichScene): JsonObject {
  return { text: richText(text, rich), credit: richText(credit, rich) };
}

function dateOf(date: number, { scene }: RichScene): JsonObject {
  return { date: scene.time.iso(date), date_unixtime: String(date) };
}
