import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import type { Means } from '../../lib/messages/recreate/means.js';
import type { Plan } from '../../lib/messages/recreate/plan.js';
import { recreate } from '../../lib/messages/recreate/recreate.js';
import { contentOf } from '../../lib/messages/tl/content.js';
import type { PostFields } from '../../lib/messages/tl/document/message-fields.js';
import { fingerprintOf } from '../../lib/messages/tl/fingerprint.js';
import { tlEntities } from '../../lib/messages/tl/input/entities.js';
import { plannedInputMedia } from '../../lib/messages/tl/input/media.js';
import type { HistoryMessage } from '../../lib/messages/tl/message.js';
import { anyObject } from '../support/any-object.js';
import { MEANS, WITHOUT_CARDS } from '../support/means.js';
import { CHANNEL, CHANNEL_ID, overTheWire, postDocument, serviceDocument } from '../support/received.js';

const anyMeans: fc.Arbitrary<Means> = fc.record({
  target: fc.constantFrom('channel', 'group', 'forum', 'direct_messages', 'private', 'bot', 'saved'),
  premium: fc.boolean(),
  cards: fc.boolean(),
  serviceCards: fc.boolean(),
  now: fc.constant(() => 1_000),
});

describe('what is sent for any message', () => {
  it('is a plan that a request can carry, a card, or a skip with its reason, and never throws', () => {
    fc.assert(
      fc.property(fc.gen(), anyMeans, (gen, means) => {
        const message = overTheWire(anyObject(gen, 'Message') as unknown as Api.TypeMessage);
        const content = contentOf(message as HistoryMessage, means);
        if (content.kind === 'skip') {
          assert.notEqual(content.reason, undefined);
          return;
        }
        if (!means.cards && !means.serviceCards) assert.ok(!content.losses.includes('card'));
        assert.equal(fingerprintOf(content).textHash.length, 64);
        if (content.kind === 'planned') {
          const media = plannedInputMedia(content.plan, {
            file: () => undefined,
            peer: () => new Api.InputPeerSelf(),
          });
          assert.ok(media.getBytes().length > 0);
        }
        if (content.kind !== 'written') return;
        const { text, entities } = content.text;
        assert.notEqual(text, '');
        for (const { offset, length } of entities) assert.ok(offset >= 0 && offset + length <= text.length);
        assert.ok(tlEntities(entities).every((entity) => entity.getBytes().length > 0));
      }),
      { numRuns: 500 },
    );
  });
});

function planOf(fields: Partial<PostFields>, means: Partial<Means> = {}): Plan {
  return recreate(postDocument(fields), { ...MEANS, ...means });
}

function written(fields: Partial<PostFields>, means: Partial<Means> = {}): string {
  const plan = planOf(fields, means);
  return plan.kind === 'written' ? plan.text.text : assert.fail(plan.kind);
}

const words = (text: string, entities: Api.TypeMessageEntity[] = []) =>
  new Api.TextWithEntities({ text, entities });
const geo = new Api.GeoPoint({ lat: 1.5, long: -2, accessHash: bigInt(3), accuracyRadius: 9 });
const SECRET = 'secret';

function photoOf(fields: object = {}): Api.MessageMediaPhoto {
  const photo = new Api.Photo({
    id: bigInt(1),
    accessHash: bigInt(2),
    fileReference: Buffer.alloc(1),
    date: 0,
    sizes: [],
    dcId: 1,
  });
  return new Api.MessageMediaPhoto({ photo, ...fields });
}

describe('a card', () => {
  it('says what stood there, in front of what everybody could read', () => {
    const prize = { channels: [bigInt(1)], quantity: 3, untilDate: 1_767_225_600 };
    const invoice = { title: 'Book', description: SECRET, currency: 'JPY', startParam: SECRET };
    const cases: [Api.TypeMessageMedia, string][] = [
      [new Api.MessageMediaDice({ value: 6, emoticon: '🎲' }), '[dice 🎲 6]'],
      [new Api.MessageMediaUnsupported(), '[message of a newer kind]'],
      [new Api.MessageMediaPhoto({}), '[photo that no longer exists]'],
      [
        new Api.MessageMediaGiveaway({ ...prize, months: 6 }),
        '[giveaway: Telegram Premium for 6 months for 3 winners, winners drawn on 2026-01-01 00:00 UTC]',
      ],
      [new Api.MessageMediaInvoice({ ...invoice, totalAmount: bigInt(499) }), '[invoice: Book, 499 JPY]'],
      [
        new Api.MessageMediaInvoice({ ...invoice, currency: 'USD', totalAmount: bigInt(5) }),
        '[invoice: Book, 0.05 USD]',
      ],
      [
        new Api.MessageMediaInvoice({ ...invoice, currency: 'XTR', totalAmount: bigInt(1) }),
        '[invoice: Book, 1 Star]',
      ],
    ];
    for (const [media, card] of cases) {
      assert.equal(written({ media }), card, media.className);
      const bold = [new Api.MessageEntityBold({ offset: 1, length: 2 })];
      const plan = planOf({ media, message: 'own text', entities: bold });
      assert.ok(plan.kind === 'written');
      assert.equal(plan.text.text, `${card}\n\nown text`);
      assert.deepEqual(plan.text.entities, [{ kind: 'bold', offset: card.length + 3, length: 2 }]);
      assert.deepEqual(plan.losses, ['card']);
      assert.equal(recreate(postDocument({ media }), WITHOUT_CARDS).kind, 'skip');
    }
  });

  it('never quotes what deletes itself, with or without its caption', () => {
    const media = photoOf({ ttlSeconds: 5 });
    assert.equal(written({ media, message: SECRET }), '[photo that deletes itself]');
  });
});

