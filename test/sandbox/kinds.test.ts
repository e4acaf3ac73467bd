import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let chat: Chat;
let channel: Chat;
let lastId = 1n;

before(async () => {
  own = await signedInClient({ seed: 'kinds' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend', phone: '99966 777' });
  chat = world.createChannel({ title: 'Mine', creator: own.me.id, megagroup: true });
  channel = world.createChannel({ title: 'News', creator: own.me.id });
});
after(() => own.close());

const peerOf = (id: number) => inputPeer(own.sandbox.world, own.me.id, id);
const text = (words: string, entities: Api.TypeMessageEntity[] = []) =>
  new Api.TextWithEntities({ text: words, entities });

function brought(answer: unknown): Api.Message {
  const update = (answer as Api.Updates).updates.find(
    (each) => each instanceof Api.UpdateNewChannelMessage || each instanceof Api.UpdateNewMessage,
  );
  return update?.message as Api.Message;
}

async function send(media: Api.TypeInputMedia, to: number = chat.id, more = {}): Promise<Api.Message> {
  const fields = { peer: peerOf(to), media, message: '', randomId: toLong(lastId++), ...more };
  return brought(await own.client.invoke(new Api.messages.SendMedia(fields)));
}

async function say(message: string, to: number = chat.id, more = {}): Promise<Api.Message> {
  const fields = { peer: peerOf(to), message, randomId: toLong(lastId++), ...more };
  return brought(await own.client.invoke(new Api.messages.SendMessage(fields)));
}

async function premium<T>(work: () => Promise<T>): Promise<T> {
  own.me.premium = true;
  try {
    return await work();
  } finally {
    own.me.premium = false;
  }
}

function photo(seed: string): Api.InputPhoto {
  const { files } = own.sandbox;
  const file = files.add({ kind: 'photo', dcId: 1, width: 640, height: 480, seed });
  const fileReference = files.referenceFor(file, 'test');
  return new Api.InputPhoto({ id: toLong(file.id), accessHash: toLong(file.accessHash), fileReference });
}

function video(round = false): Api.InputDocument {
  const { files } = own.sandbox;
  const attribute = { type: 'video', duration: 3, width: 320, height: 240, roundMessage: round } as const;
  const facts = { size: 1000, mimeType: 'video/mp4', attributes: [attribute] };
  const file = files.add({ kind: 'document', dcId: 1, ...facts });
  const fileReference = files.referenceFor(file, 'test');
  return new Api.InputDocument({ id: toLong(file.id), accessHash: toLong(file.accessHash), fileReference });
}

const task = (id: number, title: string) => new Api.TodoItem({ id, title: text(title) });

function todo(list: Api.TodoItem[], title = text('Shopping'), flags = {}): Api.InputMediaTodo {
  return new Api.InputMediaTodo({ todo: new Api.TodoList({ title, list, ...flags }) });
}

test("a checklist needs Premium and a chat that isn't a channel, and keeps its flags, ids and formats", async () => {
  const list = todo([task(1, 'Milk'), task(7, 'Bread')]);
  await refused(send(list), 'PREMIUM_ACCOUNT_REQUIRED');
  await premium(async () => {
    const bold = new Api.MessageEntityBold({ offset: 0, length: 4 });
    const code = new Api.MessageEntityCode({ offset: 4, length: 4 });
    const flags = { othersCanAppend: true, othersCanComplete: true };
    const sent = await send(todo([task(1, 'Milk'), task(7, 'Bread')], text('Shopping', [bold, code]), flags));
    const { todo: shown, completions } = sent.media as Api.MessageMediaToDo;
    assert.deepEqual([shown.othersCanAppend, shown.othersCanComplete], [true, true]);
    assert.deepEqual(
      shown.list.map(({ id, title }) => [id, title.text]),
      [
        [1, 'Milk'],
        [7, 'Bread'],
      ],
    );
    assert.deepEqual(
      shown.title.entities.map(({ className }) => className),
      ['MessageEntityBold'],
    );
    assert.equal(completions ?? undefined, undefined);
    assert.ok(await send(list, own.me.id));
    assert.ok(await send(list, friend.id));
    await refused(send(list, channel.id), 'MEDIA_INVALID');
    await refused(send(todo([])), 'TODO_ITEMS_EMPTY');
    const many = Array.from({ length: 31 }, (_, n) => task(n + 1, `${n}`));
    await refused(send(todo(many)), 'TODO_ITEMS_TOO_MUCH');
    await refused(send(todo([task(1, 'a'), task(1, 'b')])), 'TODO_ITEM_DUPLICATE');
    await refused(send(todo([task(0, 'a')])), 'TODO_ITEM_DUPLICATE');
    await refused(send(todo([task(1, 'a'.repeat(65))])), 'MEDIA_INVALID');
    await refused(send(todo([task(1, 'a')], text('t'.repeat(33)))), 'MEDIA_INVALID');
  });
});

test('paid media is taken by a channel that allows it, and others see only its size', async () => {
  const paid = (stars: number, ...extendedMedia: Api.TypeInputMedia[]) =>
    new Api.InputMediaPaidMedia({ starsAmount: toLong(stars), extendedMedia });
  const image = new Api.InputMediaPhoto({ id: photo('paid') });
  const film = new Api.InputMediaDocument({ id: video() });
  await refused(send(paid(5, image), channel.id), 'EXTENDED_MEDIA_PEER_INVALID');
  channel.paidMedia = true;
  await refused(send(paid(5, image)), 'EXTENDED_MEDIA_PEER_INVALID');
  await refused(send(paid(5), channel.id), 'EXTENDED_MEDIA_EMPTY');
  await refused(send(paid(0, image), channel.id), 'EXTENDED_MEDIA_AMOUNT_INVALID');
  await refused(send(paid(10_001, image), channel.id), 'EXTENDED_MEDIA_AMOUNT_INVALID');
  const place = new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat: 1, long: 1 }) });
  await refused(send(paid(5, place), channel.id), 'EXTENDED_MEDIA_INVALID');
  const round = new Api.InputMediaDocument({ id: video(true) });
  await refused(send(paid(5, round), channel.id), 'EXTENDED_MEDIA_INVALID');
  await refused(
    send(paid(5, ...Array.from({ length: 11 }, () => image)), channel.id),
    'EXTENDED_MEDIA_INVALID',
  );
  const sent = await send(paid(5, image, film), channel.id);
  const { extendedMedia, starsAmount } = sent.media as Api.MessageMediaPaidMedia;
  assert.equal(Number(starsAmount), 5);
  assert.deepEqual(
    extendedMedia.map(({ className }) => className),
    ['MessageExtendedMedia', 'MessageExtendedMedia'],
  );
  const kept = channel.box?.messages.at(-1);
  assert.ok(kept?.media?.kind === 'paid');
  own.sandbox.world.post({ chat: channel.id, from: own.me.id, media: { ...kept.media, seenBy: [] } });
  const page = await own.client.getMessages(peerOf(channel.id), { limit: 1 });
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
      friend.id,
      new Map([
        [1, { ...base, id: 1, public: true }],
        [2, { ...base, id: 2, public: true, expireDate: now - 1 }],
        [3, { ...base, id: 3 }],
        [4, { ...base, id: 4, public: true, noforwards: true }],
        [5, { ...base, id: 5, public: true, expireDate: now - 1, pinned: true }],
      ]),
    ],
  ]);
  const story = (id: number) => new Api.InputMediaStory({ peer: peerOf(friend.id), id });
  for (const id of [1, 5]) {
    const sent = await send(story(id));
    const { story: shown, id: of } = sent.media as Api.MessageMediaStory;
    assert.deepEqual([(shown as Api.StoryItem).caption, of], ['Look', id]);
  }
  for (const id of [2, 3, 4, 9]) await refused(send(story(id)), 'STORY_ID_INVALID');
});

