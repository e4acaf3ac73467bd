import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let mine: Chat;
let secret: Chat;
let open: Chat;
let group: Chat;

before(async () => {
  own = await signedInClient({ seed: 'peers' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend', username: 'a_friend', phone: '123456' });
  mine = world.createChannel({ title: 'Mine', creator: own.me.id, megagroup: true });
  secret = world.createChannel({ title: 'Secret', creator: friend.id });
  open = world.createChannel({ title: 'Open', creator: friend.id, username: 'open_channel' });
  group = world.createGroup({ title: 'Group', creator: own.me.id, members: [friend.id] });
});
after(() => own.close());

const hashOf = (peer: number) => toLong(own.sandbox.world.accessHash(own.me.id, peer));
const friendsHash = (peer: number) => toLong(own.sandbox.world.accessHash(friend.id, peer));
const channel = (chat: Chat, accessHash = hashOf(chat.id)) =>
  new Api.InputPeerChannel({ channelId: toLong(bareId(chat.id)), accessHash });
const user = (account: Account, accessHash = hashOf(account.id)) =>
  new Api.InputPeerUser({ userId: toLong(account.id), accessHash });
const history = (peer: Api.TypeInputPeer) =>
  own.client.invoke(new Api.messages.GetHistory({ peer, limit: 1 }));

test('each peer opens with its own access_hash, for the account it was given to', async () => {
  assert.ok((await history(channel(mine))) instanceof Api.messages.ChannelMessages);
  assert.ok((await history(user(friend))) instanceof Api.messages.Messages);
  assert.ok(await history(new Api.InputPeerSelf()));
  await refused(history(channel(mine, friendsHash(mine.id))), 'CHANNEL_INVALID');
  await refused(history(channel(mine, toLong(0))), 'CHANNEL_INVALID');
  await refused(history(user(friend, friendsHash(friend.id))), 'PEER_ID_INVALID');
  await refused(history(new Api.InputPeerEmpty()), 'PEER_ID_INVALID');
});

test('an InputPeer is accepted in place of an InputChannel or InputUser, and vice versa', async () => {
  const { client, me } = own;
  // The library would turn each into the required kind before it sends it: this is what Kurigram sends.
  const send = <T>(request: Api.AnyRequest, field: 'id' | 'channel' | 'peer', value: unknown): Promise<T> => {
    request.resolve = async () => {
      Object.assign(request, { [field]: value });
    };
    return client.invoke(request) as Promise<T>;
  };
  const nobody = new Api.InputUserSelf();
  const getUsers = (...id: unknown[]) => send<Api.User[]>(new Api.users.GetUsers({ id: [nobody] }), 'id', id);
  const getChannels = (...id: unknown[]) =>
    send<Api.messages.Chats>(new Api.channels.GetChannels({ id: [] }), 'id', id);
  const readHistory = (peer: unknown) =>
    send(new Api.messages.GetHistory({ peer: new Api.InputPeerSelf(), limit: 1 }), 'peer', peer);

  const users = await getUsers(user(friend), new Api.InputPeerSelf());
  assert.deepEqual(
    users.map(({ id }) => fromLong(id)),
    [BigInt(friend.id), BigInt(me.id)],
  );
  const { chats } = await getChannels(channel(mine));
  assert.equal(chats[0]?.className, 'Channel');
  const { channelId, accessHash } = channel(mine);
  assert.ok(
    (await readHistory(new Api.InputChannel({ channelId, accessHash }))) instanceof
      Api.messages.ChannelMessages,
  );
  assert.ok(await readHistory(new Api.InputUserSelf()));
  assert.ok(
    await readHistory(new Api.InputUser({ userId: toLong(friend.id), accessHash: hashOf(friend.id) })),
  );

  await refused(getUsers(user(friend, toLong(5))), 'USER_ID_INVALID');
  await refused(getUsers(channel(mine)), 'USER_ID_INVALID');
  await refused(getChannels(channel(mine, toLong(5))), 'CHANNEL_INVALID');
  await refused(getChannels(user(friend)), 'CHANNEL_INVALID');
});

test('a channel that the account is not in is private; one with a name is open', async () => {
  await refused(history(channel(secret)), 'CHANNEL_PRIVATE');
  assert.ok(await history(channel(open)));
  const unknown = new Api.InputPeerChannel({ channelId: toLong(2_999_999_999), accessHash: toLong(1) });
  await refused(history(unknown), 'CHANNEL_INVALID');
});

test('a removed member finds the channel private', async () => {
  const { world } = own.sandbox;
  const chat = world.createChannel({ title: 'Out', creator: friend.id, username: 'out_channel' });
  world.addMember(chat, own.me.id).bans.add('viewMessages');
  await refused(history(channel(chat)), 'CHANNEL_PRIVATE');
});

test('members name a basic group by its id alone', async () => {
  assert.ok(await history(new Api.InputPeerChat({ chatId: toLong(bareId(group.id)) })));
  await refused(history(new Api.InputPeerChat({ chatId: toLong(1) })), 'CHAT_ID_INVALID');
  const others = own.sandbox.world.createGroup({ title: 'Others', creator: friend.id });
  await refused(history(new Api.InputPeerChat({ chatId: toLong(bareId(others.id)) })), 'CHAT_ID_INVALID');
});

test('users.getUsers, contacts and full users describe an account', async () => {
  const { client, me } = own;
  const input = new Api.InputUser({ userId: toLong(friend.id), accessHash: hashOf(friend.id) });
  const users = await client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf(), input] }));
  const [self, other] = users as Api.User[];
  assert.deepEqual(
    [self?.self, self?.phone, fromLong(self?.id ?? toLong(0))],
    [true, me.phone, BigInt(me.id)],
  );
  assert.deepEqual([other?.self, other?.phone], [false, null], 'a phone number is shown to contacts only');
  const wrong = new Api.InputUser({ userId: toLong(friend.id), accessHash: toLong(5) });
  await refused(client.invoke(new Api.users.GetUsers({ id: [wrong] })), 'USER_ID_INVALID');
  me.contacts.add(friend.id);
  const contacts = await client.invoke(new Api.contacts.GetContacts({ hash: toLong(0) }));
  assert.ok(contacts instanceof Api.contacts.Contacts);
  assert.equal((contacts.users[0] as Api.User).phone, '123456');
  const full = await client.invoke(new Api.users.GetFullUser({ id: input }));
  assert.equal(full.fullUser.commonChatsCount, 1);
});

