import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { bareId, type PeerId } from '../../lib/sandbox/world/peer-id.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
before(async () => {
  own = await signedInClient({ seed: 'profile' });
  friend = own.sandbox.world.createUser({ firstName: 'Friend' });
});
after(() => own.close());

const peerOf = (id: PeerId) => inputPeer(own.sandbox.world, own.me.id, id);
const invoke = (request: Api.AnyRequest) => own.client.invoke(request as never);

test('a new title leaves a service message, in channels and in basic groups', async () => {
  const { world } = own.sandbox;
  const channel = world.createChannel({ title: 'Before', creator: own.me.id });
  const rename = (title: string) =>
    invoke(new Api.channels.EditTitle({ channel: peerOf(channel.id) as never, title }));
  await rename('  After ');
  assert.equal(channel.title, 'After');
  assert.deepEqual(channel.box?.messages.at(-1)?.action, { kind: 'chatEditTitle', title: 'After' });
  await refused(rename('After'), 'CHAT_NOT_MODIFIED');
  await refused(rename(' '), 'CHAT_TITLE_EMPTY');
  const group = world.createGroup({ title: 'Group', creator: friend.id, members: [own.me.id] });
  const renameGroup = (title: string) =>
    invoke(new Api.messages.EditChatTitle({ chatId: toLong(bareId(group.id)), title }));
  await renameGroup('Ours');
  assert.equal(friend.box.messages.at(-1)?.action?.kind, 'chatEditTitle');
  group.defaultBans.add('changeInfo');
  await refused(renameGroup('Mine'), 'CHAT_ADMIN_REQUIRED');
});

test('a description has at most 255 characters, and changes with the right alone', async () => {
  const { world } = own.sandbox;
  const channel = world.createChannel({ title: 'Channel', creator: own.me.id });
  const describe = (about: string, id = channel.id) =>
    invoke(new Api.messages.EditChatAbout({ peer: peerOf(id), about }));
  await describe('What it is about');
  assert.equal(channel.about, 'What it is about');
  await refused(describe('What it is about'), 'CHAT_ABOUT_NOT_MODIFIED');
  await refused(describe('x'.repeat(256)), 'CHAT_ABOUT_TOO_LONG');
  await refused(describe('x', friend.id), 'PEER_ID_INVALID');
  const theirs = world.createChannel({ title: 'Theirs', creator: friend.id });
  world.addMember(theirs, own.me.id);
  await refused(describe('x', theirs.id), 'CHAT_ADMIN_REQUIRED');
});

test("a chat's photo is an upload or a known one, and can be read by the chat and by its own reference", async () => {
  const { world, files } = own.sandbox;
  const channel = world.createChannel({ title: 'Pictured', creator: own.me.id });
  const big = files.add({ kind: 'photo', dcId: own.me.dcId, width: 640, height: 640 });
  const small = files.add({ kind: 'photo', dcId: own.me.dcId, width: 100, height: 100 });
  const named = (file: typeof big) =>
    new Api.InputPhoto({
      id: toLong(file.id),
      accessHash: toLong(file.accessHash),
      fileReference: files.referenceFor(file, 'here'),
    });
  const set = (photo: Api.TypeInputChatPhoto, id = channel.id) =>
    invoke(new Api.channels.EditPhoto({ channel: peerOf(id) as never, photo }));
  await refused(set(new Api.InputChatPhotoEmpty()), 'CHAT_NOT_MODIFIED');
  await set(new Api.InputChatPhoto({ id: named(big) }));
  await refused(set(new Api.InputChatPhoto({ id: named(big) })), 'CHAT_NOT_MODIFIED');
  assert.equal(channel.box?.messages.at(-1)?.action?.kind, 'chatEditPhoto');
  const full = await own.client.invoke(
    new Api.channels.GetFullChannel({ channel: peerOf(channel.id) as never }),
  );
  const { chatPhoto } = full.fullChat as Api.ChannelFull;
  assert.ok(chatPhoto instanceof Api.Photo && String(chatPhoto.id) === String(big.id));
  const read = async (location: Api.TypeInputFileLocation): Promise<Buffer> => {
    const answer = await own.client.invoke(
      new Api.upload.GetFile({ location, offset: toLong(0), limit: 1024 * 1024 }),
    );
    return (answer as Api.upload.File).bytes;
  };
  const byChat = (photoId: bigint, whole: boolean) =>
    new Api.InputPeerPhotoFileLocation({ peer: peerOf(channel.id), photoId: toLong(photoId), big: whole });
  const whole = await read(byChat(big.id, true));
  assert.deepEqual(whole, files.read(big, 0, big.size));
  assert.notDeepEqual(await read(byChat(big.id, false)), whole);
  await refused(read(byChat(small.id, true)), 'LOCATION_INVALID');
  const bytes = files.read(small, 0, small.size) ?? Buffer.alloc(0);
  await own.client.invoke(new Api.upload.SaveFilePart({ fileId: toLong(7), filePart: 0, bytes }));
  const file = new Api.InputFile({ id: toLong(7), parts: 1, name: 'small.jpg', md5Checksum: '' });
  await refused(set(new Api.InputChatUploadedPhoto({ file })), 'PHOTO_CROP_SIZE_SMALL');
  const theirs = world.createChannel({ title: 'Theirs', creator: friend.id });
  world.addMember(theirs, own.me.id);
  await refused(set(new Api.InputChatPhoto({ id: named(big) }), theirs.id), 'CHAT_ADMIN_REQUIRED');
  await set(new Api.InputChatPhotoEmpty());
  assert.equal(channel.photo, undefined);
});
