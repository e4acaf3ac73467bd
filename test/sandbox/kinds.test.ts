import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;

before(async () => {
  own = await openSender('kinds');
});
after(() => own.close());

const text = (words: string, entities: Api.TypeMessageEntity[] = []) =>
  new Api.TextWithEntities({ text: words, entities });

const task = (id: number, title: string) => new Api.TodoItem({ id, title: text(title) });

function todo(list: Api.TodoItem[], title = text('Shopping'), flags = {}): Api.InputMediaTodo {
  return new Api.InputMediaTodo({ todo: new Api.TodoList({ title, list, ...flags }) });
}

test('paid media is taken by a channel that allows it, and others see only its size', async () => {
  const paid = (stars: number, ...extendedMedia: Api.TypeInputMedia[]) =>
    new Api.InputMediaPaidMedia({ starsAmount: toLong(stars), extendedMedia });
  const image = new Api.InputMediaPhoto({ id: own.photo('paid') });
  const film = new Api.InputMediaDocument({ id: own.video() });
  await refused(own.send(paid(5, image), own.channel.id), 'EXTENDED_MEDIA_PEER_INVALID');
  own.channel.paidMedia = true;
  const full = await own.client.invoke(
    new Api.channels.GetFullChannel({ channel: own.peerOf(own.channel.id) as never }),
  );
  assert.equal((full.fullChat as Api.ChannelFull).paidMediaAllowed, true);
  await refused(own.send(paid(5, image)), 'EXTENDED_MEDIA_PEER_INVALID');
  await refused(own.send(paid(5), own.channel.id), 'EXTENDED_MEDIA_EMPTY');
  await refused(own.send(paid(0, image), own.channel.id), 'EXTENDED_MEDIA_AMOUNT_INVALID');
  await refused(own.send(paid(10_001, image), own.channel.id), 'EXTENDED_MEDIA_AMOUNT_INVALID');
  const place = new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat: 1, long: 1 }) });
  await refused(own.send(paid(5, place), own.channel.id), 'EXTENDED_MEDIA_INVALID');
  const round = new Api.InputMediaDocument({ id: own.video(true) });
  await refused(own.send(paid(5, round), own.channel.id), 'EXTENDED_MEDIA_INVALID');
  await refused(
    own.send(paid(5, ...Array.from({ length: 11 }, () => image)), own.channel.id),
    'EXTENDED_MEDIA_INVALID',
  );
  const sent = await own.send(paid(5, image, film), own.channel.id);
  const { extendedMedia, starsAmount } = sent.media as Api.MessageMediaPaidMedia;
  assert.equal(Number(starsAmount), 5);
  assert.deepEqual(
    extendedMedia.map(({ className }) => className),
    ['MessageExtendedMedia', 'MessageExtendedMedia'],
  );
  const kept = own.channel.box?.messages.at(-1);
  assert.ok(kept?.media?.kind === 'paid');
  own.sandbox.world.post({ chat: own.channel.id, from: own.me.id, media: { ...kept.media, seenBy: [] } });
  const page = await own.client.getMessages(own.peerOf(own.channel.id), { limit: 1 });
  const [first, second] = (page[0]?.media as Api.MessageMediaPaidMedia | undefined)?.extendedMedia ?? [];
  assert.ok(
    first instanceof Api.MessageExtendedMediaPreview && second instanceof Api.MessageExtendedMediaPreview,
  );
  assert.deepEqual([first.w, first.h, second.w, second.h, second.videoDuration], [640, 480, 320, 240, 3]);
});

test('a story is shared while it lasts, if it is public', async () => {
  const { state } = own.sandbox.world;
  const now = own.sandbox.world.nowSeconds();
  const media = { _: 'MessageMediaEmpty' };
  const base = { _: 'StoryItem', date: now - 10, media, caption: 'Look', expireDate: now + 100 };
  state.stories = new Map([
    [
      own.friend.id,
      new Map([
        [1, { ...base, id: 1, public: true }],
        [2, { ...base, id: 2, public: true, expireDate: now - 1 }],
        [3, { ...base, id: 3 }],
        [4, { ...base, id: 4, public: true, noforwards: true }],
        [5, { ...base, id: 5, public: true, expireDate: now - 1, pinned: true }],
      ]),
    ],
  ]);
  const story = (id: number) => new Api.InputMediaStory({ peer: own.peerOf(own.friend.id), id });
  for (const id of [1, 5]) {
    const sent = await own.send(story(id));
    const { story: shown, id: of } = sent.media as Api.MessageMediaStory;
    assert.deepEqual([(shown as Api.StoryItem).caption, of], ['Look', id]);
  }
  for (const id of [2, 3, 4, 9]) await refused(own.send(story(id)), 'STORY_ID_INVALID');
  const byId = (of: number, ...id: number[]) =>
    own.client.invoke(new Api.stories.GetStoriesByID({ peer: own.peerOf(of), id }));
  const found = await byId(own.friend.id, 1, 2, 5, 9);
  assert.deepEqual(
    found.stories.map(({ id }) => id),
    [1, 5],
  );
  await refused(byId(own.friend.id), 'STORY_ID_EMPTY');
  await refused(byId(own.chat.id, 1), 'STORIES_NEVER_CREATED');
});

