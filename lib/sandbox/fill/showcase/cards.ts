import { bareId } from '../../world/peer-id.js';
import type { TlData } from '../../world/tl-data.js';
import { documentOf, type Page, peer, photoOf } from './scene.js';

/** Media that only Telegram, bots or sellers post. */
export function cards(page: Page): void {
  const { channel, friend, since } = page.cast;
  const channelId = BigInt(bareId(channel.id));
  page.shown({ _: 'MessageMediaUnsupported' });
  page.shown({ _: 'MessageMediaEmpty' }, 'Media that is empty');
  page.shown({
    _: 'MessageMediaVideoStream',
    rtmpStream: true,
    call: { _: 'InputGroupCall', id: 5n, accessHash: 6n },
  });
  const giveaway = {
    _: 'MessageMediaGiveaway',
    channels: [channelId],
    quantity: 3,
    untilDate: since + 86_400,
  };
  page.shown({ ...giveaway, months: 6, onlyNewSubscribers: true, countriesIso2: ['CH'] });
  page.shown({ ...giveaway, stars: 1500n, winnersAreVisible: true, prizeDescription: 'and a mug' });
  const results = { _: 'MessageMediaGiveawayResults', channelId, launchMsgId: 2, untilDate: since };
  page.shown({ ...results, winnersCount: 1, unclaimedCount: 2, winners: [BigInt(friend)], months: 6 });
  page.shown({ ...results, winnersCount: 0, unclaimedCount: 3, winners: [], stars: 1500n, refunded: true });
  paid(page);
}

function paid(page: Page): void {
  const { user, author } = page.cast;
  const media = { kind: 'paid', stars: 25n } as const;
  const items = () => [page.photo(), page.document('video')];
  page.post({ media: { ...media, items: items(), seenBy: [author, user] }, text: 'Paid, and paid for' });
  page.post({ media: { ...media, items: items(), seenBy: [author] }, text: 'Not paid for' });
}

/** A game and invoices, which a bot sends. */
export function botCards(page: Page): void {
  const { bot } = page.cast;
  const fields = { viaBotId: BigInt(bot) };
  const game: TlData = {
    _: 'Game',
    id: 11n,
    accessHash: 12n,
    shortName: 'dunes',
    title: 'Dunes',
    description: 'Jump over them.',
    photo: photoOf(page.photo()),
    document: documentOf(page.document('gif')),
  };
  page.post({ media: { kind: 'shown', data: { _: 'MessageMediaGame', game } }, fields });
  const invoice = {
    _: 'MessageMediaInvoice',
    title: 'A mug',
    description: 'With sand in it.',
    currency: 'EUR',
    totalAmount: 1999n,
    startParam: 'mug',
  };
  const photo = {
    url: 'https://example.org/mug.jpg',
    accessHash: 1n,
    size: 1000,
    mimeType: 'image/jpeg',
    attributes: [],
  };
  page.shown({
    ...invoice,
    test: true,
    shippingAddressRequested: true,
    photo: { _: 'WebDocument', ...photo },
  });
  const preview = { _: 'MessageExtendedMediaPreview', w: 640, h: 480 };
  page.shown({ ...invoice, receiptMsgId: 7, extendedMedia: preview });
}

/** Stories that were shared: whole, expired, and one that mentions the account. */
export function stories(page: Page): void {
  const { channel, friend, since } = page.cast;
  const story = { ...storyOf(page), id: 1 };
  const own = page.cast.world.state;
  own.stories = new Map([...(own.stories ?? []), [channel.id, new Map([[1, story]])]]);
  page.post({ media: { kind: 'story', peer: channel.id, id: 1, story } });
  page.post({ media: { kind: 'story', peer: channel.id, id: 2 } });
  page.post({ media: { kind: 'story', peer: friend, id: 3, story: { _: 'StoryItemDeleted', id: 3 } } });
  const skipped = { _: 'StoryItemSkipped', id: 4, date: since, expireDate: since + 86_400 };
  page.post({ media: { kind: 'story', peer: friend, id: 4, viaMention: true, story: skipped } });
}

/** A story with everything that can be pressed. It stays on its owner's page. */
export function storyOf(page: Page): TlData {
  const { channel, since } = page.cast;
  const coordinates = { _: 'MediaAreaCoordinates', x: 50, y: 50, w: 20, h: 10, rotation: 0 };
  const geo = { _: 'GeoPoint', long: 7.4, lat: 46.9, accessHash: 0n };
  return {
    _: 'StoryItem',
    pinned: true,
    public: true,
    id: 1,
    date: since,
    expireDate: since + 86_400,
    caption: 'A story',
    entities: [{ _: 'MessageEntityBold', offset: 2, length: 5 }],
    media: { _: 'MessageMediaPhoto', photo: photoOf(page.photo()) },
    mediaAreas: [
      {
        _: 'MediaAreaVenue',
        coordinates,
        geo,
        title: 'Old town',
        address: 'Kramgasse 1',
        provider: 'foursquare',
        venueId: '4b05',
        venueType: 'museum',
      },
      {
        _: 'MediaAreaGeoPoint',
        coordinates,
        geo,
        address: { _: 'GeoPointAddress', countryIso2: 'CH', city: 'Bern' },
      },
      {
        _: 'MediaAreaSuggestedReaction',
        coordinates,
        dark: true,
        reaction: { _: 'ReactionEmoji', emoticon: '🔥' },
      },
      { _: 'MediaAreaChannelPost', coordinates, channelId: BigInt(bareId(channel.id)), msgId: 2 },
      { _: 'MediaAreaUrl', coordinates, url: 'https://example.org' },
      { _: 'MediaAreaWeather', coordinates, emoji: '☀️', temperatureC: 21.5, color: 0x6fb9f0 },
      { _: 'MediaAreaStarGift', coordinates, slug: 'Sandcastle-7' },
    ],
    views: { _: 'StoryViews', viewsCount: 12 },
    fwdFrom: { _: 'StoryFwdHeader', from: peer(channel.id), storyId: 1 },
  };
}
