import type { WebPage } from '../../kinds/web-page.js';
import type { TlData } from '../../world/tl-data.js';
import { storyOf } from './cards.js';
import { plainGift, uniqueGift } from './gifts.js';
import { article } from './pages.js';
import { documentOf, type Page, peer, photoOf } from './scene.js';

/** Link previews in every layout, and of everything that Telegram itself links to. */
export function previews(page: Page): void {
  const url = 'https://example.org/page';
  const entities = [{ kind: 'url', offset: 0, length: url.length }] as const;
  const preview = (more: Partial<WebPage>, text = url, marks: typeof entities | [] = entities) =>
    page.post({
      text,
      entities: marks,
      media: { kind: 'webpage', url, layout: undefined, manual: false, ...more },
    });
  page.post({ text: url, entities });
  preview({ page: { ...known(url), hasLargeMedia: true, photo: photoOf(page.photo()) }, safe: true });
  preview({ layout: 'large' });
  preview({ layout: 'small' });
  preview({ manual: true }, 'The link is not in the text.', []);
  preview({ manual: true, layout: 'large' }, '', []);
  page.post({
    text: url,
    entities,
    invertMedia: true,
    media: { kind: 'webpage', url, layout: 'large', manual: false },
  });
  preview({ page: { _: 'WebPageEmpty', id: 2n, url } });
  preview({ page: { _: 'WebPagePending', id: 3n, url, date: page.cast.since } });
  preview({ page: { ...known(url), type: 'video', ...film(page) } });
  preview({ page: { ...known(url), type: 'article', cachedPage: article(page, url) } });
  preview({ page: { ...known(url), type: 'telegram_theme', attributes: attributes(page) } });
}

function known(url: string): TlData {
  const shown = {
    url,
    displayUrl: 'example.org/page',
    siteName: 'Example',
    title: 'A page',
    description: 'About sand',
  };
  return { _: 'WebPage', id: 1n, hash: 0, author: 'Zoë', ...shown };
}

function film(page: Page) {
  return {
    document: documentOf(page.document('video')),
    embedUrl: 'https://example.org/player',
    embedType: 'iframe',
    embedWidth: 640,
    embedHeight: 360,
    duration: 90,
    videoCoverPhoto: true,
    photo: photoOf(page.photo()),
  };
}

function attributes(page: Page): TlData[] {
  const { channel } = page.cast;
  const sticker = documentOf(page.document('sticker'));
  const settings = { _: 'ThemeSettings', baseTheme: { _: 'BaseThemeNight' }, accentColor: 0x6fb9f0 };
  return [
    { _: 'WebPageAttributeTheme', documents: [documentOf(page.document('file'))], settings },
    { _: 'WebPageAttributeStory', peer: peer(channel.id), id: 1, story: storyOf(page) },
    { _: 'WebPageAttributeStickerSet', emojis: true, stickers: [sticker] },
    { _: 'WebPageAttributeUniqueStarGift', gift: uniqueGift(page) },
    { _: 'WebPageAttributeStarGiftCollection', icons: [sticker] },
    { _: 'WebPageAttributeStarGiftAuction', gift: plainGift(page), endDate: 1_800_000_000 },
    { _: 'WebPageAttributeAiComposeTone', emojiId: 5_368_324_170_671_202_286n },
  ];
}
