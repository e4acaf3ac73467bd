import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { KIB } from '../../lib/base/bytes.js';
import { drawJpeg } from '../../lib/sandbox/files/jpeg.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

type Item = Partial<ConstructorParameters<typeof Api.InputSingleMedia>[0]>;

let own: SignedIn;
let friend: Account;
let chat: Chat;
let peer: Api.TypeInputPeer;
let lastId = 1n;

before(async () => {
  own = await signedInClient({ seed: 'media' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend' });
  chat = world.createChannel({ title: 'Mine', creator: own.me.id, megagroup: true });
  peer = inputPeer(world, own.me.id, chat.id);
});
after(() => own.close());

const nextId = () => toLong(lastId++);

async function upload(bytes: Buffer, name = 'a.bin'): Promise<Api.InputFile> {
  const id = nextId();
  await own.client.invoke(new Api.upload.SaveFilePart({ fileId: id, filePart: 0, bytes }));
  const md5Checksum = createHash('md5').update(bytes).digest('hex');
  return new Api.InputFile({ id, parts: 1, name, md5Checksum });
}

const jpeg = (seed: string) => drawJpeg(seed, 640, 480);

async function photo(seed: string): Promise<Api.InputMediaUploadedPhoto> {
  return new Api.InputMediaUploadedPhoto({ file: await upload(jpeg(seed), 'p.jpg') });
}

async function document(attributes: Api.TypeDocumentAttribute[], mimeType = 'application/pdf', more = {}) {
  const file = await upload(Buffer.from(`document ${lastId}`));
  return new Api.InputMediaUploadedDocument({ file, mimeType, attributes, ...more });
}

const video = () =>
  new Api.DocumentAttributeVideo({ duration: 3.5, w: 320, h: 240, supportsStreaming: true });
const audio = (voice = false) =>
  new Api.DocumentAttributeAudio({ duration: 9, voice, title: 'Song', performer: 'She' });

async function send(media: Api.TypeInputMedia, args = {}): Promise<Api.Message> {
  const answer = await own.client.invoke(
    new Api.messages.SendMedia({ peer, media, message: '', randomId: nextId(), ...args }),
  );
  const brought = (answer as Api.Updates).updates.find(
    (update) => update instanceof Api.UpdateNewChannelMessage || update instanceof Api.UpdateNewMessage,
  );
  return brought?.message as Api.Message;
}

/** Uploaded before, as an album's items have to be. */
async function ready(media: Api.TypeInputMedia): Promise<Api.InputMediaPhoto | Api.InputMediaDocument> {
  const answer = await own.client.invoke(new Api.messages.UploadMedia({ peer, media }));
  if (answer instanceof Api.MessageMediaPhoto && answer.photo instanceof Api.Photo) {
    const { id, accessHash, fileReference } = answer.photo;
    return new Api.InputMediaPhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) });
  }
  assert.ok(answer instanceof Api.MessageMediaDocument && answer.document instanceof Api.Document);
  const { id, accessHash, fileReference } = answer.document;
  return new Api.InputMediaDocument({ id: new Api.InputDocument({ id, accessHash, fileReference }) });
}

async function sendAlbum(items: Item[], args = {}): Promise<Api.Message[]> {
  const multiMedia = items.map(
    ({ media = new Api.InputMediaEmpty(), message = '', randomId = nextId(), ...rest }) =>
      new Api.InputSingleMedia({ media, message, randomId, ...rest }),
  );
  const answer = await own.client.invoke(new Api.messages.SendMultiMedia({ peer, multiMedia, ...args }));
  return (answer as Api.Updates).updates.flatMap((update) =>
    update instanceof Api.UpdateNewChannelMessage ? (update.message as Api.Message) : [],
  );
}