test('live photos, covers and start times stay, and media that deletes itself goes to a person alone', async () => {
  const live = await own.send(
    new Api.InputMediaPhoto({ id: own.photo('live'), livePhoto: true, video: own.video() }),
  );
  const shown = live.media as Api.MessageMediaPhoto;
  assert.ok(shown.livePhoto && shown.video instanceof Api.Document);
  await refused(
    own.send(
      new Api.InputMediaPhoto({ id: own.photo('l'), livePhoto: true, video: new Api.InputDocumentEmpty() }),
    ),
    'MEDIA_EMPTY',
  );
  const film = await own.send(
    new Api.InputMediaDocument({ id: own.video(), videoCover: own.photo('cover'), videoTimestamp: 2 }),
  );
  const { videoCover, videoTimestamp } = film.media as Api.MessageMediaDocument;
  assert.ok(videoCover instanceof Api.Photo);
  assert.equal(videoTimestamp, 2);
  const once = new Api.InputMediaPhoto({ id: own.photo('once'), ttlSeconds: 2 ** 31 - 1 });
  const passing = await own.send(once, own.friend.id);
  assert.equal((passing.media as Api.MessageMediaPhoto).ttlSeconds, 2 ** 31 - 1);
  for (const to of [own.chat.id, own.channel.id, own.me.id])
    await refused(own.send(once, to), 'TTL_MEDIA_INVALID');
  const long = new Api.InputMediaPhoto({ id: own.photo('long'), ttlSeconds: 61 });
  await refused(own.send(long, own.friend.id), 'TTL_MEDIA_INVALID');
});

test('places keep their accuracy and their provider, live ones their time, and a contact finds its account', async () => {
  const geoPoint = new Api.InputGeoPoint({ lat: 1, long: 2, accuracyRadius: 30 });
  const live = (fields: object) => new Api.InputMediaGeoLive({ geoPoint, period: 900, ...fields });
  const sent = await own.send(live({ heading: 90, proximityNotificationRadius: 200 }));
  const { geo, period, heading, proximityNotificationRadius } = sent.media as Api.MessageMediaGeoLive;
  assert.deepEqual(
    [(geo as Api.GeoPoint).accuracyRadius, period, heading, proximityNotificationRadius],
    [30, 900, 90, 200],
  );
  for (const wrong of [{ period: 59 }, { heading: 361 }, { stopped: true }]) {
    await refused(own.send(live(wrong)), 'MEDIA_INVALID');
  }
  const contact = (phoneNumber: string, firstName = 'F') =>
    new Api.InputMediaContact({ phoneNumber, firstName, lastName: '', vcard: '' });
  const known = await own.send(contact('+999 66 777'));
  assert.equal(Number((known.media as Api.MessageMediaContact).userId), own.friend.id);
  const unknown = await own.send(contact('+1'));
  assert.equal(Number((unknown.media as Api.MessageMediaContact).userId), 0);
  await refused(own.send(contact('')), 'MEDIA_INVALID');
  await refused(own.send(contact('1', ' ')), 'MEDIA_INVALID');
});

test('media that only bots or Telegram send, and media at other addresses, is refused', async () => {
  for (const [media, error] of [
    [new Api.InputMediaPhotoExternal({ url: 'https://example.org/a.jpg' }), 'WEBPAGE_CURL_FAILED'],
    [new Api.InputMediaDocumentExternal({ url: 'nowhere' }), 'EXTERNAL_URL_INVALID'],
    [
      new Api.InputMediaStakeDice({ gameHash: '', tonAmount: toLong(1), clientSeed: Buffer.alloc(1) }),
      'MEDIA_INVALID',
    ],
  ] as const) {
    await refused(own.send(media), error);
  }
});