describe('a place', () => {
  it('keeps its point and accuracy, and the last one of a live place', () => {
    const point = { latitude: 1.5, longitude: -2, accuracy: 9 };
    const place = { kind: 'place', point };
    assert.deepEqual(planOf({ media: new Api.MessageMediaGeo({ geo }) }), { ...place, losses: [] });
    const live = new Api.MessageMediaGeoLive({ geo, period: 60, heading: 3 });
    assert.deepEqual(planOf({ media: live }), { ...place, losses: ['live_place'] });
    const nowhere = new Api.GeoPointEmpty();
    assert.equal(written({ media: new Api.MessageMediaGeo({ geo: nowhere }) }), '[place]');
  });
});

describe('a contact', () => {
  it('has a first name, which Telegram demands, and a number', () => {
    const contact = (firstName: string, lastName: string, phoneNumber = '+1') =>
      planOf({
        media: new Api.MessageMediaContact({
          firstName,
          lastName,
          phoneNumber,
          vcard: 'v',
          userId: bigInt(0),
        }),
      });
    const made = { kind: 'contact', phone: '+1', vcard: 'v', losses: [] };
    assert.deepEqual(contact('A', 'B'), { ...made, firstName: 'A', lastName: 'B' });
    assert.deepEqual(contact('', 'B'), { ...made, firstName: 'B', lastName: '' });
    assert.equal(contact('A', 'B', '').kind, 'written');
    assert.equal(contact('', '').kind, 'written');
  });
});

describe('a poll', () => {
  const answers = ['a', 'b'].map(
    (text) => new Api.PollAnswer({ text: words(text), option: Buffer.from(text) }),
  );

  function poll(fields: object = {}, results: object = {}, means: Partial<Means> = {}): Plan {
    const media = new Api.MessageMediaPoll({
      poll: new Api.Poll({ id: bigInt(1), hash: bigInt(2), question: words('Why?'), answers, ...fields }),
      results: new Api.PollResults(results),
    });
    return planOf({ media }, means);
  }

  it('closes when the original does, and at once after its end', () => {
    const open = { period: undefined, closesAt: undefined, closes: undefined };
    const closing = (plan: Plan) => {
      assert.ok(plan.kind === 'poll');
      return { period: plan.period, closesAt: plan.closesAt, closes: plan.closes };
    };
    assert.deepEqual(closing(poll()), open);
    assert.deepEqual(closing(poll({ closePeriod: 600, closeDate: 1_500 })), { ...open, period: 600 });
    assert.deepEqual(closing(poll({ closeDate: 1_500 })), { ...open, closesAt: 1_500 });
    for (const fields of [{ closed: true }, { closeDate: 1_010 }, { closed: true, closePeriod: 600 }]) {
      assert.deepEqual(closing(poll(fields)), { ...open, closes: true });
    }
  });

  it('is limited to what the target allows, and the rest is counted', () => {
    const all = { publicVoters: true, openAnswers: true, subscribersOnly: true, countriesIso2: ['DE'] };
    const lost = (target: Means['target'], fields: object = all) => {
      const plan = poll(fields, {}, { target });
      return plan.kind === 'skip' ? assert.fail() : plan.losses;
    };
    assert.deepEqual(lost('group'), ['poll_audience']);
    assert.deepEqual(lost('channel'), ['poll_public', 'poll_open']);
    assert.deepEqual(lost('bot', { quiz: true }), ['quiz_answer']);
    assert.deepEqual(lost('saved', {}), []);
  });

  it('becomes a card with its answers and votes in a private chat', () => {
    const voters = answers.map(({ option }, index) => new Api.PollAnswerVoters({ option, voters: index }));
    const plan = poll({ quiz: true }, { results: voters }, { target: 'private' });
    assert.ok(plan.kind === 'written');
    assert.equal(plan.text.text, '[quiz: Why?\n– a: 0 votes\n– b: 1 vote]');
  });
});