test('every kind of document keeps its attributes, name, thumbnail and flags', async () => {
  const thumb = await upload(drawJpeg('thumb', 160, 120));
  const sent = await send(
    await document(
      [
        new Api.DocumentAttributeVideo({ duration: 3.5, w: 320, h: 240, nosound: true }),
        new Api.DocumentAttributeFilename({ fileName: 'a film.mp4' }),
      ],
      'video/mp4',
      { thumb, spoiler: true },
    ),
    {
      message: 'a caption',
      entities: [new Api.MessageEntityBold({ offset: 2, length: 7 })],
      invertMedia: true,
      silent: true,
    },
  );
  assert.ok(sent.media instanceof Api.MessageMediaDocument && sent.media.document instanceof Api.Document);
  const { invertMedia } = sent as Api.Message & { invertMedia?: boolean };
  assert.deepEqual(
    [sent.media.spoiler, sent.media.video, invertMedia, sent.silent],
    [true, true, true, true],
  );
  assert.deepEqual([sent.message, sent.entities?.length], ['a caption', 1]);
  const [moving, name] = sent.media.document.attributes;
  assert.ok(moving instanceof Api.DocumentAttributeVideo && name instanceof Api.DocumentAttributeFilename);
  assert.deepEqual(
    [moving.duration, moving.w, moving.h, moving.nosound, name.fileName],
    [3.5, 320, 240, true, 'a film.mp4'],
  );
  assert.equal(sent.media.document.thumbs?.length, 1);
  const voice = await send(await document([audio(true)], 'audio/ogg'));
  assert.equal((voice.media as Api.MessageMediaDocument).voice, true);
  const round = await send(
    await document(
      [new Api.DocumentAttributeVideo({ duration: 3, w: 240, h: 240, roundMessage: true })],
      'video/mp4',
    ),
  );
  assert.equal((round.media as Api.MessageMediaDocument).round, true);
  const set = new Api.InputStickerSetShortName({ shortName: 'Animals' });
  const sticker = await send(
    await document([new Api.DocumentAttributeSticker({ alt: '😀', stickerset: set })], 'image/webp'),
  );
  const { document: kept } = sticker.media as Api.MessageMediaDocument;
  const [attribute] = (kept as Api.Document).attributes;
  assert.ok(attribute instanceof Api.DocumentAttributeSticker);
  assert.deepEqual(
    [attribute.alt, attribute.stickerset.className],
    ['😀', 'InputStickerSetEmpty'],
    'nobody makes an upload a member of a set',
  );
});

test('media without files occur as chats hold them', async () => {
  const geoPoint = new Api.InputGeoPoint({ lat: 47.5, long: 8.25 });
  const geo = await send(new Api.InputMediaGeoPoint({ geoPoint }));
  assert.deepEqual([((geo.media as Api.MessageMediaGeo).geo as Api.GeoPoint).lat], [47.5]);
  const where = { geoPoint, provider: '', venueId: '', venueType: '' };
  const venue = await send(new Api.InputMediaVenue({ ...where, title: 'Here', address: 'Street 1' }));
  assert.equal((venue.media as Api.MessageMediaVenue).title, 'Here');
  const contact = await send(
    new Api.InputMediaContact({ phoneNumber: '1', firstName: 'A', lastName: 'B', vcard: '' }),
  );
  assert.equal((contact.media as Api.MessageMediaContact).firstName, 'A');
  const dice = await send(new Api.InputMediaDice({ emoticon: '🎯' }));
  assert.ok(
    (dice.media as Api.MessageMediaDice).value >= 1 && (dice.media as Api.MessageMediaDice).value <= 6,
  );
  const text = (words: string) => new Api.TextWithEntities({ text: words, entities: [] });
  const poll = (answers: number, question = 'Why?') =>
    new Api.InputMediaPoll({
      poll: new Api.Poll({
        id: toLong(0),
        question: text(question),
        answers: Array.from(
          { length: answers },
          (_, i) => new Api.PollAnswer({ text: text(`${i}`), option: Buffer.from([i]) }),
        ),
        hash: toLong(0),
      }),
    });
  const asked = await send(poll(3));
  assert.equal((asked.media as Api.MessageMediaPoll).poll.answers.length, 3);
  await refused(send(poll(1)), 'POLL_ANSWERS_INVALID');
  await refused(send(poll(2, ' ')), 'POLL_QUESTION_INVALID');
  await refused(
    send(new Api.InputMediaGeoPoint({ geoPoint: new Api.InputGeoPoint({ lat: 91, long: 0 }) })),
    'GEO_POINT_INVALID',
  );
  await refused(send(new Api.InputMediaDice({ emoticon: 'x' })), 'EMOTICON_INVALID');
});

