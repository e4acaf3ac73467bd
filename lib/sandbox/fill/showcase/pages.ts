import type { RichMessage } from '../../kinds/rich-message.js';
import { bareId } from '../../world/peer-id.js';
import type { TlData } from '../../world/tl-data.js';
import { richTexts } from './rich-texts.js';
import { documentOf, NOTHING, type Page, photoOf, words } from './scene.js';

const plain = (text: string): TlData => ({ _: 'TextPlain', text });
const paragraph = (text: string): TlData => ({ _: 'PageBlockParagraph', text: plain(text) });
const caption = (text = ''): TlData => ({
  _: 'PageCaption',
  text: text === '' ? NOTHING : plain(text),
  credit: text === '' ? NOTHING : plain('Zoë'),
});

/** Rich messages: one with every block, one of text alone, and one that is longer than a history shows. */
export function richMessages(page: Page): void {
  page.post({ rich: everyBlock(page) });
  page.post({ text: 'With a text for older apps', rich: { blocks: texts(page), photos: [], documents: [] } });
  const many = Array.from({ length: 130 }, (_, n) => paragraph(`Paragraph ${n + 1}`));
  page.post({ rich: { rightToLeft: true, blocks: many, photos: [], documents: [] } });
}

function texts(page: Page): TlData[] {
  return [{ _: 'PageBlockParagraph', text: { _: 'TextConcat', texts: richTexts(page) } }];
}

function everyBlock(page: Page): RichMessage {
  const photo = page.photo();
  const files = [page.document('video'), page.document('audio'), page.document('file')] as const;
  const [video, audio, file] = files.map(({ fileId }) => fileId) as [bigint, bigint, bigint];
  const shown = { _: 'PageBlockPhoto', photoId: photo.fileId, caption: caption('A photo') };
  const moving = { _: 'PageBlockVideo', videoId: video, autoplay: true, loop: true, caption: caption() };
  return {
    blocks: [
      ...[1, 2, 3, 4, 5, 6].map((n) => ({ _: `PageBlockHeading${n}`, text: plain(`Heading ${n}`) })),
      ...texts(page),
      { _: 'PageBlockPreformatted', text: plain('const answer = 42;'), language: 'typescript' },
      { _: 'PageBlockFooter', text: plain('A footer') },
      { _: 'PageBlockDivider' },
      { _: 'PageBlockAnchor', name: 'here' },
      { _: 'PageBlockMath', source: 'a^2 + b^2 = c^2' },
      ...quotations(),
      ...lists(),
      shown,
      { ...shown, spoiler: true, url: 'https://example.org', webpageId: 0n },
      moving,
      { _: 'PageBlockAudio', audioId: audio, caption: caption('A song') },
      { _: 'PageBlockDocument', documentId: file, caption: caption() },
      { _: 'PageBlockCollage', items: [shown, moving], caption: caption() },
      { _: 'PageBlockSlideshow', items: [moving, shown], caption: caption('Leaf through') },
      table(),
      { _: 'PageBlockDetails', open: true, title: plain('More'), blocks: [paragraph('Inside')] },
      {
        _: 'PageBlockMap',
        geo: { _: 'GeoPoint', lat: 46.9, long: 7.4, accessHash: 0n },
        zoom: 13,
        w: 600,
        h: 400,
        caption: caption(),
      },
      ...buttons(page),
      { _: 'PageBlockUnsupported' },
    ],
    photos: [photo.fileId],
    documents: [video, audio, file],
  };
}

function quotations(): TlData[] {
  return [
    { _: 'PageBlockBlockquote', collapsed: true, text: plain('Quoted'), caption: plain('Zoë') },
    { _: 'PageBlockPullquote', text: plain('Pulled'), caption: NOTHING },
    { _: 'PageBlockBlockquoteBlocks', blocks: [paragraph('Quoted blocks')], caption: NOTHING },
  ];
}

