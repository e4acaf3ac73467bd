import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { bareId, type PeerId } from '../../lib/sandbox/world/peer-id.js';
import type { EveryAnswerScene } from './answering-scene.js';
import { inputPeer } from './input-peer.js';
import { inputPhotoOf } from './input-photo.js';

type Scene = EveryAnswerScene;

/** A request of each method that answers with messages, chats or users, most of them in several forms. */
export function requestsOf(scene: Scene): Api.AnyRequest[] {
  return [
    ...readingRequests(scene),
    ...aboutChats(scene),
    ...sendingRequests(scene),
    ...changingRequests(scene),
  ];
}

const peersOf =
  ({ world, me }: Scene) =>
  (peer: PeerId) =>
    inputPeer(world, me.id, peer);
const idsOf = (...ids: number[]) => ids.map((id) => new Api.InputMessageID({ id }));

function readingRequests(scene: Scene): Api.AnyRequest[] {
  const { forum, topic, other, channel, group, upgraded, friend, me, first, asked, rich, list } = scene;
  const peerOf = peersOf(scene);
  const peer = peerOf(forum.id);
  const empty = new Api.InputPeerEmpty();
  const page = { offsetId: 0, offsetDate: 0, addOffset: 0, limit: 2, maxId: 0, minId: 0, hash: toLong(0) };
  const since = { pts: 1, date: 1, qts: 0 };
  const filter = new Api.ChannelMessagesFilterEmpty();
  return [
    ...[forum.id, channel.id, group.id, upgraded.id, friend.id, me.id].flatMap((id) => [
      new Api.messages.GetHistory({ ...page, peer: peerOf(id), limit: 100 }),
      // Pages whose topics were made by somebody who doesn't occur otherwise.
      ...[0, 1, 2, 3].map(
        (addOffset) => new Api.messages.GetHistory({ ...page, peer: peerOf(id), addOffset, limit: 1 }),
      ),
    ]),
    new Api.messages.GetReplies({ ...page, peer, msgId: topic.id }),
    new Api.messages.GetReplies({ ...page, peer, msgId: first.id }),
    new Api.messages.GetDiscussionMessage({ peer, msgId: first.id }),
    new Api.channels.GetMessages({ channel: peer as never, id: idsOf(first.id) }),
    new Api.channels.GetMessages({ channel: peer as never, id: idsOf(other.id, 9999) }),
    new Api.messages.GetMessages({ id: idsOf(1, 2, 3, 4, 5) }),
    new Api.messages.GetDialogs({ ...page, offsetPeer: empty, limit: 100 }),
    new Api.messages.GetDialogs({ ...page, offsetPeer: empty, limit: 1, excludePinned: true }),
    new Api.messages.GetPinnedDialogs({ folderId: 0 }),
    new Api.messages.GetPeerDialogs({
      peers: [new Api.InputDialogPeer({ peer: peerOf(group.id) }) as never],
    }),
    new Api.messages.GetPollResults({ peer, msgId: asked.id, pollHash: toLong(0) }),
    new Api.messages.SendVote({ peer, msgId: asked.id, options: [Buffer.from('b')] }),
    new Api.messages.GetPollVotes({ peer, id: asked.id, limit: 10 }),
    new Api.messages.AddPollAnswer({
      peer,
      msgId: asked.id,
      answer: new Api.InputPollAnswer({
        text: new Api.TextWithEntities({ text: 'c', entities: [] }),
      }) as never,
    }),
    new Api.messages.DeletePollAnswer({ peer, msgId: asked.id, option: Buffer.from('2') }),
    new Api.messages.ToggleTodoCompleted({ peer, msgId: list.id, completed: [], incompleted: [1] }),
    new Api.messages.AppendTodoList({
      peer,
      msgId: list.id,
      list: [new Api.TodoItem({ id: 2, title: new Api.TextWithEntities({ text: 'more', entities: [] }) })],
    }),
    new Api.messages.GetRichMessage({ peer, id: rich.id }),
    ...reactionRequests(scene),
    new Api.messages.GetDialogFilters(),
    new Api.messages.GetForumTopics({ peer, offsetDate: 0, offsetId: 0, offsetTopic: 0, limit: 100 }),
    new Api.messages.GetForumTopicsByID({ peer, topics: [topic.id, 4242] }),
    new Api.updates.GetState(),
    new Api.updates.GetDifference(since),
    new Api.updates.GetDifference({ ...since, ptsLimit: 1 }),
    new Api.updates.GetChannelDifference({ channel: peer as never, filter, pts: 1, limit: 100 }),
    new Api.updates.GetChannelDifference({ channel: peer as never, filter, pts: 4, limit: 1 }),
  ];
}

