import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { setReactions } from '../../lib/sandbox/world/reacting.js';
import type { GivenReaction } from '../../lib/sandbox/world/reactions.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;

before(async () => {
  own = await openSender('reactions');
});
after(() => own.close());

const emoji = (emoticon: string) => new Api.ReactionEmoji({ emoticon });
const custom = (id: number) => new Api.ReactionCustomEmoji({ documentId: toLong(id) });

async function react(chat: number, msgId: number, ...reaction: Api.TypeReaction[]) {
  const request = new Api.messages.SendReaction({ peer: own.peerOf(chat), msgId, reaction });
  const answer = (await own.client.invoke(request)) as Api.Updates;
  const [update] = answer.updates;
  assert.ok(update instanceof Api.UpdateMessageReactions);
  return update.reactions as Api.MessageReactions;
}

/** Each count with the place of this account's own reaction, such as `2 👍 0`. */
const looks = ({ results }: Api.MessageReactions) =>
  results.map(({ count, reaction, chosenOrder }) =>
    [count, (reaction as Api.ReactionEmoji).emoticon ?? 'custom', chosenOrder ?? ''].join(' ').trim(),
  );

const by = (user: number, reaction: string): GivenReaction => ({
  user,
  from: user,
  reaction,
  big: false,
  at: 1,
});

test('a reaction is counted with those of others, replaces the earlier one, and is taken back by none', async () => {
  const { world } = own.sandbox;
  const { id } = world.post({ chat: own.chat.id, from: own.me.id, text: 'x' });
  const message = own.chat.box?.messages.at(-1);
  assert.ok(message);
  const pts = own.chat.box?.pts;
  setReactions(world, message, [by(own.friend.id, '👍'), by(own.friend.id, '🔥')]);
  assert.deepEqual(looks(await react(own.chat.id, id, emoji('👍'))), ['2 👍 0', '1 🔥']);
  assert.deepEqual(looks(await react(own.chat.id, id, emoji('❤️'))), ['1 👍', '1 🔥', '1 ❤ 0']);
  await refused(react(own.chat.id, id, emoji('❤')), 'MESSAGE_NOT_MODIFIED');
  const history = await own.client.invoke(
    new Api.messages.GetMessagesReactions({ peer: own.peerOf(own.chat.id), id: [id] }),
  );
  const [shown] = (history as Api.Updates).updates;
  assert.deepEqual(looks((shown as Api.UpdateMessageReactions).reactions as Api.MessageReactions), [
    '1 👍',
    '1 🔥',
    '1 ❤ 0',
  ]);
  assert.deepEqual(looks(await react(own.chat.id, id)), ['1 👍', '1 🔥']);
  await refused(react(own.chat.id, id), 'MESSAGE_NOT_MODIFIED');
  assert.equal(own.chat.box?.pts, pts, 'reactions move no pts');
});

test('what may be a reaction: a known emoji, one without Premium and three with it, eleven in all, what the chat allows', async () => {
  const { world } = own.sandbox;
  const { id } = world.post({ chat: own.chat.id, from: own.me.id, text: 'x' });
  const at = own.chat.id;
  await refused(react(at, id, emoji('')), 'REACTION_EMPTY');
  await refused(react(at, id, new Api.ReactionEmpty()), 'REACTION_EMPTY');
  await refused(react(at, id, emoji('🧷')), 'REACTION_INVALID');
  await refused(react(at, id, new Api.ReactionPaid()), 'REACTION_INVALID');
  await refused(react(at, id, custom(7)), 'PREMIUM_ACCOUNT_REQUIRED');
  await refused(react(at, id, emoji('👍'), emoji('🔥')), 'REACTIONS_TOO_MANY');
  await refused(react(at, 99_999, emoji('👍')), 'MSG_ID_INVALID');
  await refused(react(at, 1, emoji('👍')), 'MESSAGE_ID_INVALID');
  await own.premium(async () => {
    assert.deepEqual(looks(await react(at, id, emoji('👍'), custom(7), emoji('🔥'))), [
      '1 👍 0',
      '1 custom 1',
      '1 🔥 2',
    ]);
    const post = world.post({ chat: own.channel.id, from: own.me.id, text: 'x' });
    await refused(react(own.channel.id, post.id, custom(7)), 'REACTION_INVALID');
  });
  const crowd = '😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏'.split(' ').map((each) => by(own.friend.id, each));
  const full = world.post({ chat: at, from: own.me.id, text: 'x' });
  setReactions(world, full, crowd);
  await refused(react(at, full.id, emoji('👍')), 'REACTIONS_TOO_MANY');
  await react(at, full.id, emoji('🙏'));
  const allow = (availableReactions: Api.TypeChatReactions) =>
    own.client.invoke(
      new Api.messages.SetChatAvailableReactions({ peer: own.peerOf(at), availableReactions }),
    );
  await allow(new Api.ChatReactionsSome({ reactions: [emoji('👎')] }));
  await refused(allow(new Api.ChatReactionsSome({ reactions: [emoji('👎')] })), 'CHAT_NOT_MODIFIED');
  await refused(react(at, id, emoji('❤')), 'REACTION_INVALID');
  await react(at, id, emoji('👎'));
  await allow(new Api.ChatReactionsAll({ allowCustom: true }));
});

test('who reacted is listed page by page, except in channels; each member of a basic group sees it', async () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [own.friend.id] });
  const sent = world.post({ chat: group.id, from: own.friend.id, text: 'x' });
  setReactions(world, sent, [by(own.friend.id, '👍')]);
  const { id = 0 } = own.me.box.messages.find(({ uid }) => uid === sent.uid) ?? {};
  await react(group.id, id, emoji('🔥'));
  const theirs = own.friend.box.messages.find(({ uid }) => uid === sent.uid);
  assert.deepEqual(
    theirs?.reactions?.map(({ reaction }) => reaction),
    ['👍', '🔥'],
  );
  const list = (chat: number, msgId: number, more = {}) =>
    own.client.invoke(
      new Api.messages.GetMessageReactionsList({ peer: own.peerOf(chat), id: msgId, limit: 1, ...more }),
    );
  const first = await list(group.id, id);
  assert.deepEqual([first.count, first.nextOffset, first.reactions[0]?.my], [2, '1', true]);
  const second = await list(group.id, id, { offset: first.nextOffset });
  assert.deepEqual([second.nextOffset ?? undefined, second.users.length], [undefined, 1]);
  const thumbs = await list(group.id, id, { reaction: emoji('👍') });
  assert.equal(thumbs.count, 1);
  const post = world.post({ chat: own.channel.id, from: own.me.id, text: 'x' });
  const shown = await react(own.channel.id, post.id, emoji('👍'));
  assert.deepEqual([shown.canSeeList, shown.recentReactions ?? undefined], [false, undefined]);
  await refused(list(own.channel.id, post.id), 'BROADCAST_FORBIDDEN');
});
