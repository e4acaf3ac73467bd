import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { finishImports } from '../../lib/sandbox/world/imports.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;
let lastFile = 70n;

before(async () => {
  own = await openSender('history-import');
});
after(() => own.close());

const GROUP = '31/12/2020, 09:00:00 - Zoë created group "Hikes"\n';

async function file(bytes: Buffer | string): Promise<Api.InputFile> {
  const fileId = toLong(lastFile++);
  const content = Buffer.from(bytes);
  await own.client.invoke(new Api.upload.SaveFilePart({ fileId, filePart: 0, bytes: content }));
  return new Api.InputFile({ id: fileId, parts: 1, name: 'chat.txt', md5Checksum: '' });
}

async function begin(text: Buffer | string, peer = own.chat.id, mediaCount = 0) {
  const request = { peer: own.peerOf(peer), file: await file(text), mediaCount };
  return (await own.client.invoke(new Api.messages.InitHistoryImport(request))).id;
}

const start = (importId: Api.long, peer = own.chat.id) =>
  own.client.invoke(new Api.messages.StartHistoryImport({ peer: own.peerOf(peer), importId }));

const check = (importHead: string) => own.client.invoke(new Api.messages.CheckHistoryImport({ importHead }));

const checkPeer = (peer: number) =>
  own.client.invoke(new Api.messages.CheckHistoryImportPeer({ peer: own.peerOf(peer) }));

const attach = (importId: Api.long, fileName: string, media: Api.TypeInputMedia) =>
  own.client.invoke(
    new Api.messages.UploadImportedMedia({ peer: own.peerOf(own.chat.id), importId, fileName, media }),
  );

/** The messages of a chat after those it had. */
async function since(before: number, work: () => Promise<unknown>): Promise<readonly Message[]> {
  await work();
  return own.sandbox.world.messagesWith(own.me.id, own.chat.id).slice(before);
}

const imported = (text: Buffer | string): Promise<readonly Message[]> =>
  since(own.sandbox.world.messagesWith(own.me.id, own.chat.id).length, async () => start(await begin(text)));

const seconds = (iso: string): number => Date.parse(iso) / 1000;

test('the first lines say whether a file is of a private chat or of a group, and how that is called', async () => {
  const two = '13/01/2021, 10:00 - Zoë: hello\nsecond line\n13/01/2021, 10:01 - Bob Roe: hi\n';
  const alone = await check(two);
  assert.deepEqual([alone.pm, alone.group, alone.title ?? null], [true, false, null]);
  const group = await check(GROUP + two);
  assert.deepEqual([group.pm, group.group, group.title], [false, true, 'Hikes']);
  const three = await check(`${two}13/01/2021, 10:02 - Carl: me, too\n`);
  assert.deepEqual([three.pm, three.group], [false, true]);
  const note = await check('13/01/2021, 10:00 - Messages are encrypted.\n');
  assert.deepEqual([note.pm, note.group], [false, false]);
  await refused(check('Dear diary,\nnothing happened.\n'), 'IMPORT_FORMAT_UNRECOGNIZED');
  await refused(check(''), 'IMPORT_FORMAT_UNRECOGNIZED');
});

test('only private chats of mutual contacts and supergroups whose info one may change take an import', async () => {
  const { world } = own.sandbox;
  const { friend, me } = own;
  assert.match((await checkPeer(own.chat.id)).confirmText, /Mine/);
  await refused(checkPeer(own.channel.id), 'IMPORT_PEER_TYPE_INVALID');
  await refused(checkPeer(me.id), 'IMPORT_PEER_TYPE_INVALID');
  const basic = world.createGroup({ title: 'Basic', creator: me.id, members: [friend.id] });
  await refused(checkPeer(basic.id), 'IMPORT_PEER_TYPE_INVALID');
  const theirs = world.createChannel({ title: 'Theirs', creator: friend.id, megagroup: true });
  world.addMember(theirs, me.id, { admin: ['pinMessages'] });
  await refused(checkPeer(theirs.id), 'CHAT_ADMIN_REQUIRED');
  me.contacts.add(friend.id);
  await refused(checkPeer(friend.id), 'USER_NOT_MUTUAL_CONTACT');
  friend.contacts.add(me.id);
  assert.match((await checkPeer(friend.id)).confirmText, /Friend/);
});

test('imported messages are of the present, with their own dates and names, in the order of the file, and are marked', async () => {
  const text = `${GROUP}31/12/2020, 23:59:01 - Zoë: first\nsecond line\n\nlast\n01/01/2021, 00:00 - Bob Roe: a: b\n31/12/2020, 23:58 - Zoë: earlier\n`;
  const since = own.sandbox.world.nowSeconds();
  const messages = await imported(text);
  assert.deepEqual(
    messages.map(({ text: said, forward, from }) => [said, forward?.date, forward?.name, from]),
    [
      ['first\nsecond line\n\nlast', seconds('2020-12-31T23:59:01Z'), 'Zoë', own.me.id],
      ['a: b', seconds('2021-01-01T00:00:00Z'), 'Bob Roe', own.me.id],
      ['earlier', seconds('2020-12-31T23:58:00Z'), 'Zoë', own.me.id],
    ],
  );
  assert.ok(messages.every(({ forward, date }) => forward?.imported === true && date >= since));
});

