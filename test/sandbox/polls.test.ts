import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import type { PollMedia } from '../../lib/sandbox/kinds/poll.js';
import { decodeState, encodeState } from '../../lib/sandbox/state-codec.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat, WorldState } from '../../lib/sandbox/world/model.js';
import { World } from '../../lib/sandbox/world/world.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let chat: Chat;
let channel: Chat;
let lastId = 1n;

before(async () => {
  own = await signedInClient({ seed: 'polls' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend' });
  chat = world.createChannel({ title: 'Mine', creator: own.me.id, megagroup: true });
  world.addMember(chat, friend.id);
  channel = world.createChannel({ title: 'News', creator: own.me.id });
});
after(() => own.close());

const text = (words: string) => new Api.TextWithEntities({ text: words, entities: [] });
const answers = (...words: string[]) =>
  words.map((word) => new Api.InputPollAnswer({ text: text(word) }) as never);

type PollFields = Partial<ConstructorParameters<typeof Api.Poll>[0]>;
type MediaFields = Omit<ConstructorParameters<typeof Api.InputMediaPoll>[0], 'poll'>;

function input(poll: PollFields = {}, media: MediaFields = {}): Api.InputMediaPoll {
  const fields = { id: toLong(0), question: text('Why?'), answers: answers('a', 'b', 'c'), hash: toLong(0) };
  return new Api.InputMediaPoll({ poll: new Api.Poll({ ...fields, ...poll }), ...media });
}

async function send(media: Api.TypeInputMedia, to: number = chat.id): Promise<Api.Message> {
  const peer = inputPeer(own.sandbox.world, own.me.id, to);
  const answer = await own.client.invoke(
    new Api.messages.SendMedia({ peer, media, message: '', randomId: toLong(lastId++) }),
  );
  const brought = (answer as Api.Updates).updates.find(
    (update) => update instanceof Api.UpdateNewChannelMessage || update instanceof Api.UpdateNewMessage,
  );
  return brought?.message as Api.Message;
}

const pollOf = ({ media }: Api.Message) => media as Api.MessageMediaPoll;
const peerOf = () => inputPeer(own.sandbox.world, own.me.id, chat.id);

async function vote(msgId: number, ...options: Buffer[]): Promise<Api.UpdateMessagePoll> {
  const answer = await own.client.invoke(new Api.messages.SendVote({ peer: peerOf(), msgId, options }));
  return (answer as Api.Updates).updates[0] as Api.UpdateMessagePoll;
}

async function results(msgId: number): Promise<Api.PollResults> {
  const request = new Api.messages.GetPollResults({ peer: peerOf(), msgId, pollHash: toLong(0) });
  const { updates } = (await own.client.invoke(request)) as Api.Updates;
  return (updates[0] as Api.UpdateMessagePoll).results;
}

/** The friend's vote, as the world has it. */
function friendVotes(msgId: number, option: Buffer): void {
  const { media } = chat.box?.messages.find(({ id }) => id === msgId) ?? {};
  (media as PollMedia).poll.votes.set(friend.id, { options: [option.toString('hex')], at: 1 });
}

test('a poll keeps all of its flags, and the server makes the options and closes it in time', async () => {
  const sent = pollOf(
    await send(
      input({
        publicVoters: true,
        multipleChoice: true,
        openAnswers: true,
        revotingDisabled: true,
        shuffleAnswers: true,
        hideResultsUntilClose: true,
        closePeriod: 600,
      }),
    ),
  );
  const { publicVoters, multipleChoice, openAnswers, revotingDisabled, shuffleAnswers, closePeriod } =
    sent.poll;
  assert.deepEqual(
    [publicVoters, multipleChoice, openAnswers, revotingDisabled, shuffleAnswers, sent.poll.creator],
    [true, true, true, true, true, true],
  );
  assert.equal(sent.poll.hideResultsUntilClose, true);
  assert.equal(closePeriod, 600);
  assert.ok((sent.poll.closeDate ?? 0) > own.sandbox.world.nowSeconds() + 500);
  const options = sent.poll.answers.map((answer) => (answer as Api.PollAnswer).option);
  assert.equal(new Set(options.map(String)).size, 3);
  const audience = pollOf(await send(input({ subscribersOnly: true, countriesIso2: ['CH'] }), channel.id));
  assert.deepEqual([audience.poll.subscribersOnly, audience.poll.countriesIso2], [true, ['CH']]);
});

test('media is attached to the poll, to its answers and to its explanation', async () => {
  const geoPoint = new Api.InputGeoPoint({ lat: 1, long: 2, accuracyRadius: 30 });
  const place = new Api.InputMediaGeoPoint({ geoPoint });
  const venue = new Api.InputMediaVenue({
    geoPoint,
    title: 'Here',
    address: '1',
    provider: 'foursquare',
    venueId: 'v',
    venueType: 'arts/museum',
  });
  const withMedia = [new Api.InputPollAnswer({ text: text('a'), media: venue }) as never, ...answers('b')];
  const sent = await send(
    input(
      { quiz: true, answers: withMedia },
      {
        attachedMedia: place,
        correctAnswers: [0],
        solution: 'because',
        solutionEntities: [new Api.MessageEntityBold({ offset: 0, length: 7 })],
        solutionMedia: place,
      },
    ),
  );
  const { attachedMedia, poll, results: before } = pollOf(sent);
  assert.equal(((attachedMedia as Api.MessageMediaGeo).geo as Api.GeoPoint).accuracyRadius, 30);
  const shown = (poll.answers[0] as Api.PollAnswer).media as Api.MessageMediaVenue;
  assert.deepEqual([shown.provider, shown.venueId, shown.venueType], ['foursquare', 'v', 'arts/museum']);
  assert.equal(before.solution ?? undefined, undefined);
  const voted = await vote(sent.id, (poll.answers[1] as Api.PollAnswer).option);
  assert.equal(voted.results.solution, 'because');
  assert.equal(voted.results.solutionEntities?.length, 1);
  assert.ok(voted.results.solutionMedia instanceof Api.MessageMediaGeo);
  assert.deepEqual(
    voted.results.results?.map(({ correct, chosen }) => [Boolean(correct), Boolean(chosen)]),
    [
      [true, false],
      [false, true],
    ],
  );
});

test('results are shown to voters, hidden ones only after the end, and voters only in public polls', async () => {
  for (const [fields, seen, named] of [
    [{ publicVoters: true }, true, true],
    [{}, true, false],
    [{ hideResultsUntilClose: true }, false, false],
  ] as const) {
    const { id, media } = await send(input(fields));
    const options = (media as Api.MessageMediaPoll).poll.answers.map(
      (answer) => (answer as Api.PollAnswer).option,
    );
    const [first, second] = options as [Buffer, Buffer];
    friendVotes(id, second);
    assert.equal((await results(id)).results ?? undefined, undefined, 'nobody sees results before a vote');
    assert.equal((await results(id)).totalVoters, 1);
    const own = await vote(id, first);
    assert.deepEqual(
      own.results.results?.map(({ chosen }) => Boolean(chosen)),
      [true, false, false],
    );
    assert.equal(own.results.results?.[1]?.voters ?? undefined, seen ? 1 : undefined);
    assert.equal(own.results.results?.[1]?.recentVoters?.length ?? 0, named ? 1 : 0);
    const kept = chat.box?.messages.find((message) => message.id === id)?.media as PollMedia;
    kept.poll.closed = true;
    assert.equal((await results(id)).results?.[1]?.voters, 1);
    await refused(vote(id, second), 'MESSAGE_POLL_CLOSED');
  }
});

test('a vote may be changed or taken back unless the poll or quiz forbids it', async () => {
  const options = (message: Api.Message) =>
    pollOf(message).poll.answers.map((answer) => (answer as Api.PollAnswer).option) as [Buffer, Buffer];
  const plain = await send(input());
  const [first, second] = options(plain);
  await refused(vote(plain.id, first, second), 'OPTIONS_TOO_MUCH');
  await refused(vote(plain.id, Buffer.from('none')), 'OPTION_INVALID');
  await vote(plain.id, first);
  assert.equal((await vote(plain.id, second)).results.totalVoters, 1);
  assert.equal((await vote(plain.id)).results.totalVoters, 0);
  for (const message of [
    await send(input({ revotingDisabled: true })),
    await send(input({ quiz: true }, { correctAnswers: [1] })),
  ]) {
    await vote(message.id, options(message)[0]);
    await refused(vote(message.id, options(message)[1]), 'REVOTE_NOT_ALLOWED');
    await refused(vote(message.id), 'REVOTE_NOT_ALLOWED');
  }
  const note = await own.client.invoke(
    new Api.messages.SendMessage({ peer: peerOf(), message: 'no poll', randomId: toLong(lastId++) }),
  );
  const { id } = (note as Api.Updates).updates[0] as Api.UpdateMessageID;
  await refused(vote(id, first), 'MESSAGE_ID_INVALID');
  await refused(vote(9999, first), 'MSG_ID_INVALID');
});

test('the votes of a public poll are listed page by page for those who voted', async () => {
  const { id, media } = await send(input({ publicVoters: true, multipleChoice: true }));
  const [first, second] = (media as Api.MessageMediaPoll).poll.answers.map(
    (answer) => (answer as Api.PollAnswer).option,
  ) as [Buffer, Buffer];
  const list = (fields = {}) =>
    own.client.invoke(new Api.messages.GetPollVotes({ peer: peerOf(), id, limit: 1, ...fields }));
  friendVotes(id, first);
  await refused(list(), 'POLL_VOTE_REQUIRED');
  await vote(id, first, second);
  const page = await list();
  assert.deepEqual([page.count, page.votes.length, page.nextOffset], [2, 1, '1']);
  assert.ok(page.votes[0] instanceof Api.MessagePeerVoteMultiple);
  const rest = await list({ offset: page.nextOffset });
  assert.equal(Number((rest.votes[0]?.peer as Api.PeerUser | undefined)?.userId), friend.id);
  assert.equal((await list({ option: second })).count, 1);
  const anonymous = await send(input());
  await refused(list({ id: anonymous.id }), 'BROADCAST_FORBIDDEN');
});

test('polls that Telegram refuses', async () => {
  const many = answers(...Array.from({ length: 13 }, (_, n) => `${n}`));
  const same = Buffer.from([1]);
  const option = (bytes: Buffer) => new Api.PollAnswer({ text: text('x'), option: bytes });
  for (const [media, error] of [
    [input({ question: text(' ') }), 'POLL_QUESTION_INVALID'],
    [input({ question: text('q'.repeat(301)) }), 'POLL_QUESTION_INVALID'],
    [input({ answers: answers('one') }), 'POLL_ANSWERS_INVALID'],
    [input({ answers: many }), 'POLL_ANSWERS_INVALID'],
    [input({ answers: answers('a', ' ') }), 'POLL_ANSWER_INVALID'],
    [input({ answers: answers('a', 'b'.repeat(101)) }), 'POLL_ANSWER_INVALID'],
    [input({ answers: [option(same), option(same)] }), 'POLL_OPTION_DUPLICATE'],
    [input({ answers: [option(same), option(Buffer.alloc(0))] }), 'POLL_OPTION_INVALID'],
    [input({ quiz: true }), 'QUIZ_CORRECT_ANSWERS_EMPTY'],
    [input({ quiz: true }, { correctAnswers: [0, 1] }), 'QUIZ_CORRECT_ANSWERS_TOO_MUCH'],
    [input({ quiz: true }, { correctAnswers: [3] }), 'QUIZ_CORRECT_ANSWER_INVALID'],
    [input({ subscribersOnly: true }), 'MEDIA_INVALID'],
    [input({ openAnswers: true }), 'MEDIA_INVALID'],
    [input({ closed: true }), 'MEDIA_INVALID'],
    [input({ closePeriod: 4 }), 'MEDIA_INVALID'],
    [input({ closePeriod: 60, closeDate: 2_000_000_000 }), 'MEDIA_INVALID'],
    [input({}, { attachedMedia: new Api.InputMediaDice({ emoticon: '🎲' }) }), 'MEDIA_INVALID'],
  ] as const) {
    await refused(send(media), error);
  }
  await refused(send(input({ publicVoters: true }), channel.id), 'BROADCAST_PUBLIC_VOTERS_FORBIDDEN');
  await refused(send(input(), friend.id), 'MEDIA_INVALID');
  assert.ok(await send(input(), own.me.id), 'Saved Messages take polls');
  assert.ok(await send(input({ quiz: true, multipleChoice: true }, { correctAnswers: [0, 2] })));
});

test('messages with one poll share it again after the state was saved', () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [friend.id] });
  const poll = {
    id: 77n,
    creator: own.me.id,
    question: { text: 'q', entities: [] },
    answers: ['a', 'b'].map((word) => ({ text: word, entities: [], option: Buffer.from(word) })),
    votes: new Map(),
  };
  world.post({ chat: group.id, from: own.me.id, media: { kind: 'poll', poll } });
  const state = decodeState(encodeState(world.state)) as WorldState;
  const again = new World({ clock: world.clock, random: world.random, homeDc: world.homeDc, state });
  const polls = [own.me.id, friend.id].map(
    (id) => (again.messagesWith(id, group.id).at(-1)?.media as PollMedia | undefined)?.poll,
  );
  assert.equal(polls[0], polls[1]);
  assert.deepEqual(polls[0], poll);
});

