import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import { CHANNEL, CHANNEL_ID, postDocument, serviceDocument } from '../../support/received.js';

const somebody = new Api.PeerUser({ userId: bigInt('1099511627775') });
const SOMEBODY = 1_099_511_627_775;
const group = new Api.PeerChat({ chatId: bigInt(5) });

describe("a document's head", () => {
  it('says nothing that the message does not', () => {
    assert.deepEqual(postDocument({ message: 'Hi' }), {
      version: 1,
      kind: 'message',
      id: 7,
      chat: CHANNEL_ID,
      date: 100,
      author: CHANNEL_ID,
      text: 'Hi',
      entities: [],
      flags: {},
    });
  });

  it('has the facts of a post', () => {
    const document = postDocument({
      message: 'Hi',
      fromId: somebody,
      peerId: group,
      savedPeerId: somebody,
      date: 1_700_000_000,
      editDate: 1_700_000_001,
      viaBotId: bigInt(11),
      viaBusinessBotId: bigInt(12),
      guestchatViaFrom: somebody,
      postAuthor: 'Ann',
      fromRank: 'boss',
      fromBoostsApplied: 2,
      views: 0,
      forwards: 3,
      groupedId: bigInt('-4611686018427387904'),
      effect: bigInt('5104841245755180586'),
      ttlPeriod: 86_400,
      paidMessageStars: bigInt(4),
      silent: true,
      pinned: true,
      noforwards: true,
      invertMedia: true,
      replies: new Api.MessageReplies({
        comments: true,
        replies: 6,
        repliesPts: 1,
        channelId: bigInt(1),
        recentRepliers: [somebody],
      }),
      restrictionReason: [new Api.RestrictionReason({ platform: 'ios', reason: 'terms', text: 'No.' })],
      factcheck: new Api.FactCheck({
        country: 'DE',
        text: new Api.TextWithEntities({ text: 'False', entities: [] }),
        hash: bigInt(8),
      }),
      suggestedPost: new Api.SuggestedPost({
        accepted: true,
        price: new Api.StarsAmount({ amount: bigInt(5), nanos: 500 }),
      }),
    });
    assert.deepEqual(document, {
      version: 1,
      kind: 'message',
      id: 7,
      chat: -5,
      date: 1_700_000_000,
      author: SOMEBODY,
      savedPeer: SOMEBODY,
      text: 'Hi',
      entities: [],
      flags: { silent: true, pinned: true, noForwards: true, invertMedia: true },
      editDate: 1_700_000_001,
      viaBot: 11,
      viaBusinessBot: 12,
      viaGuest: SOMEBODY,
      signature: 'Ann',
      rank: 'boss',
      boosts: 2,
      views: 0,
      forwards: 3,
      album: '-4611686018427387904',
      effect: '5104841245755180586',
      ttl: 86_400,
      paidStars: '4',
      comments: { count: 6, comments: true, group: CHANNEL_ID, recent: [SOMEBODY] },
      restrictions: [{ platform: 'ios', reason: 'terms', text: 'No.' }],
      factCheck: { country: 'DE', text: { text: 'False', entities: [] }, hash: '8' },
      suggestedPost: { accepted: true, price: { kind: 'stars', amount: '5', nanos: 500 } },
    });
  });

  it('knows the author where the message does not name one', () => {
    assert.equal(postDocument({ post: true }).author, CHANNEL_ID);
    assert.equal(postDocument({ peerId: group }).author, -5);
    assert.equal(postDocument({ peerId: somebody }).author, SOMEBODY);
    assert.equal(postDocument({ peerId: somebody, out: true }).author, undefined);
    assert.equal(postDocument({ peerId: somebody, out: true }, { self: 3 }).author, 3);
    assert.equal(postDocument({ peerId: somebody, out: true, fromId: group }, { self: 3 }).author, -5);
  });

  it('has reactions with their authors', () => {
    const reactions = new Api.MessageReactions({
      results: [
        new Api.ReactionCount({
          reaction: new Api.ReactionEmoji({ emoticon: '👍' }),
          count: 3,
          chosenOrder: 0,
        }),
        new Api.ReactionCount({
          reaction: new Api.ReactionCustomEmoji({ documentId: bigInt('5368324170671202286') }),
          count: 1,
        }),
        new Api.ReactionCount({ reaction: new Api.ReactionPaid(), count: 50 }),
        new Api.ReactionCount({ reaction: new Api.ReactionEmpty(), count: 0 }),
      ],
      recentReactions: [
        new Api.MessagePeerReaction({
          peerId: somebody,
          date: 9,
          reaction: new Api.ReactionEmoji({ emoticon: '👍' }),
          my: true,
        }),
      ],
      topReactors: [new Api.MessageReactor({ count: 50, anonymous: true })],
      canSeeList: true,
    });
    const expected = {
      counts: [
        { reaction: { kind: 'emoji', emoji: '👍' }, count: 3, chosen: 0 },
        { reaction: { kind: 'custom_emoji', emoji: '5368324170671202286' }, count: 1 },
        { reaction: { kind: 'paid' }, count: 50 },
        { reaction: { kind: 'none' }, count: 0 },
      ],
      recent: [{ peer: SOMEBODY, date: 9, reaction: { kind: 'emoji', emoji: '👍' }, own: true }],
      topReactors: [{ count: 50, anonymous: true }],
      canSeeList: true,
    };
    assert.deepEqual(postDocument({ reactions }).reactions, expected);
    const action = new Api.MessageActionPinMessage();
    assert.deepEqual(serviceDocument({ action, reactions }).reactions, expected);
  });

  it('is written in one way, whatever the order of its keys', () => {
    const document = postDocument({ message: 'Hi' });
    const turned = Object.fromEntries(Object.entries(document).reverse());
    assert.equal(canonicalJson(turned as unknown as typeof document), canonicalJson(document));
    assert.equal(
      canonicalJson(document),
      `{"author":${CHANNEL_ID},"chat":${CHANNEL_ID},"date":100,"entities":[],"flags":{},"id":7,"kind":"message","text":"Hi","version":1}`,
    );
  });
});