test('media that name nothing are MEDIA_EMPTY, and media that nobody may send are MEDIA_INVALID', async () => {
  await refused(send(new Api.InputMediaEmpty()), 'MEDIA_EMPTY');
  const none = new Api.InputDocument({
    id: toLong(5),
    accessHash: toLong(6),
    fileReference: Buffer.alloc(25),
  });
  await refused(send(new Api.InputMediaDocument({ id: none })), 'MEDIA_EMPTY');
  await refused(send(new Api.InputMediaDocument({ id: new Api.InputDocumentEmpty() })), 'MEDIA_EMPTY');
  await refused(
    send(
      new Api.InputMediaGame({
        id: new Api.InputGameShortName({ botId: new Api.InputUserSelf(), shortName: 'g' }),
      }),
    ),
    'GAME_BOT_INVALID',
  );
  const passing = new Api.InputMediaUploadedPhoto({ file: await upload(jpeg('ttl')), ttlSeconds: 5 });
  await refused(send(passing), 'TTL_MEDIA_INVALID');
});

test('an existing file is sent by id, hash and reference', async () => {
  const item = await ready(await photo('by id'));
  const sent = await send(item, { message: 'again' });
  const { photo: kept } = sent.media as Api.MessageMediaPhoto;
  assert.ok((kept as Api.Photo).id.equals((item.id as Api.InputPhoto).id));
  const { id, accessHash, fileReference } = item.id as Api.InputPhoto;
  const wrong = new Api.InputPhoto({ id, accessHash: accessHash.add(1), fileReference });
  await refused(send(new Api.InputMediaPhoto({ id: wrong })), 'MEDIA_EMPTY');
  const asDocument = new Api.InputDocument({ id, accessHash, fileReference });
  await refused(send(new Api.InputMediaDocument({ id: asDocument })), 'MEDIA_EMPTY');
  own.sandbox.files.expireReferences();
  await refused(send(item), 'FILE_REFERENCE_EXPIRED');
});

test('a caption may have 1024 units, with Premium 4096', async () => {
  const item = await ready(await photo('caption'));
  await send(item, { message: 'x'.repeat(1024) });
  await refused(send(item, { message: 'x'.repeat(1025) }), 'MEDIA_CAPTION_TOO_LONG');
  await refused(
    sendAlbum([{ media: item, message: 'x'.repeat(1025) }, { media: item }]),
    'MEDIA_CAPTION_TOO_LONG',
  );
  own.me.premium = true;
  await send(item, { message: 'x'.repeat(4096) });
  await refused(send(item, { message: 'x'.repeat(4097) }), 'MEDIA_CAPTION_TOO_LONG');
  own.me.premium = false;
});

test('an album has one grouped_id, ids in order, and a caption for each item', async () => {
  const items: Item[] = [
    {
      media: await ready(await photo('1')),
      message: 'first',
      entities: [new Api.MessageEntityBold({ offset: 0, length: 5 })],
    },
    { media: await ready(await document([video()], 'video/mp4')), message: '' },
    { media: await ready(await photo('3')), message: 'third' },
  ];
  const sent = await sendAlbum(items, { silent: true });
  assert.equal(new Set(sent.map(({ groupedId }) => String(groupedId))).size, 1);
  assert.ok(sent[0]?.groupedId);
  assert.deepEqual(
    sent.map(({ message }) => message),
    ['first', '', 'third'],
  );
  assert.deepEqual(
    sent.map(({ id }) => id - (sent[0]?.id ?? 0)),
    [0, 1, 2],
  );
  const [next] = await sendAlbum(items.slice(0, 2));
  assert.notEqual(String(next?.groupedId), String(sent[0]?.groupedId));
});

test('an album sent again with its random_ids gets the first answer and is not repeated', async () => {
  const media = await ready(await photo('again'));
  const items = [11n, 12n].map((id) => ({ media, message: '', randomId: toLong(9_000_000n + id) }));
  const first = await sendAlbum(items);
  const count = chat.box?.messages.length;
  assert.deepEqual(
    (await sendAlbum(items)).map(({ id }) => id),
    first.map(({ id }) => id),
  );
  assert.equal(chat.box?.messages.length, count);
});

