import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import type { PollMedia } from '../../lib/sandbox/kinds/poll.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { openSender, type Sender } from '../support/sender.js';

let own: Sender;

before(async () => {
  own = await openSender('found');
});
after(() => own.close());

const names = (entities: readonly Api.TypeMessageEntity[] | undefined): string[] =>
  (entities ?? []).map(
    ({ className, offset, length }) => `${className.replace('MessageEntity', '')} ${offset} ${length}`,
  );
const plain = (text: string) => new Api.TextWithEntities({ text, entities: [] });
const place = () => own.peerOf(own.chat.id);
const TEXT = '/go @name #tag a.org';
const FOUND = ['BotCommand 0 3', 'Mention 4 5', 'Hashtag 10 4', 'Url 15 5'];

test('a text and its edit are marked with what Telegram finds, whatever the client sets of it', async () => {
  const entities = [
    new Api.MessageEntityBold({ offset: 0, length: 9 }),
    new Api.MessageEntityUrl({ offset: 0, length: 3 }),
  ];
  const { id, entities: kept } = await own.say(TEXT, own.chat.id, { entities });
  assert.deepEqual(names(kept), ['Bold 0 9', ...FOUND]);
  await own.client.invoke(
    new Api.messages.EditMessage({ peer: place(), id, message: `x ${TEXT.slice(4)}`, noWebpage: true }),
  );
  const [edited] = await own.client.getMessages(place(), { ids: [id] });
  assert.deepEqual(names(edited?.entities), ['Mention 2 5', 'Hashtag 8 4', 'Url 13 5']);
});

test('a command is one in a group, and with a bot, but not between two people', async () => {
  const { world } = own.sandbox;
  const bot = world.createBot({ firstName: 'Bot' });
  const posted = (chat: number) => world.post({ chat, from: own.me.id, text: '/go' }).entities.length;
  assert.deepEqual([own.chat.id, bot.id, own.friend.id, own.me.id].map(posted), [1, 1, 0, 0]);
  const answer = await own.client.invoke(
    new Api.messages.SendMessage({
      peer: own.peerOf(own.friend.id),
      message: '/go #x',
      randomId: toLong(91n),
    }),
  );
  assert.deepEqual(names((answer as Api.UpdateShortSentMessage).entities), ['Hashtag 4 2']);
});

test('what the world posts is marked like what a client sends', async () => {
  const posted = own.sandbox.world.post({ chat: own.chat.id, from: own.friend.id, text: TEXT });
  const [message] = await own.client.getMessages(place(), { ids: [posted.id] });
  assert.deepEqual(names(message?.entities), FOUND);
});

test('captions, albums, explanations and tasks are marked; questions, answers and titles of lists are not', async () => {
  const media = new Api.InputMediaPhoto({ id: own.photo('captioned') });
  assert.deepEqual(names((await own.send(media, own.chat.id, { message: TEXT })).entities), FOUND);
  const multiMedia = ['#a', 'b'].map(
    (message, n) =>
      new Api.InputSingleMedia({
        media: new Api.InputMediaPhoto({ id: own.photo(message) }),
        randomId: toLong(300n + BigInt(n)),
        message,
      }),
  );
  await own.client.invoke(new Api.messages.SendMultiMedia({ peer: place(), multiMedia }));
  const items = await own.client.getMessages(place(), { limit: 2 });
  assert.deepEqual(Array.from(items, ({ entities }) => names(entities)).reverse(), [['Hashtag 0 2'], []]);
  const poll = new Api.Poll({
    id: toLong(0),
    quiz: true,
    question: plain('#why'),
    answers: ['#a', '#b'].map((text) => new Api.InputPollAnswer({ text: plain(text) }) as never),
    hash: toLong(0),
  });
  const quiz = new Api.InputMediaPoll({
    poll,
    correctAnswers: [0],
    solution: 'see a.org',
    solutionEntities: [],
  });
  const { poll: shown } = (await own.send(quiz)).media as Api.MessageMediaPoll;
  const kept = own.chat.box?.messages.at(-1)?.media as PollMedia;
  assert.deepEqual(kept.poll.solution?.entities, [{ kind: 'url', offset: 4, length: 5 }]);
  const texts = [shown.question, ...shown.answers.map(({ text }) => text)];
  assert.deepEqual(
    texts.map(({ entities }) => entities.length),
    [0, 0, 0],
  );
  await own.premium(async () => {
    const list = [new Api.TodoItem({ id: 1, title: plain('/buy @milk') })];
    const todo = new Api.TodoList({ title: plain('#list'), list });
    const { media } = await own.send(new Api.InputMediaTodo({ todo }));
    const { title, list: tasks } = (media as Api.MessageMediaToDo).todo;
    assert.deepEqual([names(title.entities), names(tasks[0]?.title.entities)], [[], ['Mention 5 5']]);
  });
});