test('live photos, covers and start times stay, and media that deletes itself goes to a person alone', async () => {
  const live = await send(new Api.InputMediaPhoto({ id: photo('live'), livePhoto: true, video: video() }));
  const shown = live.media as Api.MessageMediaPhoto;
  assert.ok(shown.livePhoto && shown.video instanceof Api.Document);
  await refused(
    send(new Api.InputMediaPhoto({ id: photo('l'), livePhoto: true, video: new Api.InputDocumentEmpty() })),
    'MEDIA_EMPTY',
  );
  const film = await send(
    new Api.InputMediaDocument({ id: video(), videoCover: photo('cover'), videoTimestamp: 2 }),
  );
  const { videoCover, videoTimestamp } = film.media as Api.MessageMediaDocument;
  assert.ok(videoCover instanceof Api.Photo);
  assert.equal(videoTimestamp, 2);
  const once = new Api.InputMediaPhoto({ id: photo('once'), ttlSeconds: 2 ** 31 - 1 });
  const passing = await send(once, friend.id);
  assert.equal((passing.media as Api.MessageMediaPhoto).ttlSeconds, 2 ** 31 - 1);
  for (const to of [chat.id, channel.id, own.me.id]) await refused(send(once, to), 'TTL_MEDIA_INVALID');
  const long = new Api.InputMediaPhoto({ id: photo('long'), ttlSeconds: 61 });
  await refused(send(long, friend.id), 'TTL_MEDIA_INVALID');
});

