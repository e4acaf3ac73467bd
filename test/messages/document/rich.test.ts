import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { postDocument } from '../../support/received.js';
import { constructorsOf } from '../../support/tl-schema.js';

const word = new Api.TextPlain({ text: 'w' });
const w = { kind: 'plain', text: 'w' };
const caption = new Api.PageCaption({ text: word, credit: new Api.TextEmpty() });
const captioned = { text: w, credit: { kind: 'empty' } };
const divider = new Api.PageBlockDivider();
const line = { kind: 'divider' };
const ID = '9007199254740993';
const id = bigInt(ID);
const url = new Api.InlineButtonTypeUrl({ url: 'u' });

const STYLES = {
  TextBold: 'bold',
  TextItalic: 'italic',
  TextUnderline: 'underline',
  TextStrike: 'strikethrough',
  TextFixed: 'code',
  TextSubscript: 'subscript',
  TextSuperscript: 'superscript',
  TextMarked: 'marked',
  TextSpoiler: 'spoiler',
  TextMention: 'mention',
  TextHashtag: 'hashtag',
  TextCashtag: 'cashtag',
  TextBotCommand: 'bot_command',
  TextAutoUrl: 'link',
  TextAutoEmail: 'email',
  TextAutoPhone: 'phone',
  TextBankCard: 'bank_card',
} as const;

const TEXTS: readonly [Api.TypeRichText, object][] = [
  ...Object.entries(STYLES).map(([name, kind]): [Api.TypeRichText, object] => [
    new Api[name as keyof typeof STYLES]({ text: word }),
    { kind, content: w },
  ]),
  [new Api.TextEmpty(), { kind: 'empty' }],
  [word, w],
  [new Api.TextConcat({ texts: [word, word] }), { kind: 'concat', parts: [w, w] }],
  [
    new Api.TextUrl({ text: word, url: 'u', webpageId: id }),
    { kind: 'text_link', content: w, url: 'u', page: ID },
  ],
  [new Api.TextEmail({ text: word, email: 'e' }), { kind: 'text_email', content: w, email: 'e' }],
  [new Api.TextPhone({ text: word, phone: 'p' }), { kind: 'text_phone', content: w, phone: 'p' }],
  [new Api.TextAnchor({ text: word, name: 'n' }), { kind: 'anchor', content: w, name: 'n' }],
  [new Api.TextMentionName({ text: word, userId: bigInt(9) }), { kind: 'mention_name', content: w, user: 9 }],
  [new Api.TextImage({ documentId: id, w: 1, h: 2 }), { kind: 'image', file: ID, width: 1, height: 2 }],
  [new Api.TextMath({ source: 'x^2' }), { kind: 'math', source: 'x^2' }],
  [new Api.TextCustomEmoji({ documentId: id, alt: 'a' }), { kind: 'custom_emoji', emoji: ID, alt: 'a' }],
  [
    new Api.TextDate({ text: word, date: 5, relative: true }),
    { kind: 'date', content: w, date: 5, relative: true },
  ],
  [new Api.TextDiff({ text: word, oldText: word }), { kind: 'diff', content: w, old: w }],
  [
    new Api.TextButton({ text: word, type: url, style: new Api.RichButtonStyle({ link: true }) }),
    { kind: 'button', content: w, action: { kind: 'url', url: 'u' }, style: 'link' },
  ],
];

const WORDED = {
  PageBlockTitle: 'title',
  PageBlockSubtitle: 'subtitle',
  PageBlockHeader: 'header',
  PageBlockSubheader: 'subheader',
  PageBlockKicker: 'kicker',
  PageBlockParagraph: 'paragraph',
  PageBlockFooter: 'footer',
  PageBlockThinking: 'thinking',
} as const;