test('people add answers to an open poll, with a note each, and its author takes them away with their votes', async () => {
  const add = async (msgId: number, words: string) => {
    const answer = new Api.InputPollAnswer({ text: text(words) }) as never;
    const request = new Api.messages.AddPollAnswer({ peer: peerOf(), msgId, answer });
    return ((await own.client.invoke(request)) as Api.Updates).updates;
  };
  const remove = (msgId: number, option: Buffer) =>
    own.client.invoke(new Api.messages.DeletePollAnswer({ peer: peerOf(), msgId, option }));
  const { id } = await send(input({ openAnswers: true, publicVoters: true }));
  const [changed, note] = await add(id, 'd');
  const listed = ((changed as Api.UpdateMessagePoll).poll as Api.Poll).answers as Api.PollAnswer[];
  assert.deepEqual(
    listed.map((answer) => [
      answer.text.text,
      Number((answer.addedBy as Api.PeerUser | undefined)?.userId ?? 0),
    ]),
    [
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', own.me.id],
    ],
  );
  const { action, replyTo } = (note as Api.UpdateNewChannelMessage).message as Api.MessageService;
  assert.ok(action instanceof Api.MessageActionPollAppendAnswer);
  assert.equal((replyTo as Api.MessageReplyHeader).replyToMsgId, id);
  const { option } = listed[3] ?? { option: Buffer.alloc(0) };
  friendVotes(id, option);
  await vote(id, option);
  assert.equal((await results(id)).totalVoters, 2);
  await refused(remove(id, listed[0]?.option ?? option), 'OPTION_INVALID');
  await remove(id, option);
  assert.equal((await results(id)).totalVoters, 0);
  await refused(remove(id, option), 'OPTION_INVALID');
  await refused(add(id, ' '), 'POLL_ANSWER_INVALID');
  for (const number of Array.from({ length: 9 }, (_, index) => index)) await add(id, `more ${number}`);
  await refused(add(id, 'too many'), 'POLL_ANSWERS_INVALID');
  const shut = await send(input());
  await refused(add(shut.id, 'x'), 'POLL_ANSWERS_INVALID');
});
