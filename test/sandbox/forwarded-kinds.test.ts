import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import type { Poll } from '../../lib/sandbox/kinds/poll.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { PostOptions } from '../../lib/sandbox/world/sending.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;
let lastId = 1_000_000n;

before(async () => {
  own = await openSender('forwarded kinds');
});
after(() => own.close());

/** Something that the friend posted in the chat, forwarded into Saved Messages. */
async function forwarded(
  options: Omit<PostOptions, 'chat' | 'from'>,
  dropAuthor = false,
): Promise<Api.Message> {
  const { world } = own.sandbox;
  world.addMember(own.chat, own.friend.id);
  const { id } = world.post({ chat: own.chat.id, from: own.friend.id, ...options });
  const answer = await own.client.invoke(
    new Api.messages.ForwardMessages({
      fromPeer: own.peerOf(own.chat.id),
      toPeer: own.peerOf(own.me.id),
      id: [id],
      randomId: [toLong(lastId++)],
      dropAuthor,
    }),
  );
  const update = (answer as Api.Updates).updates.find((each) => each instanceof Api.UpdateNewMessage);
  return update?.message as Api.Message;
}

function pollOf(more: Partial<Poll> = {}): Poll {
  return {
    id: 41n,
    creator: own.friend.id,
    question: { text: 'Why?', entities: [] },
    answers: ['a', 'b'].map((text, n) => ({
      text,
      entities: [],
      option: Buffer.from(text),
      correct: n === 1,
    })),
    votes: new Map([[own.friend.id, { options: [Buffer.from('a').toString('hex')], at: 1 }]]),
    ...more,
  };
}

test('a forwarded poll is the same poll; without its author it is a new one, if its answer is known', async () => {
  const media = { kind: 'poll', poll: pollOf() } as const;
  const same = (await forwarded({ media })).media as Api.MessageMediaPoll;
  assert.deepEqual([Number(same.poll.id), same.results.totalVoters], [41, 1]);
  const other = (await forwarded({ media }, true)).media as Api.MessageMediaPoll;
  assert.notEqual(Number(other.poll.id), 41);
  assert.deepEqual([other.results.totalVoters, other.poll.creator], [0, true]);
  const quiz = { kind: 'poll', poll: pollOf({ quiz: true }) } as const;
  assert.ok(await forwarded({ media: quiz }));
  await refused(forwarded({ media: quiz }, true), 'QUIZ_ANSWER_MISSING');
  const closed = { kind: 'poll', poll: pollOf({ quiz: true, closed: true }) } as const;
  const open = (await forwarded({ media: closed }, true)).media as Api.MessageMediaPoll;
  assert.equal(open.poll.closed ?? false, false);
});

test('buttons with links and the bot stay with the author alone', async () => {
  const button = (type: object) => ({ _: 'KeyboardInlineButton', text: 'x', type: { _: '', ...type } });
  const link = button({ _: 'InlineButtonTypeUrl', url: 'https://example.org' });
  const ask = button({ _: 'InlineButtonTypeCallback', data: Buffer.from('x') });
  const row = (...buttons: object[]) => ({ _: 'KeyboardInlineButtonRow', buttons: buttons as never });
  const bot = own.sandbox.world.createBot({ firstName: 'Bot' });
  const replyMarkup = { _: 'ReplyInlineMarkup', rows: [row(link, ask), row(ask)] };
  const options = { text: 'press', fields: { replyMarkup, viaBotId: BigInt(bot.id), views: 7 } };
  const kept = await forwarded(options);
  const { rows } = kept.replyMarkup as Api.ReplyInlineMarkup;
  assert.deepEqual(
    rows.map(({ buttons }) => buttons.map(({ type }) => type.className)),
    [['InlineButtonTypeUrl']],
  );
  assert.deepEqual([Number(kept.viaBotId), kept.views ?? undefined], [bot.id, undefined]);
  const bare = await forwarded(options, true);
  assert.deepEqual([bare.replyMarkup ?? undefined, bare.viaBotId ?? undefined], [undefined, undefined]);
});

test('a rich message can be forwarded with its author alone, and media that deletes itself not at all', async () => {
  const blocks = [{ _: 'PageBlockParagraph', text: { _: 'TextPlain', text: 'x' } }];
  const rich = { blocks, photos: [], documents: [] };
  assert.equal((await forwarded({ rich })).richMessage?.blocks.length, 1);
  await refused(forwarded({ rich }, true), 'RICH_MESSAGE_UNSUPPORTED');
  const { id } = own.sandbox.files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
  const media = { kind: 'photo', fileId: id, spoiler: false, ttl: 5 } as const;
  await refused(forwarded({ media }), 'MEDIA_INVALID');
});

test('a forwarded checklist is on its own, and nobody changes it any more', async () => {
  const title = { text: 'List', entities: [] };
  const tasks = [{ id: 1, text: 'a', entities: [] }];
  const done = new Map([[1, { by: own.friend.id, at: 1 }]]);
  const copy = await forwarded({ media: { kind: 'checklist', title, tasks, done, othersCanComplete: true } });
  assert.equal((copy.media as Api.MessageMediaToDo).completions?.length, 1);
  const request = { peer: own.peerOf(own.me.id), msgId: copy.id, completed: [], incompleted: [1] };
  await refused(own.client.invoke(new Api.messages.ToggleTodoCompleted(request)), 'MESSAGE_ID_INVALID');
});