describe('a checklist', () => {
  const media = new Api.MessageMediaToDo({
    todo: new Api.TodoList({
      title: words('Buy 👍', [new Api.MessageEntityItalic({ offset: 0, length: 3 })]),
      list: [
        new Api.TodoItem({ id: 4, title: words('milk') }),
        new Api.TodoItem({ id: 2, title: words('bread') }),
      ],
      othersCanComplete: true,
    }),
    completions: [new Api.TodoCompletion({ id: 2, completedBy: CHANNEL, date: 5 })],
  });

  it('keeps its tasks with their ids, and what is completed is marked later', () => {
    const plan = planOf({ media });
    assert.ok(plan.kind === 'checklist');
    assert.deepEqual(
      plan.tasks.map(({ id, text }) => [id, text]),
      [
        [4, 'milk'],
        [2, 'bread'],
      ],
    );
    assert.deepEqual([plan.completes, plan.losses, plan.othersMayComplete], [[2], ['completions'], true]);
  });

  it('becomes lines of text without Premium, and in channels', () => {
    for (const means of [{ premium: false }, { target: 'channel' }] as const) {
      const plan = planOf({ media }, means);
      assert.ok(plan.kind === 'written');
      assert.equal(plan.text.text, 'Buy 👍\n☐ milk\n☑ bread');
      assert.deepEqual(plan.text.entities, [
        { kind: 'bold', offset: 0, length: 6 },
        { kind: 'italic', offset: 0, length: 3 },
      ]);
      assert.deepEqual(plan.losses, ['checklist_as_text', 'completions']);
    }
  });
});

describe('a story', () => {
  const item = (fields: object) =>
    new Api.StoryItem({ id: 4, date: 1, expireDate: 2_000, media: photoOf(), caption: SECRET, ...fields });
  const plan = (story?: Api.TypeStoryItem) =>
    planOf({ media: new Api.MessageMediaStory({ peer: CHANNEL, id: 4, ...(story && { story }) }) });

  it('is shared again while everybody may see it', () => {
    const shared = { kind: 'story', peer: CHANNEL_ID, id: 4, losses: [] };
    assert.deepEqual(plan(), shared);
    assert.deepEqual(plan(item({ public: true })), shared);
    assert.deepEqual(plan(item({ public: true, pinned: true, expireDate: 5 })), shared);
  });

  it('becomes a card without a word of it otherwise', () => {
    for (const story of [
      item({}),
      item({ public: true, noforwards: true }),
      item({ public: true, expireDate: 5 }),
      new Api.StoryItemDeleted({ id: 4 }),
    ]) {
      const card = plan(story);
      assert.ok(card.kind === 'written');
      assert.equal(card.text.text, '[story that cannot be shared]');
    }
  });
});

describe('a message that is to be forwarded', () => {
  const forwarded = (fields: Partial<PostFields>, target: Means['target'] = 'group') =>
    planOf(fields, { forwards: true, target }).kind;
  const publicPoll = () => {
    const answers = ['Yes', 'No'].map(
      (text) => new Api.PollAnswer({ text: words(text), option: Buffer.from(text) }),
    );
    const poll = { id: bigInt(1), hash: bigInt(2), question: words('Why?'), answers, publicVoters: true };
    return new Api.MessageMediaPoll({ poll: new Api.Poll(poll), results: new Api.PollResults({}) });
  };

  it('is created again where Telegram forwards it to nobody: what deletes itself, and what is gone', () => {
    assert.equal(forwarded({ media: photoOf() }), 'forward');
    assert.equal(forwarded({ media: photoOf({ ttlSeconds: 30 }) }), 'written');
    assert.equal(forwarded({ media: new Api.MessageMediaPhoto({ ttlSeconds: 30 }) }), 'written');
    assert.equal(forwarded({ media: new Api.MessageMediaPhoto({}) }), 'written');
    assert.equal(forwarded({ media: new Api.MessageMediaDocument({ voice: true }) }), 'written');
  });

  it('is created again where the target takes it in another form alone: a public poll in a channel', () => {
    assert.equal(forwarded({ media: publicPoll() }), 'forward');
    assert.equal(forwarded({ media: publicPoll() }, 'channel'), 'poll');
  });
});

describe('a service message', () => {
  it('is skipped unless cards are asked for; then one sentence says what happened', () => {
    const plan = (action: Api.TypeMessageAction, serviceCards = true) =>
      recreate(serviceDocument({ action }), { ...MEANS, cards: false, serviceCards });
    const cases: [Api.TypeMessageAction, string][] = [
      [new Api.MessageActionChatEditTitle({ title: 'New' }), '[new title: New]'],
      [new Api.MessageActionChatAddUser({ users: [bigInt(1), bigInt(2)] }), '[2 members added]'],
      [new Api.MessageActionSetMessagesTTL({ period: 86_400 }), '[messages delete themselves after 1 day]'],
      [new Api.MessageActionTopicEdit({ closed: true }), '[topic: closed]'],
      [new Api.MessageActionPhoneCall({ callId: bigInt(1), duration: 65 }), '[call, 1 minute]'],
      [
        new Api.MessageActionGiftCode({ slug: SECRET, days: 90, viaGiveaway: true }),
        '[code for Telegram Premium for 90 days]',
      ],
    ];
    for (const [action, words] of cases) {
      const made = plan(action);
      assert.ok(made.kind === 'written', action.className);
      assert.deepEqual([made.text.text, made.losses], [words, ['card']]);
      assert.deepEqual(plan(action, false), { kind: 'skip', reason: 'service' });
    }
    assert.deepEqual(plan(new Api.MessageActionEmpty()), { kind: 'skip', reason: 'service' });
  });
});