function reactionRequests(scene: Scene): Api.AnyRequest[] {
  const { forum, reacted } = scene;
  const peer = peersOf(scene)(forum.id);
  return [
    new Api.messages.GetMessagesReactions({ peer, id: [reacted.id] }),
    new Api.messages.GetMessageReactionsList({ peer, id: reacted.id, limit: 10 }),
    new Api.messages.SendReaction({
      peer,
      msgId: reacted.id,
      reaction: [new Api.ReactionEmoji({ emoticon: '🔥' })],
    }),
    new Api.messages.SetChatAvailableReactions({ peer, availableReactions: new Api.ChatReactionsNone() }),
  ];
}

function aboutChats(scene: Scene): Api.AnyRequest[] {
  const { forum, group, upgraded, channel, open, me } = scene;
  const peerOf = peersOf(scene);
  const filter = new Api.ChannelParticipantsRecent();
  const chatId = toLong(bareId(group.id));
  return [
    new Api.contacts.ResolveUsername({ username: 'open_channel' }),
    new Api.contacts.ResolveUsername({ username: 'it_is_me' }),
    new Api.stories.GetStoriesByID({ peer: peerOf(channel.id), id: [1] }),
    new Api.contacts.GetContacts({ hash: toLong(0) }),
    new Api.contacts.GetBlocked({ offset: 0, limit: 10 }),
    new Api.contacts.GetTopPeers({ offset: 0, limit: 10, hash: toLong(0) }),
    new Api.messages.GetChats({ id: [chatId] }),
    new Api.messages.GetFullChat({ chatId }),
    new Api.messages.GetPeerSettings({ peer: peerOf(group.id) }),
    new Api.messages.GetMessagesViews({ peer: peerOf(channel.id), id: [1], increment: false }),
    new Api.messages.SetTyping({ peer: peerOf(group.id), action: new Api.SendMessageTypingAction() }),
    ...[forum, channel, open, upgraded].flatMap(({ id }) => [
      new Api.channels.GetChannels({ id: [peerOf(id) as never] }),
      new Api.channels.GetFullChannel({ channel: peerOf(id) as never }),
    ]),
    new Api.channels.GetParticipant({
      channel: peerOf(forum.id) as never,
      participant: new Api.InputPeerSelf(),
    }),
    ...[...forum.members.keys()].flatMap((userId, offset) => [
      new Api.channels.GetParticipant({ channel: peerOf(forum.id) as never, participant: peerOf(userId) }),
      new Api.channels.GetParticipants({
        channel: peerOf(forum.id) as never,
        filter,
        offset,
        limit: 1,
        hash: toLong(0),
      }),
    ]),
    new Api.channels.GetSendAs({ peer: peerOf(forum.id) }),
    new Api.channels.GetSendAs({ peer: peerOf(channel.id) }),
    new Api.messages.SaveDefaultSendAs({ peer: peerOf(forum.id), sendAs: new Api.InputPeerSelf() }),
    new Api.users.GetFullUser({ id: peerOf(me.id) as never }),
  ];
}

function sendingRequests(scene: Scene): Api.AnyRequest[] {
  const { files, forum, topic, other, group, channel, friend, me, first } = scene;
  const peerOf = peersOf(scene);
  const replyTo = (replyToMsgId: number) => new Api.InputReplyToMessage({ replyToMsgId });
  const media = new Api.InputMediaPhoto({ id: inputPhotoOf(files) });
  let randomId = 1;
  const next = () => toLong(randomId++);
  const to = [
    peerOf(forum.id),
    peerOf(channel.id),
    peerOf(group.id),
    peerOf(friend.id),
    new Api.InputPeerSelf(),
  ];
  const requests: Api.AnyRequest[] = to.flatMap((peer) => [
    new Api.messages.SendMessage({ peer, message: 'text', randomId: next() }),
    new Api.messages.SendMedia({ peer, media, message: 'photo', randomId: next() }),
    new Api.messages.SendMultiMedia({
      peer,
      multiMedia: [
        new Api.InputSingleMedia({ media, message: 'one', randomId: next() }),
        new Api.InputSingleMedia({ media, message: 'two', randomId: next() }),
      ],
    }),
    new Api.messages.UploadMedia({ peer, media }),
  ]);
  const forwards = to.flatMap((toPeer) =>
    [
      { from: channel, id: 2 },
      { from: forum, id: first.id },
      { from: friend, id: me.box.messages.find(({ peer }) => peer === friend.id)?.id ?? 0 },
    ].map(
      ({ from, id }) =>
        new Api.messages.ForwardMessages({
          fromPeer: peerOf(from.id),
          id: [id],
          randomId: [next()],
          toPeer,
        }),
    ),
  );
  const peer = peerOf(forum.id);
  const to2 = [topic.id, other.id].map(
    (root) => new Api.messages.SendMessage({ peer, message: 'in', replyTo: replyTo(root), randomId: next() }),
  );
  const entities = [
    new Api.InputMessageEntityMentionName({ offset: 0, length: 2, userId: peerOf(me.id) as never }),
  ];
  const mention = new Api.messages.SendMessage({ peer, message: 'me', entities, randomId: next() });
  return [...requests, ...forwards, ...to2, mention];
}