test("files that don't make an album are refused", async () => {
  const [image, film, song, paper, voice] = [
    await ready(await photo('album')),
    await ready(await document([video()], 'video/mp4')),
    await ready(await document([audio()], 'audio/mpeg')),
    await ready(await document([])),
    await ready(await document([audio(true)], 'audio/ogg')),
  ];
  await refused(sendAlbum([]), 'MEDIA_EMPTY');
  await refused(sendAlbum(Array.from({ length: 11 }, () => ({ media: image }))), 'MULTI_MEDIA_TOO_LONG');
  await refused(sendAlbum([{ media: image }, { media: await photo('not uploaded') }]), 'MEDIA_INVALID');
  await refused(sendAlbum([{ media: image }, { media: song }]), 'MEDIA_INVALID');
  await refused(sendAlbum([{ media: paper }, { media: film }]), 'MEDIA_INVALID');
  await refused(sendAlbum([{ media: voice }, { media: voice }]), 'MEDIA_INVALID');
  assert.equal((await sendAlbum([{ media: song }, { media: song }])).length, 2);
  assert.equal((await sendAlbum([{ media: paper }, { media: paper }])).length, 2);
  await refused(sendAlbum([{ media: image }, { media: image, randomId: toLong(0) }]), 'RANDOM_ID_EMPTY');
});

test('the error for an expired reference in an album names its item', async () => {
  const fresh = await ready(await photo('fresh'));
  const stale = await ready(await photo('stale'));
  const file = own.sandbox.files.get(BigInt(String((stale.id as Api.InputPhoto).id)));
  own.sandbox.files.expireReferences(file);
  await refused(sendAlbum([{ media: fresh }, { media: stale }]), 'FILE_REFERENCE_1_EXPIRED');
});

test('a chat forbids media kind by kind, and no upload is assembled for an account that may not write', async () => {
  const { world } = own.sandbox;
  const strict = world.createChannel({ title: 'Strict', creator: friend.id, megagroup: true });
  const to = { peer: inputPeer(world, own.me.id, strict.id) };
  const { bans } = world.addMember(strict, own.me.id);
  const image = await ready(await photo('strict'));
  for (const [ban, media, refusal] of [
    ['sendPhotos', image, 'CHAT_SEND_PHOTOS_FORBIDDEN'],
    ['sendVideos', await document([video()]), 'CHAT_SEND_VIDEOS_FORBIDDEN'],
    ['sendVoices', await document([audio(true)]), 'CHAT_SEND_VOICES_FORBIDDEN'],
    ['sendAudios', await document([audio()]), 'CHAT_SEND_AUDIOS_FORBIDDEN'],
    ['sendDocs', await document([]), 'CHAT_SEND_DOCS_FORBIDDEN'],
    ['sendGifs', await document([video(), new Api.DocumentAttributeAnimated()]), 'CHAT_SEND_GIFS_FORBIDDEN'],
    ['sendMedia', image, 'CHAT_SEND_MEDIA_FORBIDDEN'],
    ['sendMessages', await photo('unwanted'), 'CHAT_WRITE_FORBIDDEN'],
  ] as const) {
    bans.add(ban);
    await refused(send(media, to), refusal);
    bans.delete(ban);
  }
  assert.ok(await send(image, to));
});

test('media to users are answered with the message itself', async () => {
  const sent = await send(await photo('private'), {
    peer: inputPeer(own.sandbox.world, own.me.id, friend.id),
  });
  assert.equal(sent.id, own.me.box.lastId);
  assert.equal(friend.box.messages.at(-1)?.media?.kind, 'photo');
});

test("a photo needs a picture and a file its bytes: the file store's refusals are passed on", async () => {
  const noise = new Api.InputMediaUploadedPhoto({ file: await upload(Buffer.alloc(2 * KIB, 7)) });
  await refused(send(noise), 'IMAGE_PROCESS_FAILED');
  const lost = new Api.InputFile({ id: nextId(), parts: 1, name: 'x', md5Checksum: '' });
  await refused(send(new Api.InputMediaUploadedPhoto({ file: lost })), 'FILE_PART_0_MISSING');
});
