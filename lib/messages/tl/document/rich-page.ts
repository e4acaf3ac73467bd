import type { Api } from 'telegram/tl/index.js';
import type { Block, RichPage, TextBlockKind } from '../../document/rich-page.js';
import { flag, long, maybeLong, plain, present } from './fields.js';
import { fileOf, photoOf } from './files.js';
import { inputPointOf, pointOf } from './places.js';
import { articleOf, captionOf, cellOf, channelOf, listItemOf, orderedItemOf } from './rich-parts.js';
import { richButtonOf, richTextOf } from './rich-text.js';
import { type Readers, readBy, unknownOf } from './unknown.js';

type PageFields = Pick<Api.RichMessage, 'blocks' | 'photos' | 'documents' | 'rtl' | 'part'>;
type BlockOf<Kind> = Extract<Block, { kind: Kind }>;
type Level = BlockOf<'heading'>['level'];

/** The blocks of a rich message or an instant view, and their photos and files. */
export function richPageOf({ blocks, photos, documents, rtl, part }: PageFields): RichPage {
  return present<RichPage>({
    blocks: blocks.map(blockOf),
    photos: photos.map(photoOf),
    files: documents.map(fileOf),
    rightToLeft: flag(rtl),
    partial: flag(part),
  });
}

function blockOf(block: Api.TypePageBlock): Block {
  return readBy(BLOCKS, block);
}

interface Worded {
  readonly text: Api.TypeRichText;
}

const worded =
  (kind: TextBlockKind) =>
  ({ text }: Worded): Block => ({ kind, text: richTextOf(text) });

const heading =
  (level: Level) =>
  ({ text }: Worded): Block => ({ kind: 'heading', level, text: richTextOf(text) });

interface Gallery {
  readonly items: readonly Api.TypePageBlock[];
  readonly caption: Api.TypePageCaption;
}

const gallery =
  (kind: 'collage' | 'slideshow') =>
  ({ items, caption }: Gallery): Block => ({
    kind,
    blocks: items.map(blockOf),
    caption: captionOf(caption),
  });