const BLOCKS: readonly [Api.TypePageBlock, object][] = [
  ...Object.entries(WORDED).map(([name, kind]): [Api.TypePageBlock, object] => [
    new Api[name as keyof typeof WORDED]({ text: word }),
    { kind, text: w },
  ]),
  ...([1, 2, 3, 4, 5, 6] as const).map((level): [Api.TypePageBlock, object] => [
    new Api[`PageBlockHeading${level}`]({ text: word }),
    { kind: 'heading', level, text: w },
  ]),
  [
    new Api.PageBlockPreformatted({ text: word, language: 'ts' }),
    { kind: 'preformatted', text: w, language: 'ts' },
  ],
  [
    new Api.PageBlockAuthorDate({ author: word, publishedDate: 5 }),
    { kind: 'author_date', author: w, date: 5 },
  ],
  [divider, line],
  [new Api.PageBlockAnchor({ name: 'n' }), { kind: 'anchor', name: 'n' }],
  [new Api.PageBlockMath({ source: 'x' }), { kind: 'math', source: 'x' }],
  [
    new Api.PageBlockList({
      items: [
        new Api.PageListItemText({ text: word, checkbox: true, checked: true }),
        new Api.PageListItemBlocks({ blocks: [divider] }),
      ],
    }),
    { kind: 'list', items: [{ text: w, checkbox: true, checked: true }, { blocks: [line] }] },
  ],
  [
    new Api.PageBlockOrderedList({
      items: [
        new Api.PageListOrderedItemText({ text: word, num: '1', value: 3 }),
        new Api.PageListOrderedItemBlocks({ blocks: [divider], type: 'a' }),
      ],
      reversed: true,
      start: 3,
      type: 'i',
    }),
    {
      kind: 'ordered_list',
      items: [
        { text: w, number: '1', value: 3 },
        { blocks: [line], numbering: 'a' },
      ],
      reversed: true,
      start: 3,
      numbering: 'i',
    },
  ],
  [
    new Api.PageBlockBlockquote({ text: word, caption: word, collapsed: true }),
    { kind: 'blockquote', text: w, caption: w, collapsed: true },
  ],
  [
    new Api.PageBlockBlockquoteBlocks({ blocks: [divider], caption: word }),
    { kind: 'blockquote_blocks', blocks: [line], caption: w },
  ],
  [new Api.PageBlockPullquote({ text: word, caption: word }), { kind: 'pullquote', text: w, caption: w }],
  [
    new Api.PageBlockPhoto({ photoId: id, caption, url: 'u', webpageId: id, spoiler: true }),
    { kind: 'photo', photo: ID, caption: captioned, url: 'u', page: ID, spoiler: true },
  ],
  [
    new Api.PageBlockVideo({ videoId: id, caption, autoplay: true }),
    { kind: 'video', file: ID, caption: captioned, autoplay: true },
  ],
  [new Api.PageBlockAudio({ audioId: id, caption }), { kind: 'audio', file: ID, caption: captioned }],
  [new Api.PageBlockDocument({ documentId: id, caption }), { kind: 'file', file: ID, caption: captioned }],
  [new Api.PageBlockCover({ cover: divider }), { kind: 'cover', block: line }],
  [
    new Api.PageBlockEmbed({ html: '<b>', w: 1, h: 2, caption, fullWidth: true }),
    { kind: 'embed', html: '<b>', width: 1, height: 2, caption: captioned, fullWidth: true },
  ],
  [
    new Api.PageBlockEmbedPost({
      url: 'u',
      webpageId: id,
      authorPhotoId: id,
      author: 'A',
      date: 5,
      blocks: [divider],
      caption,
    }),
    {
      kind: 'embedded_post',
      url: 'u',
      page: ID,
      authorPhoto: ID,
      author: 'A',
      date: 5,
      blocks: [line],
      caption: captioned,
    },
  ],
  [
    new Api.PageBlockCollage({ items: [divider], caption }),
    { kind: 'collage', blocks: [line], caption: captioned },
  ],
  [
    new Api.PageBlockSlideshow({ items: [divider], caption }),
    { kind: 'slideshow', blocks: [line], caption: captioned },
  ],
  [
    new Api.PageBlockChannel({
      channel: new Api.Channel({
        id: bigInt(1),
        title: 'C',
        username: 'c',
        photo: new Api.ChatPhotoEmpty(),
        date: 0,
      }),
    }),
    { kind: 'channel', id: -1_000_000_000_001, title: 'C', username: 'c' },
  ],
  [
    new Api.PageBlockTable({
      title: word,
      striped: true,
      rows: [
        new Api.PageTableRow({
          cells: [new Api.PageTableCell({ text: word, header: true, alignRight: true, colspan: 2 })],
        }),
      ],
    }),
    {
      kind: 'table',
      title: w,
      striped: true,
      rows: [[{ text: w, header: true, align: 'right', columns: 2 }]],
    },
  ],
  [
    new Api.PageBlockDetails({ title: word, blocks: [divider], open: true }),
    { kind: 'details', title: w, blocks: [line], open: true },
  ],
  [
    new Api.PageBlockRelatedArticles({
      title: word,
      articles: [new Api.PageRelatedArticle({ url: 'u', webpageId: id, title: 'T', photoId: id })],
    }),
    { kind: 'related', title: w, articles: [{ url: 'u', page: ID, title: 'T', photo: ID }] },
  ],
  [
    new Api.PageBlockMap({
      geo: new Api.GeoPoint({ lat: 1.5, long: 2.5, accessHash: id }),
      zoom: 3,
      w: 4,
      h: 5,
      caption,
    }),
    {
      kind: 'map',
      point: { latitude: 1.5, longitude: 2.5 },
      zoom: 3,
      width: 4,
      height: 5,
      caption: captioned,
    },
  ],
  [
    new Api.InputPageBlockMap({
      geo: new Api.InputGeoPoint({ lat: 1, long: 2 }),
      zoom: 3,
      w: 4,
      h: 5,
      caption,
    }),
    {
      kind: 'map',
      point: { latitude: 1, longitude: 2 },
      zoom: 3,
      width: 4,
      height: 5,
      caption: captioned,
    },
  ],
  [
    new Api.PageBlockButtonRow({
      buttons: [new Api.PageButton({ text: word, type: url })],
      alignCenter: true,
    }),
    { kind: 'buttons', buttons: [{ content: w, action: { kind: 'url', url: 'u' } }], align: 'center' },
  ],
];

