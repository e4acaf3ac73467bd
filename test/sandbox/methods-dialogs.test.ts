import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import { type SignedIn, signedInClient } from '../support/signed-in-client.js';

const CHATS = 25;
let own: SignedIn;
let made: Chat[];

before(async () => {
  own = await signedInClient({ seed: 'dialogs' });
  const { world } = own.sandbox;
  made = Array.from({ length: CHATS }, (_, i) =>
    world.createChannel({ title: `Chat ${i}`, creator: own.me.id, date: 1_600_000_000 + i }),
  );
  own.me.pinnedDialogs.push(made[3]?.id ?? 0);
});
after(() => own.close());

const expected = (): bigint[] => {
  const newestFirst = [...made].reverse().filter((chat) => chat !== made[3]);
  return [made[3] as Chat, ...newestFirst].map(({ id }) => BigInt(bareId(id)));
};

test('dialogs come page by page, pinned ones first, then by their newest message', async () => {
  const seen: bigint[] = [];
  let offset = { offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty() as Api.TypeInputPeer };
  for (;;) {
    const request = new Api.messages.GetDialogs({ ...offset, limit: 7, hash: toLong(0) });
    const answer = await own.client.invoke(request);
    assert.ok(answer instanceof Api.messages.DialogsSlice);
    assert.equal(answer.count, CHATS);
    const last = answer.chats.at(-1);
    const top = answer.messages.at(-1);
    if (!(last instanceof Api.Channel) || !(top instanceof Api.MessageService)) break;
    seen.push(...answer.chats.map(({ id }) => fromLong(id)));
    const { id: channelId, accessHash = toLong(0) } = last;
    const offsetPeer = new Api.InputPeerChannel({ channelId, accessHash });
    offset = { offsetDate: top.date, offsetId: top.id, offsetPeer };
  }
  assert.deepEqual(seen, expected());
});

test('the library lists all dialogs; pinned ones can be left out or requested alone', async () => {
  assert.equal((await own.client.getDialogs({ limit: 200 })).length, CHATS);
  const offset = { offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty(), hash: toLong(0) };
  const rest = await own.client.invoke(
    new Api.messages.GetDialogs({ ...offset, excludePinned: true, limit: 100 }),
  );
  assert.ok(rest instanceof Api.messages.Dialogs);
  assert.equal(rest.dialogs.length, CHATS - 1);
  const archive = await own.client.invoke(
    new Api.messages.GetDialogs({ ...offset, folderId: 1, limit: 100 }),
  );
  assert.ok(archive instanceof Api.messages.Dialogs);
  assert.equal(archive.dialogs.length, 0);
  const pinned = await own.client.invoke(new Api.messages.GetPinnedDialogs({ folderId: 0 }));
  assert.deepEqual(
    pinned.chats.map(({ id }) => fromLong(id)),
    expected().slice(0, 1),
  );
});

test('a dialog counts unread messages of others', async () => {
  const { world } = own.sandbox;
  const friend = world.createUser({ firstName: 'Friend' });
  for (const text of ['one', 'two', 'three']) world.post({ chat: own.me.id, from: friend.id, text });
  const accessHash = toLong(world.accessHash(own.me.id, friend.id));
  const peer = new Api.InputPeerUser({ userId: toLong(friend.id), accessHash });
  const unread = async (): Promise<number> => {
    const answer = await own.client.invoke(new Api.messages.GetPeerDialogs({ peers: [peer] }));
    return (answer.dialogs[0] as Api.Dialog).unreadCount;
  };
  assert.equal(await unread(), 3);
  await own.client.invoke(new Api.messages.ReadHistory({ peer, maxId: 2 }));
  assert.equal(await unread(), 1);
});
