import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import type { TlData } from '../world/tl-data.js';
import { knownFile } from './files.js';
import { type Reading, refusal, type Showing } from './kind.js';
import { dataOf, peersOf, tlOf } from './tl-data.js';

/** What a message with headings, tables and the like consists of. */
export interface RichMessage {
  readonly rightToLeft?: boolean;
  /** As PageBlocks. */
  readonly blocks: readonly TlData[];
  /** The files that the blocks name, by id. */
  readonly photos: readonly bigint[];
  readonly documents: readonly bigint[];
}

/** Blocks that come with the message; messages.getRichMessage has the rest. */
const SHOWN_AT_ONCE = 100;

export function tlRichMessage(
  scene: Showing,
  { rightToLeft: rtl, blocks, photos, documents }: RichMessage,
  { whole = false }: { readonly whole?: boolean } = {},
): Api.RichMessage {
  const shown = whole ? blocks : blocks.slice(0, SHOWN_AT_ONCE);
  return new Api.RichMessage({
    ...onlySet({ rtl, part: shown.length < blocks.length }),
    blocks: shown.map((block) => tlOf(scene, block)),
    photos: photos.map((id) => scene.photo(id)),
    documents: documents.map((id) => scene.document(id)),
  });
}

export function peersOfRich(rich: RichMessage | undefined): number[] {
  return peersOf(rich?.blocks);
}

/** help.getAppConfig: rich_message_*. */
const MOST = { characters: 32_768, blocks: 500, depth: 16, media: 50, columns: 20 } as const;

/**
 * A rich message that somebody sends. RICH_MESSAGE_UNSUPPORTED for a person without Premium, as appConfig's
 * rich_message_posting says, and for HTML and Markdown, which the sandbox doesn't parse; RICH_VALIDATE_CTOR_NOT_ALLOWED
 * for blocks of Instant View pages and for what the server finds in a text by itself; BUTTON_TYPE_INVALID for buttons
 * that need a bot; MEDIA_INVALID for a file that the request doesn't name; MESSAGE_EMPTY; MESSAGE_TOO_LONG beyond the
 * limits of TDLib's options rich_message_*_max.
 */
export function readRichMessage(scene: Reading, input: Api.TypeInputRichMessage): RichMessage {
  const { me } = scene;
  const may = me.kind === 'bot' || me.premium;
  if (!may || !(input instanceof Api.InputRichMessage)) throw refusal('RICH_MESSAGE_UNSUPPORTED');
  const blocks = input.blocks.map((block) => sentForm(dataOf(block)));
  if (blocks.length === 0) throw refusal('MESSAGE_EMPTY');
  const photos = (input.photos ?? []).map((photo) => knownFile(scene, 'photo', photo).id);
  const documents = (input.documents ?? []).map((document) => knownFile(scene, 'document', document).id);
  checkSize(blocks);
  const files = new Set([...photos, ...documents]);
  if (!namedFiles(blocks).every((id) => files.has(id))) throw refusal('MEDIA_INVALID');
  return { ...onlySet({ rightToLeft: input.rtl }), blocks, photos, documents };
}

/** What only Instant View pages have, and what the server marks by itself. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(
  [
    'Unsupported Title Subtitle AuthorDate Header Subheader Cover Embed EmbedPost Channel Kicker RelatedArticles Thinking'
      .split(' ')
      .map((name) => `PageBlock${name}`),
    'Image Mention Hashtag BotCommand Cashtag AutoUrl AutoEmail AutoPhone BankCard Diff'
      .split(' ')
      .map((name) => `Text${name}`),
  ].flat(),
);

/** The buttons that a person may send (td_api: inlineButton of a rich message). */
const BUTTONS: ReadonlySet<string> = new Set([
  'InlineButtonTypeUrl',
  'InlineButtonTypeCopy',
  'InlineButtonTypeUserProfile',
]);

/** The form that messages have in place of a request's; refuses what may not be sent. */
function sentForm(data: TlData): TlData {
  const { _: name, ...fields } = data;
  if (NOT_ALLOWED.has(name)) throw refusal('RICH_VALIDATE_CTOR_NOT_ALLOWED');
  const inner = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, sentValue(value)]),
  ) as Omit<TlData, '_'>;
  switch (name) {
    case 'InputPageBlockMap':
      return { _: 'PageBlockMap', ...inner };
    case 'InputGeoPoint':
      return { _: 'GeoPoint', ...inner, accessHash: 0n };
    case 'InputInlineButtonTypeUserProfile':
      return { _: 'InlineButtonTypeUserProfile', userId: (data['userId'] as TlData)['userId'] };
    default:
      if (name.includes('InlineButtonType') && !BUTTONS.has(name)) throw refusal('BUTTON_TYPE_INVALID');
      return { _: name, ...inner };
  }
}

function sentValue(value: TlData[string]): TlData[string] {
  if (Array.isArray(value)) return value.map((item: TlData[string]) => sentValue(item));
  return isData(value) ? sentForm(value) : value;
}

function checkSize(blocks: readonly TlData[]): void {
  const all = [...walk(blocks, 1)];
  const characters = all.reduce((sum, { data }) => sum + textLength(data), 0);
  const counted = all.filter(({ data: { _: name } }) =>
    /^PageBlock|^PageListItem|^PageListOrdered|^PageTableRow/.test(name),
  );
  const columns = all.flatMap(({ data }) => (data._ === 'PageTableRow' ? [columnsOf(data)] : []));
  const tooMuch =
    characters > MOST.characters ||
    counted.length > MOST.blocks ||
    Math.max(0, ...all.map(({ depth }) => depth)) > MOST.depth ||
    namedFiles(blocks).length > MOST.media ||
    Math.max(0, ...columns) > MOST.columns;
  if (tooMuch) throw refusal('MESSAGE_TOO_LONG');
}

function columnsOf({ cells }: TlData): number {
  return (cells as readonly TlData[]).reduce((sum, { colspan }) => sum + Number(colspan ?? 1), 0);
}

function textLength(data: TlData): number {
  const word = { TextPlain: 'text', TextMath: 'source', TextCustomEmoji: 'alt', PageBlockMath: 'source' }[
    data._
  ];
  return word === undefined ? 0 : String(data[word] ?? '').length;
}

/** Photos and documents that the blocks name. */
function namedFiles(blocks: readonly TlData[]): bigint[] {
  return [...walk(blocks, 1)].flatMap(({ data }) =>
    ['photoId', 'videoId', 'audioId', 'documentId'].flatMap((field) => {
      const id = data[field];
      return data._.startsWith('PageBlock') && typeof id === 'bigint' && id !== 0n ? [id] : [];
    }),
  );
}

/** Everything inside, with how many blocks and texts deep it stands. */
function* walk(value: unknown, depth: number): Generator<{ data: TlData; depth: number }> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item, depth);
  else if (isData(value)) {
    yield { data: value, depth };
    const deeper = /^PageBlock|^Text/.test(value._) ? depth + 1 : depth;
    for (const field of Object.values(value)) yield* walk(field, deeper);
  }
}

function isData(value: unknown): value is TlData {
  return typeof value === 'object' && value !== null && '_' in value;
}
