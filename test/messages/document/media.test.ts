import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { CHANNEL, CHANNEL_ID, postDocument } from '../../support/received.js';
import { constructorsOf } from '../../support/tl-schema.js';

const geo = new Api.GeoPoint({ long: 13.37, lat: -52.5, accessHash: bigInt(3), accuracyRadius: 20 });
const point = { latitude: -52.5, longitude: 13.37, accuracy: 20 };
const goneFile = new Api.DocumentEmpty({ id: bigInt(4) });
const gonePhoto = new Api.PhotoEmpty({ id: bigInt(5) });
const words = (text: string): Api.TextWithEntities => new Api.TextWithEntities({ text, entities: [] });
const plain = (text: string): object => ({ text, entities: [] });
const gonePicture = new Api.MessageMediaPhoto({ photo: gonePhoto });
const picture = { kind: 'photo', photo: { gone: true, id: '5' } };

/** For each constructor a message with it, and what its document says; photos, files and polls: files.test.ts. */
const MEDIA: readonly [Api.TypeMessageMedia, object | undefined][] = [
  [new Api.MessageMediaEmpty(), undefined],
  [gonePicture, picture],
  [new Api.MessageMediaDocument({ document: goneFile }), { kind: 'file', file: { gone: true, id: '4' } }],
  [new Api.MessageMediaGeo({ geo }), { kind: 'location', point }],
  [new Api.MessageMediaGeo({ geo: new Api.GeoPointEmpty() }), { kind: 'location' }],
  [
    new Api.MessageMediaGeoLive({ geo, period: 900, heading: 45, proximityNotificationRadius: 100 }),
    { kind: 'live_location', point, period: 900, heading: 45, proximity: 100 },
  ],
  [
    new Api.MessageMediaVenue({
      geo,
      title: 'Café',
      address: 'Street 1',
      provider: 'foursquare',
      venueId: 'v1',
      venueType: 'food',
    }),
    {
      kind: 'venue',
      point,
      title: 'Café',
      address: 'Street 1',
      provider: 'foursquare',
      venue: 'v1',
      venueKind: 'food',
    },
  ],
  [
    new Api.MessageMediaContact({
      phoneNumber: '+49',
      firstName: 'A',
      lastName: '',
      vcard: 'BEGIN:VCARD',
      userId: bigInt(0),
    }),
    { kind: 'contact', phone: '+49', firstName: 'A', lastName: '', vcard: 'BEGIN:VCARD', user: 0 },
  ],
  [new Api.MessageMediaDice({ value: 6, emoticon: '🎲' }), { kind: 'dice', emoji: '🎲', value: 6 }],
  [
    new Api.MessageMediaGame({
      game: new Api.Game({
        id: bigInt(1),
        accessHash: bigInt(2),
        shortName: 'chess',
        title: 'Chess',
        description: 'Play',
        photo: gonePhoto,
      }),
    }),
    {
      kind: 'game',
      id: '1',
      accessHash: '2',
      name: 'chess',
      title: 'Chess',
      description: 'Play',
      photo: { gone: true, id: '5' },
    },
  ],
  [
    new Api.MessageMediaInvoice({
      title: 'Tea',
      description: 'Hot',
      photo: new Api.WebDocumentNoProxy({
        url: 'https://a.b/c',
        size: 5,
        mimeType: 'image/png',
        attributes: [],
      }),
      receiptMsgId: 8,
      currency: 'EUR',
      totalAmount: bigInt('123456789012345678'),
      startParam: 'tea',
      extendedMedia: new Api.MessageExtendedMedia({ media: gonePicture }),
      test: true,
    }),
    {
      kind: 'invoice',
      title: 'Tea',
      description: 'Hot',
      photo: { url: 'https://a.b/c', size: 5, mime: 'image/png' },
      receipt: 8,
      price: { currency: 'EUR', amount: '123456789012345678' },
      start: 'tea',
      content: { kind: 'media', media: picture },
      test: true,
    },
  ],
  [
    new Api.MessageMediaPaidMedia({
      starsAmount: bigInt(50),
      extendedMedia: [
        new Api.MessageExtendedMedia({ media: gonePicture }),
        new Api.MessageExtendedMediaPreview({
          w: 8,
          h: 9,
          thumb: new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.from([1]) }),
          videoDuration: 4,
        }),
      ],
    }),
    {
      kind: 'paid_media',
      stars: '50',
      items: [
        { kind: 'media', media: picture },
        {
          kind: 'preview',
          width: 8,
          height: 9,
          thumb: { kind: 'stripped', type: 'i', bytes: 'AQ==' },
          duration: 4,
        },
      ],
    },
  ],
  [
    new Api.MessageMediaGiveaway({
      channels: [bigInt(1)],
      countriesIso2: ['DE'],
      quantity: 3,
      months: 6,
      untilDate: 200,
      winnersAreVisible: true,
    }),
    {
      kind: 'giveaway',
      channels: [CHANNEL_ID],
      countries: ['DE'],
      quantity: 3,
      months: 6,
      until: 200,
      winnersShown: true,
    },
  ],
  [
    new Api.MessageMediaGiveawayResults({
      channelId: bigInt(1),
      launchMsgId: 4,
      winnersCount: 2,
      unclaimedCount: 1,
      winners: [bigInt(9)],
      stars: bigInt(100),
      untilDate: 200,
      refunded: true,
    }),
    {
      kind: 'giveaway_results',
      channel: CHANNEL_ID,
      launch: 4,
      winnerCount: 2,
      unclaimedCount: 1,
      winners: [9],
      stars: '100',
      until: 200,
      refunded: true,
    },
  ],
  [
    new Api.MessageMediaPoll({
      poll: new Api.Poll({ id: bigInt(1), question: words('?'), answers: [], hash: bigInt(0) }),
      results: new Api.PollResults({}),
    }),
    { kind: 'poll', id: '1', question: plain('?'), answers: [], results: {} },
  ],
  [
    new Api.MessageMediaToDo({
      todo: new Api.TodoList({
        title: words('List'),
        list: [new Api.TodoItem({ id: 1, title: words('Task') })],
        othersCanAppend: true,
      }),
      completions: [new Api.TodoCompletion({ id: 1, completedBy: CHANNEL, date: 5 })],
    }),
    {
      kind: 'checklist',
      title: plain('List'),
      tasks: [{ id: 1, ...plain('Task') }],
      done: [{ id: 1, by: CHANNEL_ID, date: 5 }],
      othersMayAdd: true,
    },
  ],
  [
    new Api.MessageMediaStory({
      peer: CHANNEL,
      id: 6,
      story: new Api.StoryItem({
        id: 6,
        date: 1,
        expireDate: 2,
        media: gonePicture,
        caption: 'Hi',
        public: true,
      }),
    }),
    {
      kind: 'story',
      peer: CHANNEL_ID,
      id: 6,
      story: { kind: 'story', date: 1, expires: 2, caption: plain('Hi'), media: picture, public: true },
    },
  ],
  [
    new Api.MessageMediaStory({ peer: CHANNEL, id: 6, viaMention: true }),
    { kind: 'story', peer: CHANNEL_ID, id: 6, mention: true },
  ],
  [
    new Api.MessageMediaWebPage({
      webpage: new Api.WebPage({
        id: bigInt(1),
        url: 'https://a.b/',
        displayUrl: 'a.b',
        hash: 0,
        type: 'article',
        title: 'T',
        photo: gonePhoto,
        embedUrl: 'https://a.b/e',
        embedType: 'iframe',
        hasLargeMedia: true,
      }),
      forceLargeMedia: true,
      manual: true,
      safe: true,
    }),
    {
      kind: 'web_page',
      page: {
        kind: 'page',
        id: '1',
        url: 'https://a.b/',
        shownUrl: 'a.b',
        type: 'article',
        title: 'T',
        photo: { gone: true, id: '5' },
        embed: { url: 'https://a.b/e', type: 'iframe' },
        canBeLarge: true,
      },
      large: true,
      manual: true,
      safe: true,
    },
  ],
  [
    new Api.MessageMediaWebPage({
      webpage: new Api.WebPageEmpty({ id: bigInt(1), url: 'x' }),
      forceSmallMedia: true,
    }),
    { kind: 'web_page', page: { kind: 'none', id: '1', url: 'x' }, small: true },
  ],
  [
    new Api.MessageMediaWebPage({ webpage: new Api.WebPagePending({ id: bigInt(1), date: 5 }) }),
    { kind: 'web_page', page: { kind: 'pending', id: '1', date: 5 } },
  ],
  [
    new Api.MessageMediaWebPage({ webpage: new Api.WebPageNotModified({ cachedPageViews: 5 }) }),
    { kind: 'web_page', page: { kind: 'not_modified', views: 5 } },
  ],
  [
    new Api.MessageMediaVideoStream({
      call: new Api.InputGroupCall({ id: bigInt(1), accessHash: bigInt(2) }),
      rtmpStream: true,
    }),
    { kind: 'video_stream', call: { kind: 'id', id: '1', accessHash: '2' }, rtmp: true },
  ],
];

describe("a document's media", () => {
  it('has every kind that Telegram knows', () => {
    for (const [media, expected] of MEDIA) {
      const document = postDocument({ message: 'Caption', media });
      assert.deepEqual(document.media, expected, media.className);
      assert.equal(document.text, 'Caption');
      assert.equal(document.raw, undefined, media.className);
    }
    const named = new Set(['MessageMediaUnsupported', ...MEDIA.map(([{ className }]) => className)]);
    assert.deepEqual(
      [...named].sort(),
      constructorsOf('MessageMedia')
        .map(({ name }) => name)
        .sort(),
    );
  });
});