test('places keep their accuracy and their provider, live ones their time, and a contact finds its account', async () => {
  const geoPoint = new Api.InputGeoPoint({ lat: 1, long: 2, accuracyRadius: 30 });
  const live = (fields: object) => new Api.InputMediaGeoLive({ geoPoint, period: 900, ...fields });
  const sent = await send(live({ heading: 90, proximityNotificationRadius: 200 }));
  const { geo, period, heading, proximityNotificationRadius } = sent.media as Api.MessageMediaGeoLive;
  assert.deepEqual(
    [(geo as Api.GeoPoint).accuracyRadius, period, heading, proximityNotificationRadius],
    [30, 900, 90, 200],
  );
  for (const wrong of [{ period: 59 }, { heading: 361 }, { stopped: true }]) {
    await refused(send(live(wrong)), 'MEDIA_INVALID');
  }
  const contact = (phoneNumber: string, firstName = 'F') =>
    new Api.InputMediaContact({ phoneNumber, firstName, lastName: '', vcard: '' });
  const known = await send(contact('+999 66 777'));
  assert.equal(Number((known.media as Api.MessageMediaContact).userId), friend.id);
  const unknown = await send(contact('+1'));
  assert.equal(Number((unknown.media as Api.MessageMediaContact).userId), 0);
  await refused(send(contact('')), 'MEDIA_INVALID');
  await refused(send(contact('1', ' ')), 'MEDIA_INVALID');
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
    await refused(send(media), error);
  }
});

test('a quote must stand in the answered message; tasks and answers of polls can be answered', async () => {
  const { id } = await say('one two three');
  const quoting = (quoteText: string, more = {}) =>
    say('so', chat.id, { replyTo: new Api.InputReplyToMessage({ replyToMsgId: id, quoteText, ...more }) });
  await refused(quoting('four'), 'QUOTE_TEXT_INVALID');
  const quoteEntities = [
    new Api.MessageEntityBold({ offset: 0, length: 3 }),
    new Api.MessageEntityCode({ offset: 0, length: 3 }),
  ];
  const { replyTo } = await quoting('two', { quoteOffset: 4, quoteEntities });
  const header = replyTo as Api.MessageReplyHeader;
  assert.deepEqual(
    [header.quoteText, header.quoteOffset, header.quoteEntities?.map(({ className }) => className)],
    ['two', 4, ['MessageEntityBold']],
  );
  const list = await premium(() => send(todo([task(3, 'Milk')])));
  const answering = (replyToMsgId: number, more: object) =>
    say('so', chat.id, { replyTo: new Api.InputReplyToMessage({ replyToMsgId, ...more }) });
  const about = await answering(list.id, { todoItemId: 3 });
  assert.equal((about.replyTo as Api.MessageReplyHeader).todoItemId, 3);
  const answers = ['a', 'b'].map((word) => new Api.InputPollAnswer({ text: text(word) }) as never);
  const poll = new Api.Poll({ id: toLong(0), question: text('?'), answers, hash: toLong(0) });
  const asked = await send(new Api.InputMediaPoll({ poll }));
  const { option } = (asked.media as Api.MessageMediaPoll).poll.answers[1] as Api.PollAnswer;
  const chosen = await answering(asked.id, { pollOption: option });
  assert.deepEqual((chosen.replyTo as Api.MessageReplyHeader).pollOption, option);
  await refused(answering(asked.id, { pollOption: Buffer.from('x') }), 'POLL_OPTION_INVALID');
});

