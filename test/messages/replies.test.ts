import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { markedId } from '../../lib/base/marked-id.js';
import { replyOf } from '../../lib/messages/tl/document/headers.js';
import { answeredId, isReply } from '../../lib/messages/tl/replies.js';

const peerId = new Api.PeerChannel({ channelId: bigInt(1) });

describe('a reply header can name', () => {
  const chatId = -1_000_000_000_001;
  const own = new Api.PeerChannel({ channelId: bigInt(1) });
  const other = new Api.PeerChannel({ channelId: bigInt(2) });
  const author = new Api.MessageFwdHeader({ date: 0, fromName: 'Somebody' });
  type Header = ConstructorParameters<typeof Api.MessageReplyHeader>[0];
  const shapes: readonly (readonly [string, Header, isAnswer: boolean, answered: number | undefined])[] = [
    ['a message', { replyToMsgId: 7 }, true, 7],
    ['a message below another', { replyToMsgId: 7, replyToTopId: 5 }, true, 7],
    ['the own chat', { replyToMsgId: 7, replyToPeerId: own }, true, 7],
    ['another chat', { replyToMsgId: 7, replyToPeerId: other }, true, undefined],
    ['another chat that is hidden', { replyFrom: author }, true, undefined],
    ['a quote of something hidden', { quote: true, quoteText: 'words' }, true, undefined],
    ['the media of something hidden', { replyMedia: new Api.MessageMediaUnsupported() }, true, undefined],
    ['a quote', { replyToMsgId: 7, quote: true, quoteText: 'words', quoteOffset: 2 }, true, 7],
    ['a task of a list', { replyToMsgId: 7, todoItemId: 3 }, true, 7],
    ['an answer of a poll', { replyToMsgId: 7, pollOption: Buffer.of(1) }, true, 7],
    ['a topic', { forumTopic: true, replyToMsgId: 5 }, false, undefined],
    [
      'a quote of the message that began the topic',
      { forumTopic: true, replyToMsgId: 5, quoteText: 'words' },
      true,
      5,
    ],
    ['a topic, twice', { forumTopic: true, replyToMsgId: 5, replyToTopId: 5 }, false, undefined],
    ['a message in a topic', { forumTopic: true, replyToMsgId: 7, replyToTopId: 5 }, true, 7],
    [
      'a message in a topic of its chat',
      { forumTopic: true, replyToMsgId: 7, replyToTopId: 5, replyToPeerId: own },
      true,
      7,
    ],
    [
      'a message of another chat that has the id of the topic',
      { forumTopic: true, replyToMsgId: 5, replyToTopId: 5, replyToPeerId: other },
      true,
      undefined,
    ],
    [
      'a scheduled message, which has an id of its own',
      { replyToScheduled: true, replyToMsgId: 7 },
      true,
      undefined,
    ],
    ['an ephemeral message', { replyToEphemeral: true, replyToMsgId: 7 }, true, undefined],
    ['nothing', {}, false, undefined],
  ];
  for (const [name, header, isAnswer, answered] of shapes) {
    it(name, () => {
      const sent = new Api.Message({
        id: 9,
        peerId,
        date: 0,
        message: 'x',
        replyTo: new Api.MessageReplyHeader(header),
      });
      const { replyTo } = new BinaryReader(sent.getBytes()).tgReadObject() as Api.Message;
      assert.equal(isReply(replyTo), isAnswer);
      assert.ok(replyTo);
      const read = replyOf(replyTo, chatId, () => undefined);
      assert.equal(read !== undefined, isAnswer, 'documents agree');
      assert.equal(answeredId({ replyTo } as Api.Message, chatId), answered);
    });
  }

  it('a story', () => {
    const replyTo = new Api.MessageReplyStoryHeader({ peer: own, storyId: 3 });
    assert.equal(isReply(replyTo), true);
    assert.equal(answeredId({ replyTo } as unknown as Api.Message, chatId), undefined);
  });

  it('a chat by the id that people write', () => {
    assert.equal(markedId(own), chatId);
    assert.equal(markedId(new Api.PeerChat({ chatId: bigInt(5) })), -5);
    assert.equal(markedId(new Api.PeerUser({ userId: bigInt(5) })), 5);
  });
});