function changingRequests(scene: Scene): Api.AnyRequest[] {
  const { world, forum, topic, other, channel, open, group } = scene;
  const peerOf = peersOf(scene);
  const peer = peerOf(forum.id);
  const megagroup = world.createChannel({ title: 'Megagroup', creator: scene.me.id, megagroup: true });
  const basic = world.createGroup({ title: 'Basic', creator: scene.me.id });
  const invited = world.createUser({ firstName: 'Invited' });
  const asChannel = (id: PeerId) => peerOf(id) as never;
  return [
    new Api.messages.CreateForumTopic({ peer, title: 'Mine', randomId: toLong(777) }),
    new Api.messages.EditForumTopic({ peer, topicId: topic.id, title: 'Renamed' }),
    new Api.messages.UpdatePinnedForumTopic({ peer, topicId: other.id, pinned: true }),
    ...changesOfMessages(scene),
    new Api.messages.ReorderPinnedForumTopics({ peer, order: [other.id], force: true }),
    new Api.channels.EditTitle({ channel: asChannel(megagroup.id), title: 'Renamed' }),
    new Api.messages.EditChatTitle({ chatId: toLong(bareId(basic.id)), title: 'Renamed' }),
    new Api.messages.EditChatAbout({ peer: peerOf(basic.id), about: 'about' }),
    new Api.channels.EditPhoto({
      channel: asChannel(megagroup.id),
      photo: new Api.InputChatPhoto({ id: inputPhotoOf(scene.files) }),
    }),
    new Api.messages.EditChatPhoto({
      chatId: toLong(bareId(basic.id)),
      photo: new Api.InputChatPhoto({ id: inputPhotoOf(scene.files) }),
    }),
    new Api.messages.CreateChat({ users: [peerOf(invited.id) as never], title: 'New' }),
    new Api.messages.MigrateChat({ chatId: toLong(bareId(basic.id)) }),
    new Api.messages.ReadHistory({ peer: peerOf(group.id), maxId: 1 }),
    new Api.messages.ReadMessageContents({ id: [1] }),
    new Api.messages.ReadDiscussion({ peer, msgId: 1, readMaxId: 1 }),
    new Api.channels.ReadHistory({ channel: asChannel(forum.id), maxId: 1 }),
    new Api.channels.ReadMessageContents({ channel: asChannel(forum.id), id: [1] }),
    new Api.channels.CreateChannel({ title: 'Made', about: '', forum: true }),
    new Api.channels.InviteToChannel({
      channel: asChannel(channel.id),
      users: [peerOf(invited.id) as never],
    }),
    new Api.channels.ToggleForum({ channel: asChannel(megagroup.id), enabled: true, tabs: false }),
    new Api.channels.ToggleSlowMode({ channel: asChannel(megagroup.id), seconds: 10 }),
    new Api.channels.JoinChannel({ channel: asChannel(open.id) }),
    new Api.channels.LeaveChannel({ channel: asChannel(open.id) }),
    ...[scene.friend, scene.upgraded].map(
      ({ id }) => new Api.messages.ToggleNoForwards({ peer: peerOf(id), enabled: true }),
    ),
  ];
}

function changesOfMessages({ world, me, forum, channel, friend }: Scene): Api.AnyRequest[] {
  const peerOf = (id: PeerId) => inputPeer(world, me.id, id);
  const doomed = world.createTopic(forum, { title: 'Doomed', from: me.id });
  const own = [forum, channel, friend].map(({ id: chat }) => {
    const { id } = world.post({ chat, from: me.id, text: 'to be changed' });
    return { peer: peerOf(chat), id };
  });
  const page = { offsetId: 0, addOffset: 0, limit: 20, maxId: 0, minId: 0, hash: toLong(0) };
  const filter = new Api.InputMessagesFilterPinned();
  return [
    ...own.flatMap(({ peer, id }) => [
      new Api.messages.EditMessage({ peer, id, message: 'changed' }),
      new Api.messages.UpdatePinnedMessage({ peer, id }),
      new Api.messages.Search({ peer, q: '', filter, minDate: 0, maxDate: 0, ...page }),
    ]),
    new Api.updates.GetDifference({ pts: 1, date: 1, qts: 0 }),
    new Api.updates.GetChannelDifference({
      channel: peerOf(forum.id) as never,
      filter: new Api.ChannelMessagesFilterEmpty(),
      pts: 1,
      limit: 100,
    }),
    new Api.messages.UnpinAllMessages({ peer: peerOf(forum.id) }),
    new Api.messages.DeleteTopicHistory({ peer: peerOf(forum.id), topMsgId: doomed.id }),
    new Api.channels.DeleteMessages({ channel: peerOf(channel.id) as never, id: [own[1]?.id ?? 0] }),
    new Api.messages.DeleteMessages({ revoke: true, id: [own[2]?.id ?? 0] }),
  ];
}