const BLOCKS: Readers<Api.TypePageBlock, Block> = {
  PageBlockUnsupported: unknownOf,
  PageBlockTitle: worded('title'),
  PageBlockSubtitle: worded('subtitle'),
  PageBlockHeader: worded('header'),
  PageBlockSubheader: worded('subheader'),
  PageBlockKicker: worded('kicker'),
  PageBlockParagraph: worded('paragraph'),
  PageBlockFooter: worded('footer'),
  PageBlockThinking: worded('thinking'),
  PageBlockHeading1: heading(1),
  PageBlockHeading2: heading(2),
  PageBlockHeading3: heading(3),
  PageBlockHeading4: heading(4),
  PageBlockHeading5: heading(5),
  PageBlockHeading6: heading(6),
  PageBlockPreformatted: ({ text, language }) => ({ kind: 'preformatted', text: richTextOf(text), language }),
  PageBlockAuthorDate: ({ author, publishedDate }) => ({
    kind: 'author_date',
    author: richTextOf(author),
    date: publishedDate,
  }),
  PageBlockDivider: () => ({ kind: 'divider' }),
  PageBlockAnchor: ({ name }) => ({ kind: 'anchor', name }),
  PageBlockMath: ({ source }) => ({ kind: 'math', source }),
  PageBlockList: ({ items }) => ({ kind: 'list', items: items.map((item) => listItemOf(item, blockOf)) }),
  PageBlockOrderedList: (list) =>
    present<BlockOf<'ordered_list'>>({
      kind: 'ordered_list',
      items: list.items.map((item) => orderedItemOf(item, blockOf)),
      reversed: flag(list.reversed),
      start: plain(list.start),
      numbering: plain(list.type),
    }),
  PageBlockBlockquote: ({ text, caption, collapsed }) =>
    present<BlockOf<'blockquote'>>({
      kind: 'blockquote',
      text: richTextOf(text),
      caption: richTextOf(caption),
      collapsed: flag(collapsed),
    }),
  PageBlockBlockquoteBlocks: ({ blocks, caption }) => ({
    kind: 'blockquote_blocks',
    blocks: blocks.map(blockOf),
    caption: richTextOf(caption),
  }),
  PageBlockPullquote: ({ text, caption }) => ({
    kind: 'pullquote',
    text: richTextOf(text),
    caption: richTextOf(caption),
  }),
  PageBlockPhoto: (block) =>
    present<BlockOf<'photo'>>({
      kind: 'photo',
      photo: long(block.photoId),
      caption: captionOf(block.caption),
      url: plain(block.url),
      page: maybeLong(block.webpageId),
      spoiler: flag(block.spoiler),
    }),
  PageBlockVideo: (block) =>
    present<BlockOf<'video'>>({
      kind: 'video',
      file: long(block.videoId),
      caption: captionOf(block.caption),
      autoplay: flag(block.autoplay),
      loop: flag(block.loop),
      spoiler: flag(block.spoiler),
    }),
  PageBlockAudio: ({ audioId, caption }) => ({
    kind: 'audio',
    file: long(audioId),
    caption: captionOf(caption),
  }),
  PageBlockDocument: ({ documentId, caption }) => ({
    kind: 'file',
    file: long(documentId),
    caption: captionOf(caption),
  }),
  PageBlockCover: ({ cover }) => ({ kind: 'cover', block: blockOf(cover) }),
  PageBlockEmbed: (block) =>
    present<BlockOf<'embed'>>({
      kind: 'embed',
      url: plain(block.url),
      html: plain(block.html),
      poster: maybeLong(block.posterPhotoId),
      width: plain(block.w),
      height: plain(block.h),
      caption: captionOf(block.caption),
      fullWidth: flag(block.fullWidth),
      scrolls: flag(block.allowScrolling),
    }),
  PageBlockEmbedPost: (block) => ({
    kind: 'embedded_post',
    url: block.url,
    page: long(block.webpageId),
    author: block.author,
    authorPhoto: long(block.authorPhotoId),
    date: block.date,
    blocks: block.blocks.map(blockOf),
    caption: captionOf(block.caption),
  }),
  PageBlockCollage: gallery('collage'),
  PageBlockSlideshow: gallery('slideshow'),
  PageBlockChannel: ({ channel }) => channelOf(channel),
  PageBlockTable: (block) =>
    present<BlockOf<'table'>>({
      kind: 'table',
      title: richTextOf(block.title),
      rows: block.rows.map(({ cells }) => cells.map(cellOf)),
      bordered: flag(block.bordered),
      striped: flag(block.striped),
      compact: flag(block.compact),
    }),
  PageBlockDetails: ({ title, blocks, open }) =>
    present<BlockOf<'details'>>({
      kind: 'details',
      title: richTextOf(title),
      blocks: blocks.map(blockOf),
      open: flag(open),
    }),
  PageBlockRelatedArticles: ({ title, articles }) => ({
    kind: 'related',
    title: richTextOf(title),
    articles: articles.map(articleOf),
  }),
  PageBlockMap: ({ geo, ...map }) => mapOf({ ...map, point: pointOf(geo) }),
  // Only requests have it.
  InputPageBlockMap: ({ geo, ...map }) => mapOf({ ...map, point: inputPointOf(geo) }),
  PageBlockButtonRow: (row) =>
    present<BlockOf<'buttons'>>({
      kind: 'buttons',
      buttons: row.buttons.map(richButtonOf),
      align: alignmentOf(row),
    }),
};

interface MapFields extends Pick<Api.PageBlockMap, 'zoom' | 'w' | 'h' | 'caption'> {
  readonly point: BlockOf<'map'>['point'];
}

function mapOf({ point, zoom, w, h, caption }: MapFields): Block {
  return present<BlockOf<'map'>>({
    kind: 'map',
    point,
    zoom,
    width: w,
    height: h,
    caption: captionOf(caption),
  });
}

function alignmentOf(row: Api.PageBlockButtonRow): BlockOf<'buttons'>['align'] {
  if (row.alignLeft) return 'left';
  if (row.alignCenter) return 'center';
  return row.alignRight ? 'right' : undefined;
}