function lists(): TlData[] {
  const blocks = [paragraph('An item of blocks')];
  return [
    {
      _: 'PageBlockList',
      items: [
        { _: 'PageListItemText', text: plain('An item') },
        { _: 'PageListItemText', checkbox: true, checked: true, text: plain('Done') },
        { _: 'PageListItemBlocks', checkbox: true, blocks },
      ],
    },
    {
      _: 'PageBlockOrderedList',
      start: 3,
      type: 'a',
      items: [
        { _: 'PageListOrderedItemText', num: 'c', text: plain('Third') },
        { _: 'PageListOrderedItemBlocks', value: 7, blocks },
      ],
    },
    {
      _: 'PageBlockOrderedList',
      reversed: true,
      items: [{ _: 'PageListOrderedItemText', text: plain('Last') }],
    },
  ];
}

function table(): TlData {
  const cell = (text: string, more = {}) => ({ _: 'PageTableCell', text: plain(text), ...more });
  return {
    _: 'PageBlockTable',
    bordered: true,
    striped: true,
    title: words('Tides', 'TextBold'),
    rows: [
      {
        _: 'PageTableRow',
        cells: [cell('Day', { header: true, colspan: 2 }), cell('Height', { header: true })],
      },
      {
        _: 'PageTableRow',
        cells: [
          cell('Mon', { rowspan: 2 }),
          cell('6:00', { alignCenter: true }),
          cell('2 m', { alignRight: true }),
        ],
      },
      {
        _: 'PageTableRow',
        cells: [cell('18:00', { valignMiddle: true }), cell('1 m', { valignBottom: true })],
      },
    ],
  };
}

function buttons(page: Page): TlData[] {
  const button = (type: TlData, more = {}) => ({ _: 'PageButton', text: plain('Press'), type, ...more });
  const style = (name: string) => ({ style: { _: 'RichButtonStyle', [name]: true } });
  const url = { _: 'InlineButtonTypeUrl', url: 'https://example.org' };
  const person = { _: 'InlineButtonTypeUserProfile', userId: BigInt(page.cast.friend) };
  return [
    {
      _: 'PageBlockButtonRow',
      buttons: [button(url), button({ _: 'InlineButtonTypeCopy', copyText: 'x' }, style('bgPrimary'))],
    },
    { _: 'PageBlockButtonRow', alignCenter: true, buttons: [button(person, style('bgDanger'))] },
  ];
}

/** An Instant View page, with the blocks that no message can have. */
export function article(page: Page, url: string): TlData {
  const photo = page.photo();
  const icon = page.document('image-file');
  const text = plain('Sand');
  const shown = { _: 'PageBlockPhoto', photoId: photo.fileId, caption: caption() };
  const { channel, since } = page.cast;
  return {
    _: 'Page',
    v2: true,
    rtl: false,
    url,
    views: 12,
    blocks: [
      ...['Title', 'Subtitle', 'Header', 'Subheader', 'Kicker'].map((name) => ({
        _: `PageBlock${name}`,
        text,
      })),
      { _: 'PageBlockAuthorDate', author: text, publishedDate: since },
      { _: 'PageBlockCover', cover: shown },
      {
        _: 'PageBlockEmbed',
        fullWidth: true,
        url: 'https://example.org/embed',
        posterPhotoId: photo.fileId,
        caption: caption(),
      },
      {
        _: 'PageBlockEmbedPost',
        url: 'https://example.org/post',
        webpageId: 1n,
        authorPhotoId: photo.fileId,
        author: 'Zoë',
        date: since,
        blocks: [shown],
        caption: caption(),
      },
      { _: 'PageBlockChannel', channel: recommended(channel.title, bareId(channel.id)) },
      {
        _: 'PageBlockRelatedArticles',
        title: text,
        articles: [{ _: 'PageRelatedArticle', url, webpageId: 2n, title: 'More sand', publishedDate: since }],
      },
      { _: 'PageBlockParagraph', text: { _: 'TextImage', documentId: icon.fileId, w: 20, h: 20 } },
    ],
    photos: [photoOf(photo)],
    documents: [documentOf(icon)],
  };
}

function recommended(title: string, id: number): TlData {
  return {
    _: 'Channel',
    broadcast: true,
    id: BigInt(id),
    accessHash: 0n,
    title,
    username: 'sandbox_news',
    photo: { _: 'ChatPhotoEmpty' },
    date: 0,
  };
}