test('a quote must stand in the answered message; tasks and answers of polls can be answered', async () => {
  const { id } = await own.say('one two three');
  const quoting = (quoteText: string, more = {}) =>
    own.say('so', own.chat.id, {
      replyTo: new Api.InputReplyToMessage({ replyToMsgId: id, quoteText, ...more }),
    });
  await refused(quoting('four'), 'QUOTE_TEXT_INVALID');
  const quoteEntities = [
    new Api.MessageEntityBold({ offset: 0, length: 2 }),
    new Api.MessageEntityCode({ offset: 2, length: 1 }),
  ];
  const { replyTo } = await quoting('two', { quoteOffset: 4, quoteEntities });
  const header = replyTo as Api.MessageReplyHeader;
  assert.deepEqual(
    [header.quoteText, header.quoteOffset, header.quoteEntities?.map(({ className }) => className)],
    ['two', 4, ['MessageEntityBold']],
  );
  const list = await own.premium(() => own.send(todo([task(3, 'Milk')])));
  const answering = (replyToMsgId: number, more: object) =>
    own.say('so', own.chat.id, { replyTo: new Api.InputReplyToMessage({ replyToMsgId, ...more }) });
  const about = await answering(list.id, { todoItemId: 3 });
  assert.equal((about.replyTo as Api.MessageReplyHeader).todoItemId, 3);
  const answers = ['a', 'b'].map((word) => new Api.InputPollAnswer({ text: text(word) }) as never);
  const poll = new Api.Poll({ id: toLong(0), question: text('?'), answers, hash: toLong(0) });
  const asked = await own.send(new Api.InputMediaPoll({ poll }));
  const { option } = (asked.media as Api.MessageMediaPoll).poll.answers[1] as Api.PollAnswer;
  const chosen = await answering(asked.id, { pollOption: option });
  assert.deepEqual((chosen.replyTo as Api.MessageReplyHeader).pollOption, option);
  await refused(answering(asked.id, { pollOption: Buffer.from('x') }), 'POLL_OPTION_INVALID');
});

test('effects are played in private chats, and dates keep their format', async () => {
  const effect = toLong(5_104_841_245_755_180_586n);
  const sent = await own.send(new Api.InputMediaPhoto({ id: own.photo('effect') }), own.friend.id, {
    effect,
  });
  assert.equal(String((sent as { effect?: unknown }).effect), '5104841245755180586');
  await refused(own.say('boom', own.chat.id, { effect }), 'EFFECT_CHAT_INVALID');
  await refused(own.say('boom', own.friend.id, { effect: toLong(5n) }), 'PREMIUM_ACCOUNT_REQUIRED');
  const date = (fields: object) =>
    new Api.MessageEntityFormattedDate({ offset: 0, length: 3, date: 7, ...fields });
  const told = await own.say('now', own.chat.id, { entities: [date({ shortTime: true, longDate: true })] });
  const [entity] = told.entities as [Api.MessageEntityFormattedDate];
  assert.deepEqual(
    [entity.date, entity.shortTime, entity.longDate, entity.relative ?? false],
    [7, true, true, false],
  );
  await refused(own.say('now', own.chat.id, { entities: [date({ date: 0 })] }), 'ENTITY_DATE_INVALID');
  await refused(
    own.say('now', own.chat.id, { entities: [date({ relative: true, shortTime: true })] }),
    'ENTITY_DATE_FORMAT_INVALID',
  );
});

test('with Premium a text may have 8192 units', async () => {
  await refused(own.say('x'.repeat(4097)), 'MESSAGE_TOO_LONG');
  await own.premium(async () => {
    await own.say('x'.repeat(8192));
    await refused(own.say('x'.repeat(8193)), 'MESSAGE_TOO_LONG');
  });
});

test('Telegram previews the first link by itself, unless the sender or the chat wants none', async () => {
  const url = 'https://example.org/a';
  const seen = await own.say(`See ${url} and https://example.org/b`);
  const { webpage, manual } = seen.media as Api.MessageMediaWebPage;
  assert.deepEqual([(webpage as Api.WebPage).url, manual ?? false], [url, false]);
  const words = await own.say('words', own.chat.id, {
    entities: [new Api.MessageEntityTextUrl({ offset: 0, length: 5, url })],
  });
  assert.ok(words.media instanceof Api.MessageMediaWebPage);
  assert.equal((await own.say(url, own.chat.id, { noWebpage: true })).media ?? undefined, undefined);
  assert.equal((await own.say('https://host.invalid/')).media ?? undefined, undefined);
  assert.ok((await own.say(url, own.friend.id)).media instanceof Api.MessageMediaWebPage);
});
