import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { FailedError, NotSignedInError } from '../../lib/base/errors.js';
import { finishInFlight, IN_FLIGHT_MS } from '../../lib/clone/in-flight.js';
import { messageRandomId, topicRandomId } from '../../lib/clone/random-id.js';
import { belongsTo, topicOf } from '../../lib/clone/source-topic.js';
import { Tally } from '../../lib/clone/summary.js';
import { verdictOf } from '../../lib/clone/verdicts.js';
import { inputEntities } from '../../lib/messages/tl/entities.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';

const peerId = new Api.PeerChannel({ channelId: bigInt(1) });

describe('random ids', () => {
  const identity = { jobId: 'a'.repeat(32), sourceId: -1001, targetId: -1002 };

  it('are signed 64-bit numbers, the same for the same message and different for others', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (a, b) => {
          const id = messageRandomId(identity, a);
          assert.ok(id === BigInt.asIntN(64, id) && id !== 0n);
          assert.equal(messageRandomId({ ...identity }, a), id);
          if (a !== b) assert.notEqual(messageRandomId(identity, b), id);
          assert.notEqual(topicRandomId(identity, a), id);
          assert.notEqual(messageRandomId({ ...identity, jobId: 'b'.repeat(32) }, a), id);
          assert.notEqual(messageRandomId({ ...identity, targetId: -1003 }, a), id);
          assert.notEqual(messageRandomId({ ...identity, sourceId: -1003 }, a), id);
        },
      ),
    );
  });

  it("are pinned: another value would send a running job's messages twice", () => {
    assert.equal(messageRandomId(identity, 5), -1524778422194794735n);
  });
});

describe('the topic of a message', () => {
  function inTopic(header?: ConstructorParameters<typeof Api.MessageReplyHeader>[0]): Api.Message {
    const replyTo = header && new Api.MessageReplyHeader(header);
    return new Api.Message({ id: 9, peerId, date: 0, message: 'x', ...(replyTo && { replyTo }) });
  }

  it('is read from the header as Telegram writes it', () => {
    assert.equal(topicOf(inTopic()), 1);
    assert.equal(topicOf(inTopic({ forumTopic: true, replyToMsgId: 5 })), 5);
    assert.equal(topicOf(inTopic({ forumTopic: true, replyToMsgId: 8, replyToTopId: 5 })), 5);
    assert.equal(topicOf(inTopic({ replyToMsgId: 8 })), 1, 'a reply in General');
    const action = new Api.MessageActionTopicCreate({ title: 't', iconColor: 1 });
    assert.equal(topicOf(new Api.MessageService({ id: 5, peerId, date: 0, action })), 5);
  });

  it('is a thread in a group that is not a forum', () => {
    assert.ok(belongsTo(inTopic(), 9, false));
    assert.ok(belongsTo(inTopic({ replyToMsgId: 5 }), 5, false));
    assert.ok(belongsTo(inTopic({ replyToMsgId: 8, replyToTopId: 5 }), 5, false));
    assert.ok(!belongsTo(inTopic({ replyToMsgId: 8, replyToTopId: 5 }), 8, false));
    assert.ok(!belongsTo(inTopic(), 5, false));
  });
});

describe('inputEntities', () => {
  it('keeps all but mentions of unknown users, and what Telegram finds by itself', async () => {
    const mention = (id: number): Api.TypeMessageEntity =>
      new Api.MessageEntityMentionName({ offset: id, length: 1, userId: bigInt(id) });
    const bold = new Api.MessageEntityBold({ offset: 0, length: 3 });
    const emoji = new Api.MessageEntityCustomEmoji({
      offset: 3,
      length: 2,
      documentId: bigInt('5368324170671202286'),
    });
    const unknown = new Api.MessageEntityUnknown({ offset: 0, length: 1 });
    const found = new Api.MessageEntityHashtag({ offset: 0, length: 1 });
    const known = async (id: bigint): Promise<Api.InputUser | undefined> =>
      id === 4n ? new Api.InputUser({ userId: bigInt(4), accessHash: bigInt(44) }) : undefined;
    const { entities, lostMentions } = await inputEntities(
      [bold, mention(4), unknown, mention(5), emoji, found],
      known,
    );
    assert.deepEqual(
      entities.map(({ className }) => className),
      ['MessageEntityBold', 'InputMessageEntityMentionName', 'MessageEntityCustomEmoji'],
    );
    assert.equal(lostMentions, 1);
    assert.deepEqual(await inputEntities(null, known), { entities: [], lostMentions: 0 });
  });
});