test('contacts.resolveUsername finds a name in any case', async () => {
  const resolve = (username: string) => own.client.invoke(new Api.contacts.ResolveUsername({ username }));
  assert.ok((await resolve('A_Friend')).peer instanceof Api.PeerUser);
  const found = await resolve('open_channel');
  assert.ok(found.peer instanceof Api.PeerChannel);
  const [chat] = found.chats as Api.Channel[];
  assert.deepEqual([chat?.left, chat?.broadcast, chat?.title], [true, true, 'Open']);
  await refused(resolve('nobody_here'), 'USERNAME_NOT_OCCUPIED');
  await refused(resolve('no'), 'USERNAME_INVALID');
});

test('chats say who has which rights in them', async () => {
  const { client, sandbox, me } = own;
  const { world } = sandbox;
  const input = (chat: Chat) =>
    new Api.InputChannel({ channelId: toLong(bareId(chat.id)), accessHash: hashOf(chat.id) });
  const kept = world.createChannel({
    title: 'Kept',
    creator: friend.id,
    forum: true,
    noforwards: true,
    slowmodeSeconds: 30,
  });
  world.addMember(kept, me.id);
  const { chats } = await client.invoke(new Api.channels.GetChannels({ id: [input(mine), input(kept)] }));
  const [own_, theirs] = chats as Api.Channel[];
  assert.deepEqual(
    [own_?.creator, own_?.megagroup, own_?.forum, own_?.noforwards],
    [true, true, false, false],
  );
  assert.ok(own_?.adminRights?.manageTopics);
  assert.deepEqual(
    [theirs?.creator, theirs?.forum, theirs?.noforwards, theirs?.slowmodeEnabled],
    [false, true, true, true],
  );
  const full = await client.invoke(new Api.channels.GetFullChannel({ channel: input(kept) }));
  assert.equal((full.fullChat as Api.ChannelFull).slowmodeSeconds, 30);
  const who = (participant: Api.TypeInputPeer) =>
    client.invoke(new Api.channels.GetParticipant({ channel: input(kept), participant }));
  assert.ok((await who(new Api.InputPeerSelf())).participant instanceof Api.ChannelParticipantSelf);
  assert.ok((await who(user(friend))).participant instanceof Api.ChannelParticipantCreator);
  const stranger = world.createUser({ firstName: 'Stranger' });
  await refused(who(user(stranger)), 'USER_NOT_PARTICIPANT');
  const members = (channel_: Chat, filter: Api.TypeChannelParticipantsFilter) =>
    client.invoke(
      new Api.channels.GetParticipants({
        channel: input(channel_),
        filter,
        offset: 0,
        limit: 10,
        hash: toLong(0),
      }),
    );
  const admins = await members(kept, new Api.ChannelParticipantsAdmins());
  assert.ok(admins instanceof Api.channels.ChannelParticipants);
  assert.equal(admins.count, 1);
  world.addMember(open, me.id);
  await refused(members(open, new Api.ChannelParticipantsRecent()), 'CHAT_ADMIN_REQUIRED');
  const fullGroup = await client.invoke(new Api.messages.GetFullChat({ chatId: toLong(bareId(group.id)) }));
  assert.equal(
    ((fullGroup.fullChat as Api.ChatFull).participants as Api.ChatParticipants).participants.length,
    2,
  );
});