test('effects are played in private chats, and dates keep their format', async () => {
  const effect = toLong(5n);
  const sent = await send(new Api.InputMediaPhoto({ id: photo('effect') }), friend.id, { effect });
  assert.equal(Number((sent as { effect?: unknown }).effect), 5);
  await refused(say('boom', chat.id, { effect }), 'EFFECT_CHAT_INVALID');
  const date = (fields: object) =>
    new Api.MessageEntityFormattedDate({ offset: 0, length: 3, date: 7, ...fields });
  const told = await say('now', chat.id, { entities: [date({ shortTime: true, longDate: true })] });
  const [entity] = told.entities as [Api.MessageEntityFormattedDate];
  assert.deepEqual(
    [entity.date, entity.shortTime, entity.longDate, entity.relative ?? false],
    [7, true, true, false],
  );
  await refused(say('now', chat.id, { entities: [date({ date: 0 })] }), 'ENTITY_DATE_INVALID');
  await refused(
    say('now', chat.id, { entities: [date({ relative: true, shortTime: true })] }),
    'ENTITY_DATE_FORMAT_INVALID',
  );
});

test('with Premium a text may have 8192 units', async () => {
  await refused(say('x'.repeat(4097)), 'MESSAGE_TOO_LONG');
  await premium(async () => {
    await say('x'.repeat(8192));
    await refused(say('x'.repeat(8193)), 'MESSAGE_TOO_LONG');
  });
});

const paragraph = (words: string) => new Api.PageBlockParagraph({ text: new Api.TextPlain({ text: words }) });
const rich = (blocks: Api.TypePageBlock[], more = {}) =>
  say('', chat.id, { richMessage: new Api.InputRichMessage({ blocks, ...more }) });

test('a rich message needs Premium, keeps its tree and its files, and comes whole by a method of its own', async () => {
  await refused(rich([paragraph('a')]), 'RICH_MESSAGE_UNSUPPORTED');
  await premium(async () => {
    const image = photo('rich');
    const caption = new Api.PageCaption({ text: new Api.TextEmpty(), credit: new Api.TextEmpty() });
    const geo = new Api.InputGeoPoint({ lat: 1, long: 2 });
    const type = new Api.InlineButtonTypeUrl({ url: 'https://example.org' });
    const blocks = [
      new Api.PageBlockHeading1({ text: new Api.TextBold({ text: new Api.TextPlain({ text: 'Title' }) }) }),
      new Api.PageBlockPhoto({ photoId: image.id, caption }),
      new Api.InputPageBlockMap({ geo, zoom: 3, w: 10, h: 10, caption }),
      new Api.PageBlockButtonRow({
        buttons: [new Api.PageButton({ text: new Api.TextPlain({ text: 'Go' }), type })],
      }),
    ];
    const sent = await rich(blocks, { photos: [image], rtl: true });
    const { richMessage } = sent;
    assert.equal(sent.message, '');
    assert.deepEqual(
      richMessage?.blocks.map(({ className }) => className),
      ['PageBlockHeading1', 'PageBlockPhoto', 'PageBlockMap', 'PageBlockButtonRow'],
    );
    assert.ok(richMessage?.rtl && richMessage.photos[0] instanceof Api.Photo);
    const long = await rich(Array.from({ length: 120 }, (_, n) => paragraph(`${n}`)));
    assert.deepEqual([long.richMessage?.blocks.length, long.richMessage?.part], [100, true]);
    const whole = await own.client.invoke(
      new Api.messages.GetRichMessage({ peer: peerOf(chat.id), id: long.id }),
    );
    const [all] = (whole as Api.messages.Messages).messages as [Api.Message];
    assert.deepEqual([all.richMessage?.blocks.length, all.richMessage?.part ?? false], [120, false]);
    const plain = await say('plain');
    await refused(
      own.client.invoke(new Api.messages.GetRichMessage({ peer: peerOf(chat.id), id: plain.id })),
      'MESSAGE_ID_INVALID',
    );
  });
});

