import type { Api } from 'telegram/tl/index.js';
import type { Article, Block, Caption, Cell, ListItem, StoredListItem } from '../../document/rich-page.js';
import { channel, flag, group, long, maybe, maybeLong, plain, present } from './fields.js';
import { richTextOf } from './rich-text.js';
import { never } from './unknown.js';

type BlockOf = (block: Api.TypePageBlock) => Block;
type Described = Extract<Block, { kind: 'channel' }>;

export function captionOf({ text, credit }: Api.TypePageCaption): Caption {
  return { text: richTextOf(text), credit: richTextOf(credit) };
}

/** An item of a list; `blockOf` reads the blocks of one that has several. */
export function listItemOf(item: Api.TypePageListItem, blockOf: BlockOf): ListItem {
  switch (item.className) {
    case 'PageListItemText':
      return itemOf({ ...ticks(item), text: richTextOf(item.text) });
    case 'PageListItemBlocks':
      return itemOf({ ...ticks(item), blocks: item.blocks.map(blockOf) });
    default:
      return never(item);
  }
}

export function orderedItemOf(item: Api.TypePageListOrderedItem, blockOf: BlockOf): ListItem {
  switch (item.className) {
    case 'PageListOrderedItemText':
      return itemOf({ ...ticks(item), ...numberOf(item), text: richTextOf(item.text) });
    case 'PageListOrderedItemBlocks':
      return itemOf({ ...ticks(item), ...numberOf(item), blocks: item.blocks.map(blockOf) });
    default:
      return never(item);
  }
}

type ItemFields = { readonly [K in keyof StoredListItem]?: StoredListItem[K] | undefined };

function itemOf({ text, blocks, checkbox, checked, number, value, numbering }: ItemFields): StoredListItem {
  return present<StoredListItem>({ text, blocks, checkbox, checked, number, value, numbering });
}

function ticks(item: { readonly checkbox?: boolean; readonly checked?: boolean }): ItemFields {
  return { checkbox: flag(item.checkbox), checked: flag(item.checked) };
}

function numberOf({ num, value, type }: Api.TypePageListOrderedItem): ItemFields {
  return { number: plain(num), value: plain(value), numbering: plain(type) };
}

export function cellOf(cell: Api.TypePageTableCell): Cell {
  return present<Cell>({
    text: maybe(cell.text, richTextOf),
    header: flag(cell.header),
    align: horizontal(cell),
    verticalAlign: vertical(cell),
    columns: plain(cell.colspan),
    rows: plain(cell.rowspan),
  });
}

function horizontal({ alignCenter, alignRight }: Api.TypePageTableCell): Cell['align'] {
  if (alignCenter) return 'center';
  return alignRight ? 'right' : undefined;
}

function vertical({ valignMiddle, valignBottom }: Api.TypePageTableCell): Cell['verticalAlign'] {
  if (valignMiddle) return 'middle';
  return valignBottom ? 'bottom' : undefined;
}

export function articleOf(article: Api.TypePageRelatedArticle): Article {
  return present<Article>({
    url: article.url,
    page: long(article.webpageId),
    title: plain(article.title),
    description: plain(article.description),
    photo: maybeLong(article.photoId),
    author: plain(article.author),
    date: plain(article.publishedDate),
  });
}

/** The channel that a page recommends. */
export function channelOf(chat: Api.TypeChat): Block {
  switch (chat.className) {
    case 'Channel':
      return described(channel(chat.id), chat.title, plain(chat.username));
    case 'ChannelForbidden':
    case 'Community':
    case 'CommunityForbidden':
      return described(channel(chat.id), chat.title);
    case 'Chat':
    case 'ChatForbidden':
      return described(group(chat.id), chat.title);
    case 'ChatEmpty':
      return described(group(chat.id));
    default:
      return never(chat);
  }
}

function described(id: number, title?: string, username?: string): Described {
  return present<Described>({ kind: 'channel', id, title, username });
}