test('channels, forums, basic groups and members can be added', async () => {
  const { client } = own;
  const made = await client.invoke(
    new Api.channels.CreateChannel({ title: 'New forum', about: '', forum: true, megagroup: true }),
  );
  const chat = (made as Api.Updates).chats[0] as Api.Channel;
  assert.deepEqual([chat.title, chat.forum, chat.creator], ['New forum', true, true]);
  const channelId = new Api.InputChannel({ channelId: chat.id, accessHash: chat.accessHash ?? toLong(0) });
  const input = new Api.InputUser({ userId: toLong(friend.id), accessHash: hashOf(friend.id) });
  const invite = () =>
    client.invoke(new Api.channels.InviteToChannel({ channel: channelId, users: [input] }));
  await invite();
  await refused(invite(), 'USER_ALREADY_PARTICIPANT');
  await refused(client.invoke(new Api.channels.CreateChannel({ title: ' ', about: '' })), 'CHAT_TITLE_EMPTY');
  await refused(client.invoke(new Api.messages.CreateChat({ title: 'Alone', users: [] })), 'USERS_TOO_FEW');
  const basic = await client.invoke(new Api.messages.CreateChat({ title: 'Basic', users: [input] }));
  assert.equal(((basic.updates as Api.Updates).chats[0] as Api.Chat).participantsCount, 2);
  const toggle = (enabled: boolean) =>
    client.invoke(new Api.channels.ToggleForum({ channel: channelId, enabled, tabs: false }));
  await refused(toggle(true), 'CHAT_NOT_MODIFIED');
  assert.equal((((await toggle(false)) as Api.Updates).chats[0] as Api.Channel).forum, false);
});

test('chats can be created within the limits of titles, descriptions, members and channels', async () => {
  const { world } = own.sandbox;
  const create = (more: Partial<ConstructorParameters<typeof Api.channels.CreateChannel>[0]> = {}) =>
    own.client.invoke(new Api.channels.CreateChannel({ title: 'Limited', about: '', ...more }));
  const input = (id: number) => new Api.InputUser({ userId: toLong(id), accessHash: hashOf(id) });
  const createGroup = (...ids: number[]) =>
    own.client.invoke(new Api.messages.CreateChat({ title: 'Limited', users: ids.map(input) }));
  const long = (await create({ title: ` ${'t'.repeat(129)}`, about: 'a'.repeat(255) })) as Api.Updates;
  assert.equal((long.chats[0] as Api.Channel).title, 't'.repeat(128));
  await refused(create({ about: 'a'.repeat(256) }), 'CHAT_ABOUT_TOO_LONG');
  await refused(create({ broadcast: true, megagroup: true }), 'CHAT_INVALID');
  await refused(create({ ttlPeriod: 86_400 }), 'TTL_PERIOD_INVALID');
  const geoPoint = new Api.InputGeoPoint({ lat: 1, long: 2 });
  await refused(create({ geoPoint, address: 'Here 1' }), 'ADDRESS_INVALID');
  const gone = world.createUser({ firstName: 'Gone' });
  gone.deleted = true;
  await refused(createGroup(gone.id), 'INPUT_USER_DEACTIVATED');
  const crowd = Array.from({ length: 200 }, (_, n) => world.createUser({ firstName: `Member ${n}` }).id);
  await refused(createGroup(...crowd), 'CHAT_MEMBER_ADD_FAILED');
  await createGroup(...crowd.slice(0, 199));
  own.me.restricted = true;
  await refused(create(), 'USER_RESTRICTED');
  await refused(createGroup(friend.id), 'USER_RESTRICTED');
  own.me.restricted = false;
  const isIn = ({ box, members }: Chat) => box !== undefined && members.has(own.me.id);
  while ([...world.state.chats.values()].filter(isIn).length < 500) {
    world.createChannel({ title: 'Full', creator: own.me.id });
  }
  await refused(create(), 'CHANNELS_TOO_MUCH');
  const open = world.createChannel({ title: 'Open', creator: friend.id, username: 'limited_open' });
  const join = () => own.client.invoke(new Api.channels.JoinChannel({ channel: channel(open) as never }));
  await refused(join(), 'CHANNELS_TOO_MUCH');
  own.me.premium = true;
  await join();
  await create();
  own.me.premium = false;
});

test('who and what a message names can be referred to by that message, without an access_hash', async () => {
  const { world } = own.sandbox;
  const post = (fields: object) => world.post({ chat: mine.id, from: own.me.id, text: '', ...fields }).id;
  const naming = post({ media: { kind: 'story', peer: open.id, id: 1 } });
  const about = post({ forward: { date: 1, from: friend.id } });
  const seen = (chat: Chat, msgId: number) =>
    new Api.InputPeerChannelFromMessage({ peer: channel(mine), msgId, channelId: toLong(bareId(chat.id)) });
  const met = (msgId: number) =>
    new Api.InputPeerUserFromMessage({ peer: channel(mine), msgId, userId: toLong(friend.id) });
  assert.ok((await history(seen(open, naming))) instanceof Api.messages.ChannelMessages);
  assert.ok(await history(met(about)));
  await refused(history(seen(open, about)), 'CHANNEL_INVALID');
  await refused(history(met(naming)), 'PEER_ID_INVALID');
  const hidden = post({ media: { kind: 'story', peer: secret.id, id: 1 } });
  await refused(history(seen(secret, hidden)), 'CHANNEL_PRIVATE');
});