test('rich messages that Telegram refuses', () =>
  premium(async () => {
    const deep = (depth: number): Api.TypePageBlock =>
      depth === 0
        ? paragraph('x')
        : new Api.PageBlockDetails({ blocks: [deep(depth - 1)], title: new Api.TextEmpty() });
    const caption = new Api.PageCaption({ text: new Api.TextEmpty(), credit: new Api.TextEmpty() });
    const text = new Api.TextPlain({ text: 'x' });
    const callback = new Api.InlineButtonTypeCallback({ data: Buffer.from('x') });
    for (const [blocks, error] of [
      [[], 'MESSAGE_EMPTY'],
      [[new Api.PageBlockTitle({ text })], 'RICH_VALIDATE_CTOR_NOT_ALLOWED'],
      [
        [new Api.PageBlockParagraph({ text: new Api.TextHashtag({ text }) })],
        'RICH_VALIDATE_CTOR_NOT_ALLOWED',
      ],
      [[new Api.PageBlockPhoto({ photoId: toLong(5), caption })], 'MEDIA_INVALID'],
      [
        [new Api.PageBlockButtonRow({ buttons: [new Api.PageButton({ text, type: callback })] })],
        'BUTTON_TYPE_INVALID',
      ],
      [[paragraph('x'.repeat(32_769))], 'MESSAGE_TOO_LONG'],
      [Array.from({ length: 501 }, () => paragraph('x')), 'MESSAGE_TOO_LONG'],
      [[deep(17)], 'MESSAGE_TOO_LONG'],
    ] as const) {
      await refused(rich([...blocks]), error);
    }
    const html = new Api.InputRichMessageHTML({ html: '<p>x</p>' });
    await refused(say('', chat.id, { richMessage: html }), 'RICH_MESSAGE_UNSUPPORTED');
  }));

test('tasks are completed and added by the author, and by others if the list lets them, with a note each', async () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [friend.id] });
  const title = { text: 'List', entities: [] };
  const tasks = [1, 2].map((id) => ({ id, text: `${id}`, entities: [] }));
  const list = { kind: 'checklist', title, tasks, done: new Map() } as const;
  const toggle = (msgId: number, completed: number[], incompleted: number[] = []) =>
    own.client.invoke(
      new Api.messages.ToggleTodoCompleted({ peer: peerOf(group.id), msgId, completed, incompleted }),
    );
  const append = (msgId: number, ...items: Api.TodoItem[]) =>
    own.client.invoke(new Api.messages.AppendTodoList({ peer: peerOf(group.id), msgId, list: items }));
  const mine = world.post({ chat: group.id, from: own.me.id, media: list });
  const answer = (await toggle(mine.id, [1, 9])) as Api.Updates;
  assert.deepEqual(
    answer.updates.map(({ className }) => className),
    ['UpdateEditMessage', 'UpdateNewMessage'],
  );
  const [edited, note] = answer.updates.map((update) => (update as Api.UpdateNewMessage).message);
  const { completions } = (edited as Api.Message).media as Api.MessageMediaToDo;
  assert.deepEqual(
    completions?.map(({ id }) => id),
    [1],
  );
  const { action, replyTo } = note as Api.MessageService;
  assert.deepEqual((action as Api.MessageActionTodoCompletions).completed, [1]);
  assert.equal((replyTo as Api.MessageReplyHeader).replyToMsgId, mine.id);
  const theirs = friend.box.messages.find(({ uid }) => uid === mine.uid)?.media;
  assert.ok(theirs?.kind === 'checklist' && theirs.done.has(1), 'every copy has it');
  await refused(toggle(mine.id, [1], [2]), 'TODO_NOT_MODIFIED');
  await refused(append(mine.id, task(3, 'c')), 'PREMIUM_ACCOUNT_REQUIRED');
  await premium(async () => {
    await append(mine.id, task(3, 'c'));
    await refused(append(mine.id, task(3, 'again')), 'TODO_ITEM_DUPLICATE');
    const other = world.post({ chat: group.id, from: friend.id, media: list });
    const own1 = own.me.box.messages.find(({ uid }) => uid === other.uid)?.id ?? 0;
    await refused(toggle(own1, [1]), 'MESSAGE_AUTHOR_REQUIRED');
    await refused(append(own1, task(3, 'c')), 'MESSAGE_AUTHOR_REQUIRED');
    const open = { ...list, othersCanComplete: true, othersCanAppend: true };
    const shared = world.post({ chat: group.id, from: friend.id, media: open });
    const own2 = own.me.box.messages.find(({ uid }) => uid === shared.uid)?.id ?? 0;
    await toggle(own2, [2]);
    await append(own2, task(3, 'c'));
    const kept = own.me.box.messages.find(({ id }) => id === own2)?.media;
    assert.ok(kept?.kind === 'checklist');
    assert.deepEqual([[...kept.done.keys()], kept.tasks.map(({ id }) => id)], [[2], [1, 2, 3]]);
  });
  const text = world.post({ chat: group.id, from: own.me.id, text: 'no list' });
  await refused(toggle(text.id, [1]), 'MESSAGE_ID_INVALID');
});