describe("a document's topic and reply", () => {
  const header = (fields: object): Api.MessageReplyHeader => new Api.MessageReplyHeader(fields);

  it('a message that merely stands in a topic answers nothing', () => {
    assert.equal(postDocument({ replyTo: header({ forumTopic: true }) }).reply, undefined);
    assert.equal(postDocument({ replyTo: header({}) }).reply, undefined);
    const inTopic = postDocument({ replyTo: header({ forumTopic: true, replyToMsgId: 40 }) });
    assert.deepEqual([inTopic.topic, inTopic.reply], [40, undefined]);
    const toRoot = postDocument({
      replyTo: header({ forumTopic: true, replyToMsgId: 40, replyToTopId: 40 }),
    });
    assert.deepEqual([toRoot.topic, toRoot.reply], [40, undefined]);
    const answer = postDocument({
      replyTo: header({ forumTopic: true, replyToMsgId: 50, replyToTopId: 40 }),
    });
    assert.deepEqual([answer.topic, answer.reply], [40, { kind: 'message', id: 50, thread: 40 }]);
    const quoting = postDocument({
      replyTo: header({ forumTopic: true, replyToMsgId: 40, quote: true, quoteText: 'Q' }),
    });
    assert.deepEqual(quoting.reply, {
      kind: 'message',
      id: 40,
      quote: { text: 'Q', entities: [], chosen: true },
    });
  });

  it('General is the topic of the others in a forum, and a created topic its own', () => {
    assert.equal(postDocument({}, { isForum: true }).topic, 1);
    assert.equal(postDocument({ replyTo: header({ replyToMsgId: 3 }) }, { isForum: true }).topic, 1);
    assert.equal(postDocument({ replyTo: header({ replyToMsgId: 3, replyToTopId: 2 }) }).topic, undefined);
    const action = new Api.MessageActionTopicCreate({ title: 'T', iconColor: 1 });
    assert.equal(serviceDocument({ action }, { isForum: true }).topic, 7);
  });

  it('a reply names its message, chat, quote, task and option', () => {
    const bold = new Api.MessageEntityBold({ offset: 0, length: 99 });
    const document = postDocument({
      replyTo: header({
        replyToMsgId: 3,
        replyToPeerId: group,
        replyFrom: new Api.MessageFwdHeader({ fromName: 'Hidden', date: 2 }),
        replyMedia: new Api.MessageMediaDice({ value: 1, emoticon: '🎲' }),
        quote: true,
        quoteText: 'abc',
        quoteEntities: [bold],
        quoteOffset: 12,
        todoItemId: 4,
        pollOption: Buffer.from([1]),
      }),
    });
    assert.deepEqual(document.reply, {
      kind: 'message',
      id: 3,
      chat: -5,
      from: { date: 2, fromName: 'Hidden' },
      media: { kind: 'dice', emoji: '🎲', value: 1 },
      quote: { text: 'abc', entities: [{ kind: 'bold', offset: 0, length: 3 }], offset: 12, chosen: true },
      task: 4,
      option: 'AQ==',
    });
  });

  it('a reply into its own chat names no other, and one may answer a story', () => {
    const own = postDocument({ replyTo: header({ replyToMsgId: 3, replyToPeerId: CHANNEL }) });
    assert.deepEqual(own.reply, { kind: 'message', id: 3 });
    const story = postDocument({ replyTo: new Api.MessageReplyStoryHeader({ peer: somebody, storyId: 5 }) });
    assert.deepEqual(story.reply, { kind: 'story', peer: SOMEBODY, story: 5 });
    const pin = serviceDocument({
      action: new Api.MessageActionPinMessage(),
      replyTo: header({ replyToMsgId: 3 }),
    });
    assert.deepEqual([pin.action, pin.reply], [{ kind: 'pin_message' }, { kind: 'message', id: 3 }]);
  });

  it('a forward names its origin, and where it was saved from', () => {
    const fwdFrom = new Api.MessageFwdHeader({
      fromId: CHANNEL,
      fromName: 'Name',
      date: 5,
      channelPost: 6,
      postAuthor: 'Ann',
      savedFromPeer: group,
      savedFromMsgId: 8,
      savedFromId: somebody,
      savedFromName: 'Bob',
      savedDate: 9,
      savedOut: true,
      imported: true,
      psaType: 'covid',
    });
    assert.deepEqual(postDocument({ fwdFrom }).forward, {
      date: 5,
      from: CHANNEL_ID,
      fromName: 'Name',
      post: 6,
      signature: 'Ann',
      imported: true,
      announcement: 'covid',
      saved: { chat: -5, message: 8, from: SOMEBODY, fromName: 'Bob', date: 9, own: true },
    });
    assert.deepEqual(postDocument({ fwdFrom: new Api.MessageFwdHeader({ date: 5 }) }).forward, { date: 5 });
  });
});