test('without a day above 12, the month comes first; an impossible date refuses the file', async () => {
  const group = '02/01/2021, 09:00 - Zoë created group "Hikes"\n';
  const [message] = await imported(`${group}02/03/2021, 10:00 - Zoë: hello\n`);
  assert.equal(message?.forward?.date, seconds('2021-02-03T10:00:00Z'));
  await refused(begin(`${GROUP}13/13/2021, 10:00 - Zoë: hello\n`), 'IMPORT_FORMAT_DATE_INVALID');
  await refused(begin(`${GROUP}13/01/2021, 24:00 - Zoë: hello\n`), 'IMPORT_FORMAT_DATE_INVALID');
});

test('files are named by messages that say nothing else; animated stickers are lost, other names stay text', async () => {
  const lines = [
    '<attached: a.jpg>',
    'a.jpg (file attached)',
    '<attached: b.tgs>',
    '<attached: c.pdf>',
    'x <attached: a.jpg>',
  ];
  const text = lines.map((line) => `31/12/2020, 10:00 - Zoë: ${line}\n`).join('');
  const id = await begin(GROUP + text, own.chat.id, 2);
  const taken = await attach(id, 'a.jpg', new Api.InputMediaPhoto({ id: own.photo('p') }));
  assert.ok(taken instanceof Api.MessageMediaPhoto);
  const sticker = own.sandbox.files.add({
    kind: 'document',
    dcId: 1,
    size: 10,
    mimeType: 'application/x-tgsticker',
    attributes: [],
  });
  const reference = own.sandbox.files.referenceFor(sticker, 'test');
  const named = { id: toLong(sticker.id), accessHash: toLong(sticker.accessHash), fileReference: reference };
  const asDocument = new Api.InputMediaDocument({ id: new Api.InputDocument(named) });
  assert.ok((await attach(id, 'b.tgs', asDocument)) instanceof Api.MessageMediaDocument);
  const before = own.sandbox.world.messagesWith(own.me.id, own.chat.id).length;
  const messages = await since(before, () => start(id));
  assert.deepEqual(
    messages.map(({ text: said, media }) => [said, media?.kind]),
    [
      ['', 'photo'],
      ['', 'photo'],
      ['', undefined],
      ['<attached: c.pdf>', undefined],
      ['x <attached: a.jpg>', undefined],
    ],
  );
});

test('an import is started once, by its account and for its chat', async () => {
  const id = await begin(`${GROUP}31/12/2020, 10:00 - Zoë: once\n`);
  const another = own.sandbox.world.createChannel({ title: 'B', creator: own.me.id, megagroup: true });
  await refused(start(id, another.id), 'IMPORT_ID_INVALID');
  await refused(start(toLong(1n)), 'IMPORT_ID_INVALID');
  assert.equal(await start(id), true);
  await refused(start(id), 'IMPORT_ID_INVALID');
  const photo = new Api.InputMediaPhoto({ id: own.photo('q') });
  await refused(attach(id, 'a.jpg', photo), 'IMPORT_ID_INVALID');
  const fresh = await begin(`${GROUP}31/12/2020, 10:00 - Zoë: twice\n`);
  const dice = new Api.InputMediaDice({ emoticon: '🎲' });
  await refused(attach(fresh, 'a.jpg', dice), 'MEDIA_INVALID');
});

test("a file that can't be read is refused, and one of a group belongs into a group", async () => {
  await refused(begin('Dear diary\n'), 'IMPORT_FORMAT_UNRECOGNIZED');
  await refused(begin(Buffer.from([0xff, 0xfe, 0x00, 0x31])), 'IMPORT_FILE_INVALID');
  await refused(begin('13/01/2021, 10:00 - Zoë: hello\n'), 'IMPORT_PEER_TYPE_INVALID');
  own.me.contacts.add(own.friend.id);
  own.friend.contacts.add(own.me.id);
  const line = '13/01/2021, 10:00 - Friend: hello\n13/01/2021, 10:01 - Ann: hi\n';
  await refused(begin(GROUP + line, own.friend.id), 'IMPORT_PEER_TYPE_INVALID');
  await start(await begin(line, own.friend.id), own.friend.id);
  const private_ = own.sandbox.world.messagesWith(own.me.id, own.friend.id).slice(-2);
  assert.deepEqual(
    private_.map(({ text, from, peer }) => [text, from, peer]),
    [
      ['hello', own.friend.id, own.friend.id],
      ['hi', own.me.id, own.friend.id],
    ],
  );
});

test('while the messages of an import come, no other one begins in that chat', async () => {
  const { world } = own.sandbox;
  world.holdsImports = true;
  const id = await begin(`${GROUP}31/12/2020, 10:00 - Zoë: slow\n`);
  await start(id);
  const before = world.messagesWith(own.me.id, own.chat.id).length;
  await refused(begin(GROUP), 'PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_1MIN');
  finishImports(world);
  world.holdsImports = false;
  assert.equal(world.messagesWith(own.me.id, own.chat.id).length, before + 1);
  await begin(GROUP);
});

test('a client reads an imported message as one', async () => {
  await imported(`${GROUP}31/12/2020, 10:00:07 - Zoë: hello #tag\n`);
  const page = { limit: 1, addOffset: 0, offsetId: 0, offsetDate: 0, maxId: 0, minId: 0, hash: toLong(0) };
  const found = await own.client.invoke(
    new Api.messages.GetHistory({ peer: own.peerOf(own.chat.id), ...page }),
  );
  const [message] = (found as Api.messages.ChannelMessages).messages as Api.Message[];
  const { fwdFrom, entities } = message as Api.Message;
  assert.equal(fwdFrom?.imported, true);
  assert.equal(fwdFrom?.fromName, 'Zoë');
  assert.equal(fwdFrom?.date, seconds('2020-12-31T10:00:07Z'));
  assert.ok(entities?.[0] instanceof Api.MessageEntityHashtag);
});