const NOT_READ = ['PageBlockUnsupported'];

describe("a document's rich message", () => {
  it('has every kind of text', () => {
    const blocks = TEXTS.map(([text]) => new Api.PageBlockParagraph({ text }));
    assert.deepEqual(
      pageOf(blocks).blocks,
      TEXTS.map(([, text]) => ({ kind: 'paragraph', text })),
    );
    assert.deepEqual(
      names(TEXTS),
      constructorsOf('RichText')
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('has every kind of block', () => {
    assert.deepEqual(
      pageOf(BLOCKS.map(([block]) => block)).blocks,
      BLOCKS.map(([, block]) => block),
    );
    assert.deepEqual(
      [...names(BLOCKS), ...NOT_READ].sort(),
      constructorsOf('PageBlock')
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('is kept though its plain text is empty, with its photos and files', () => {
    const document = postDocument({
      richMessage: new Api.RichMessage({
        rtl: true,
        part: true,
        blocks: [new Api.PageBlockUnsupported()],
        photos: [new Api.PhotoEmpty({ id })],
        documents: [new Api.DocumentEmpty({ id })],
      }),
    });
    assert.equal(document.text, '');
    const [block] = document.richMessage?.blocks ?? [];
    assert.equal(block?.kind === 'unknown' && block.name, 'PageBlockUnsupported');
    assert.deepEqual(document.richMessage, {
      blocks: [block],
      photos: [{ gone: true, id: ID }],
      files: [{ gone: true, id: ID }],
      rightToLeft: true,
      partial: true,
    });
    assert.ok(document.raw);
  });

  it('is the instant view of a link', () => {
    const cachedPage = new Api.Page({
      url: 'u',
      blocks: [divider],
      photos: [],
      documents: [],
      v2: true,
      views: 5,
    });
    const webpage = new Api.WebPage({ id, url: 'u', displayUrl: 'u', hash: 0, cachedPage });
    const { media } = postDocument({ media: new Api.MessageMediaWebPage({ webpage }) });
    assert.ok(media?.kind === 'web_page' && media.page.kind === 'page');
    assert.deepEqual(media.page.instantView, {
      url: 'u',
      blocks: [line],
      photos: [],
      files: [],
      version2: true,
      views: 5,
    });
  });
});

function pageOf(blocks: Api.TypePageBlock[]): { readonly blocks: readonly unknown[] } {
  const richMessage = new Api.RichMessage({ blocks, photos: [], documents: [] });
  const document = postDocument({ richMessage });
  assert.ok(document.richMessage);
  assert.equal(document.raw, undefined);
  return document.richMessage;
}

function names(cases: readonly [{ readonly className: string }, object][]): string[] {
  return [...new Set(cases.map(([{ className }]) => className))].sort();
}
