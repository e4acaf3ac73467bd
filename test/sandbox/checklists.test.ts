import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;

before(async () => {
  own = await openSender('checklists');
});
after(() => own.close());

const text = (words: string, entities: Api.TypeMessageEntity[] = []) =>
  new Api.TextWithEntities({ text: words, entities });

const task = (id: number, title: string) => new Api.TodoItem({ id, title: text(title) });

function todo(list: Api.TodoItem[], title = text('Shopping'), flags = {}): Api.InputMediaTodo {
  return new Api.InputMediaTodo({ todo: new Api.TodoList({ title, list, ...flags }) });
}

test("a checklist needs Premium and a chat that isn't a channel, and keeps its flags, ids and formats", async () => {
  const list = todo([task(1, 'Milk'), task(7, 'Bread')]);
  await refused(own.send(list), 'PREMIUM_ACCOUNT_REQUIRED');
  await own.premium(async () => {
    const bold = new Api.MessageEntityBold({ offset: 0, length: 4 });
    const code = new Api.MessageEntityCode({ offset: 4, length: 4 });
    const flags = { othersCanAppend: true, othersCanComplete: true };
    const sent = await own.send(
      todo([task(1, 'Milk'), task(7, 'Bread')], text('Shopping', [bold, code]), flags),
    );
    const { todo: shown, completions } = sent.media as Api.MessageMediaToDo;
    assert.deepEqual([shown.othersCanAppend, shown.othersCanComplete], [true, true]);
    assert.deepEqual(
      shown.list.map(({ id, title }) => [id, title.text]),
      [
        [1, 'Milk'],
        [7, 'Bread'],
      ],
    );
    assert.deepEqual(
      shown.title.entities.map(({ className }) => className),
      ['MessageEntityBold'],
    );
    assert.equal(completions ?? undefined, undefined);
    assert.ok(await own.send(list, own.me.id));
    assert.ok(await own.send(list, own.friend.id));
    await refused(own.send(list, own.channel.id), 'MEDIA_INVALID');
    await refused(own.send(todo([])), 'TODO_ITEMS_EMPTY');
    const many = Array.from({ length: 31 }, (_, n) => task(n + 1, `${n}`));
    await refused(own.send(todo(many)), 'TODO_ITEMS_TOO_MUCH');
    await refused(own.send(todo([task(1, 'a'), task(1, 'b')])), 'TODO_ITEM_DUPLICATE');
    await refused(own.send(todo([task(0, 'a')])), 'TODO_ITEM_DUPLICATE');
    await refused(own.send(todo([task(1, 'a'.repeat(65))])), 'MEDIA_INVALID');
    await refused(own.send(todo([task(1, 'a')], text('t'.repeat(33)))), 'MEDIA_INVALID');
  });
});

test('tasks are completed and added by the author, and by others if the list lets them, with a note each', async () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [own.friend.id] });
  const title = { text: 'List', entities: [] };
  const tasks = [1, 2].map((id) => ({ id, text: `${id}`, entities: [] }));
  const list = { kind: 'checklist', title, tasks, done: new Map() } as const;
  const toggle = (msgId: number, completed: number[], incompleted: number[] = []) =>
    own.client.invoke(
      new Api.messages.ToggleTodoCompleted({ peer: own.peerOf(group.id), msgId, completed, incompleted }),
    );
  const append = (msgId: number, ...items: Api.TodoItem[]) =>
    own.client.invoke(new Api.messages.AppendTodoList({ peer: own.peerOf(group.id), msgId, list: items }));
  const mine = world.post({ chat: group.id, from: own.me.id, media: list });
  const answer = (await toggle(mine.id, [1, 9])) as Api.Updates;
  assert.deepEqual(
    answer.updates.map(({ className }) => className),
    ['UpdateEditMessage', 'UpdateNewMessage'],
  );
  const [edited, note] = answer.updates.map((update) => (update as Api.UpdateNewMessage).message);
  const { completions } = (edited as Api.Message).media as Api.MessageMediaToDo;
  assert.deepEqual(
    completions?.map(({ id }) => id),
    [1],
  );
  const { action, replyTo } = note as Api.MessageService;
  assert.deepEqual((action as Api.MessageActionTodoCompletions).completed, [1]);
  assert.equal((replyTo as Api.MessageReplyHeader).replyToMsgId, mine.id);
  const theirs = own.friend.box.messages.find(({ uid }) => uid === mine.uid)?.media;
  assert.ok(theirs?.kind === 'checklist' && theirs.done.has(1), 'every copy has it');
  const idle = (await toggle(mine.id, [1], [2])) as Api.Updates;
  assert.deepEqual(idle.updates, [], 'nothing changes, and no note says so');
  await refused(append(mine.id, task(3, 'c')), 'PREMIUM_ACCOUNT_REQUIRED');
  await own.premium(async () => {
    await refused(append(mine.id), 'TODO_NOT_MODIFIED');
    await append(mine.id, task(3, 'c'));
    await refused(append(mine.id, task(3, 'again')), 'TODO_ITEM_DUPLICATE');
    const other = world.post({ chat: group.id, from: own.friend.id, media: list });
    const own1 = own.me.box.messages.find(({ uid }) => uid === other.uid)?.id ?? 0;
    await refused(toggle(own1, [1]), 'MESSAGE_AUTHOR_REQUIRED');
    await refused(append(own1, task(3, 'c')), 'MESSAGE_AUTHOR_REQUIRED');
    const open = { ...list, othersCanComplete: true, othersCanAppend: true };
    const shared = world.post({ chat: group.id, from: own.friend.id, media: open });
    const own2 = own.me.box.messages.find(({ uid }) => uid === shared.uid)?.id ?? 0;
    await toggle(own2, [2]);
    await append(own2, task(3, 'c'));
    const kept = own.me.box.messages.find(({ id }) => id === own2)?.media;
    assert.ok(kept?.kind === 'checklist');
    assert.deepEqual([[...kept.done.keys()], kept.tasks.map(({ id }) => id)], [[2], [1, 2, 3]]);
  });
  const text = world.post({ chat: group.id, from: own.me.id, text: 'no list' });
  await refused(toggle(text.id, [1]), 'MESSAGE_ID_INVALID');
});
