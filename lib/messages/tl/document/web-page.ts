import type { Api } from 'telegram/tl/index.js';
import type {
  Embed,
  InstantView,
  KnownWebPage,
  WebPage,
  WebPageAttribute,
  WebPageMedia,
} from '../../document/web-page.js';
import { flag, long, maybe, maybeList, peer, plain, present } from './fields.js';
import { fileOf, maybeFiles, photoOf } from './files.js';
import { giftOf } from './gift.js';
import { richPageOf } from './rich-page.js';
import { storyOf } from './story.js';
import { themeOf } from './theme.js';
import { never } from './unknown.js';

type MediaOf<Media> = (media: Api.TypeMessageMedia) => Media | undefined;
type Page<Kind> = Extract<WebPage<unknown>, { kind: Kind }>;
type Attribute<Kind, Media> = Extract<WebPageAttribute<Media>, { kind: Kind }>;

/** The preview of a link; `mediaOf` reads the media of a story to which it leads. */
export function webPageMediaOf<Media>(
  media: Api.MessageMediaWebPage,
  mediaOf: MediaOf<Media>,
): WebPageMedia<Media> {
  return present<WebPageMedia<Media>>({
    kind: 'web_page',
    page: webPageOf(media.webpage, mediaOf),
    large: flag(media.forceLargeMedia),
    small: flag(media.forceSmallMedia),
    manual: flag(media.manual),
    safe: flag(media.safe),
  });
}

function webPageOf<Media>(page: Api.TypeWebPage, mediaOf: MediaOf<Media>): WebPage<Media> {
  switch (page.className) {
    case 'WebPageEmpty':
      return present<Page<'none'>>({ kind: 'none', id: long(page.id), url: plain(page.url) });
    case 'WebPagePending':
      return present<Page<'pending'>>({
        kind: 'pending',
        id: long(page.id),
        url: plain(page.url),
        date: page.date,
      });
    case 'WebPageNotModified':
      return present<Page<'not_modified'>>({ kind: 'not_modified', views: plain(page.cachedPageViews) });
    case 'WebPage':
      return knownPage(page, mediaOf);
    default:
      return never(page);
  }
}

function knownPage<Media>(page: Api.WebPage, mediaOf: MediaOf<Media>): KnownWebPage<Media> {
  return present<KnownWebPage<Media>>({
    kind: 'page',
    id: long(page.id),
    url: page.url,
    shownUrl: page.displayUrl,
    type: plain(page.type),
    siteName: plain(page.siteName),
    title: plain(page.title),
    description: plain(page.description),
    author: plain(page.author),
    photo: maybe(page.photo, photoOf),
    file: maybe(page.document, fileOf),
    embed: embedOf(page),
    duration: plain(page.duration),
    canBeLarge: flag(page.hasLargeMedia),
    videoCover: flag(page.videoCoverPhoto),
    attributes: maybeList(page.attributes, (attribute) => attributeOf(attribute, mediaOf)),
    instantView: maybe(page.cachedPage, instantViewOf),
  });
}

function embedOf({ embedUrl, embedType, embedWidth, embedHeight }: Api.WebPage): Embed | undefined {
  const embed = present<Embed>({
    url: plain(embedUrl),
    type: plain(embedType),
    width: plain(embedWidth),
    height: plain(embedHeight),
  });
  return Object.keys(embed).length > 0 ? embed : undefined;
}

function instantViewOf(page: Api.TypePage): InstantView {
  const { blocks, photos, files, rightToLeft, partial } = richPageOf(page);
  return present<InstantView>({
    blocks,
    photos,
    files,
    rightToLeft,
    partial,
    url: page.url,
    views: plain(page.views),
    version2: flag(page.v2),
  });
}

function attributeOf<Media>(
  attribute: Api.TypeWebPageAttribute,
  mediaOf: MediaOf<Media>,
): WebPageAttribute<Media> {
  switch (attribute.className) {
    case 'WebPageAttributeTheme':
      return present<Attribute<'theme', Media>>({
        kind: 'theme',
        files: maybeFiles(attribute.documents),
        theme: maybe(attribute.settings, themeOf),
      });
    case 'WebPageAttributeStory':
      return present<Attribute<'story', Media>>({
        kind: 'story',
        peer: peer(attribute.peer),
        id: attribute.id,
        story: maybe(attribute.story, (story) => storyOf(story, mediaOf)),
      });
    case 'WebPageAttributeStickerSet':
      return present<Attribute<'sticker_set', Media>>({
        kind: 'sticker_set',
        stickers: attribute.stickers.map(fileOf),
        emojis: flag(attribute.emojis),
        textColored: flag(attribute.textColor),
      });
    case 'WebPageAttributeUniqueStarGift':
      return { kind: 'gift', gift: giftOf(attribute.gift) };
    case 'WebPageAttributeStarGiftCollection':
      return { kind: 'gift_collection', icons: attribute.icons.map(fileOf) };
    case 'WebPageAttributeStarGiftAuction':
      return { kind: 'gift_auction', gift: giftOf(attribute.gift), until: attribute.endDate };
    case 'WebPageAttributeAiComposeTone':
      return { kind: 'ai_tone', emoji: long(attribute.emojiId) };
    default:
      return never(attribute);
  }
}