describe('verdictOf', () => {
  const refusal = (errorMessage: string): TelegramError =>
    new TelegramError({ method: 'messages.sendMedia', errorMessage, rpcCode: 400 });

  it('stops the run for an error that every message would meet', () => {
    for (const wire of [
      'CHAT_WRITE_FORBIDDEN',
      'CHANNEL_PRIVATE',
      'CHANNEL_INVALID',
      'CHAT_ADMIN_REQUIRED',
      'USER_BANNED_IN_CHANNEL',
      'PEER_ID_INVALID',
      'PEER_FLOOD',
      'AUTH_KEY_UNREGISTERED',
      'SESSION_REVOKED',
      'USER_DEACTIVATED_BAN',
      'TOPIC_DELETED',
      'TOPIC_CLOSED',
      'CHAT_FORWARDS_RESTRICTED',
    ]) {
      assert.equal(verdictOf(refusal(wire)), 'run', wire);
    }
    assert.equal(verdictOf(new NotSignedInError('Sign in.')), 'run');
    assert.equal(verdictOf(new FailedError('TELEGRAM_UNREACHABLE', 'x')), 'run');
    assert.equal(verdictOf(new FailedError('STATE_UNWRITABLE', 'x')), 'run');
    assert.equal(verdictOf(new TypeError('a bug')), 'run');
  });

  it('lists an error of one message', () => {
    for (const wire of [
      'MESSAGE_TOO_LONG',
      'MEDIA_CAPTION_TOO_LONG',
      'MEDIA_EMPTY',
      'MEDIA_INVALID',
      'PHOTO_INVALID_DIMENSIONS',
      'FILE_PARTS_INVALID',
      'CHAT_SEND_STICKERS_FORBIDDEN',
      'LOCATION_INVALID',
      'SOMETHING_NEW',
    ]) {
      assert.equal(verdictOf(refusal(wire)), 'message', wire);
    }
    assert.equal(verdictOf(new FailedError('SIZE_MISMATCH', 'x')), 'message');
    assert.equal(verdictOf(new FailedError('MESSAGE_GONE', 'x')), 'deleted');
  });
});

describe('Tally', () => {
  it('distinguishes ten sends in a row that failed for one reason from ten that did not', () => {
    const tally = new Tally();
    for (let count = 0; count < 9; count += 1) tally.failed([count], 'x');
    assert.equal(tally.sameFailures(10), undefined);
    tally.sent(1, 0);
    tally.failed([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 'x');
    assert.equal(tally.sameFailures(10), undefined, 'an album is one send');
    for (let count = 0; count < 9; count += 1) tally.failed([count], count === 0 ? 'y' : 'x');
    assert.equal(tally.sameFailures(10), undefined);
    for (let count = 0; count < 2; count += 1) tally.failed([count], 'x');
    assert.equal(tally.sameFailures(10), 'x');
  });
});

describe('finishInFlight', () => {
  function manualClock(): {
    sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
    ring: () => void;
    asked: number[];
  } {
    let ring: () => void = () => {};
    const asked: number[] = [];
    return {
      asked,
      ring: () => ring(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          asked.push(ms);
          ring = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    };
  }

  const client = { isWaiting: false };

  it('lets a call that is under way finish', async () => {
    const clock = { now: () => 0, monotonic: () => 0, ...manualClock() };
    const stop = new AbortController();
    let answer: (id: number) => void = () => {};
    const call = finishInFlight(
      { signal: stop.signal, clock, client },
      () =>
        new Promise<number>((resolve) => {
          answer = resolve;
        }),
    );
    stop.abort(new Error('stop'));
    answer(5);
    assert.equal(await call, 5);
    assert.deepEqual(clock.asked, [IN_FLIGHT_MS]);
  });

  it('gives it up after a while, with the reason', async () => {
    const clock = { now: () => 0, monotonic: () => 0, ...manualClock() };
    const stop = new AbortController();
    const reason = new Error('stop');
    const call = finishInFlight(
      { signal: stop.signal, clock, client },
      (signal) =>
        new Promise<number>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    );
    stop.abort(reason);
    clock.ring();
    await assert.rejects(call, reason);
  });

  it('gives up at once a call that only waits', async () => {
    const clock = { now: () => 0, monotonic: () => 0, ...manualClock() };
    const stop = new AbortController();
    const waiting = { isWaiting: true };
    const call = finishInFlight({ signal: stop.signal, clock, client: waiting }, (signal) =>
      clock.sleep(9, signal),
    );
    stop.abort(new Error('stop'));
    assert.deepEqual(clock.asked, [9, 0]);
    clock.ring();
    await assert.rejects(call, /stop/);
  });

  it("doesn't begin when the run is stopped", async () => {
    const clock = { now: () => 0, monotonic: () => 0, ...manualClock() };
    const call = finishInFlight({ signal: AbortSignal.abort(new Error('stop')), clock, client }, () =>
      assert.fail('called'),
    );
    await assert.rejects(call, /stop/);
  });
});
