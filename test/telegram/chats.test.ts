import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { systemClock } from '../../lib/base/clock.js';
import { UsageError } from '../../lib/base/errors.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { listChats, resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { readLimits } from '../../lib/telegram/limits.js';
import { clientOf } from '../support/client-of.js';
import { listenerCountingSignal } from '../support/listener-counting-signal.js';

const sandbox = await startSandbox({ seed: 'chats' });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann', premium: true });
const ben = world.createUser({ phone: '99966210002', code: '12345', firstName: 'Ben', username: 'ben_sand' });
const news = world.createChannel({ title: 'News', creator: ben.id, username: 'news_sand' });
const forum = world.createChannel({ title: 'Forum', creator: ann.id, forum: true });
const group = world.createGroup({ title: 'Group', creator: ann.id });
world.addMember(news, ann.id);
const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + laterMs };
let laterMs = 0;
const client: TelepiClient = await clientOf(sandbox, ann, { clock });
const { signal } = linkAbort();
after(async () => {
  await client.close();
  await sandbox.close();
});

const find = (text: string): Promise<Chat> => resolveChat(client, parseChatRef(text), signal);

test('each kind of chat is found by id, by name and by link, with the rights of this account', async () => {
  const byName = await find('@NEWS_sand');
  assert.deepEqual([byName.kind, byName.title, byName.canPost], ['channel', 'News', false]);
  assert.deepEqual(await find(String(byName.id)), byName);
  assert.deepEqual(await find(`https://t.me/c/${-byName.id - 1_000_000_000_000}`), byName);
  assert.deepEqual(
    [(await find(String(forum.id))).kind, (await find(String(forum.id))).canManageTopics],
    ['forum', true],
  );
  assert.equal((await find(String(group.id))).kind, 'group');
  assert.equal((await find('@ben_sand')).kind, 'user');
  assert.ok((await find('me')).peer instanceof Api.InputPeerSelf);
});

test('a chat that this account does not know is refused with what to do', async () => {
  for (const text of ['-1009999999999', '-99999', '999999999', '@nobody_here']) {
    await assert.rejects(find(text), (error) => {
      return error instanceof UsageError && error.code === 'UNKNOWN_CHAT' && error.message.includes(text);
    });
  }
});

test('the error for an id without its mark, or with a wrong one, shows the right one', async () => {
  const bare = -forum.id - 1_000_000_000_000;
  for (const text of [String(bare), `-${bare}`]) {
    await assert.rejects(find(text), { message: new RegExp(`the forum "Forum" has the id ${forum.id}, so`) });
  }
  for (const text of [String(-group.id), `-100${-group.id}`, String(-1e12 + group.id)]) {
    await assert.rejects(find(text), { message: new RegExp(`the group "Group" has the id ${group.id}, so`) });
  }
  await assert.rejects(find('123456'), { message: /begins with -100, as -1000000123456\.$/ });
  await assert.rejects(find('-1009999999999'), (error: Error) => !error.message.includes('begins with'));
});

test('all dialogs are listed, over more than a page, each once', async () => {
  for (let index = 0; index < 120; index += 1) {
    const { id } = world.createGroup({ title: `group ${index}`, creator: ann.id });
    world.post({ chat: id, from: ann.id, text: 'first', date: 1_700_000_000 + Math.floor(index / 10) });
  }
  const titles: string[] = [];
  for await (const { title } of listChats(client, signal)) titles.push(title);
  assert.equal(new Set(titles).size, titles.length);
  assert.equal(titles.filter((title) => title.startsWith('group ')).length, 120);
});

test('if a server refuses optional methods, names are found among dialogs and limits are the documented ones', async () => {
  const refuse = (method: string, word: string): void => {
    weather.script({ method, fate: { kind: 'refuse', error: new RpcError(400, word) } });
  };
  refuse('contacts.ResolveUsername', 'METHOD_INVALID');
  assert.equal((await find('@news_sand')).title, 'News');
  refuse('contacts.ResolveUsername', 'INPUT_METHOD_INVALID_1_0_0');
  await assert.rejects(find('@nobody_here'), { code: 'UNKNOWN_CHAT' });

  const premium = await readLimits(client, signal);
  assert.deepEqual(premium, {
    premium: true,
    richMessages: true,
    textLength: 8192,
    captionLength: 4096,
    maxFileParts: 8000,
  });
  for (const method of ['help.GetAppConfig', 'help.GetConfig']) refuse(method, 'METHOD_INVALID');
  refuse('users.GetUsers', 'INTERNAL_ERROR_OF_ITS_OWN');
  assert.equal((await readLimits(client, signal)).premium, true, 'what was said a minute ago holds');
  refuse('help.GetAppConfig', 'METHOD_INVALID');
  laterMs = 60_000;
  assert.deepEqual(await readLimits(client, signal), {
    premium: false,
    richMessages: false,
    textLength: 4096,
    captionLength: 1024,
    maxFileParts: 4000,
  });
});

test('calls leave no listener on the signal, whether they succeed, wait, fail or are aborted', async () => {
  const watched = listenerCountingSignal();
  const ask = (): Promise<unknown> => client.call(new Api.help.GetNearestDc(), { signal: watched.signal });
  await ask();
  weather.script({ method: 'help.GetNearestDc', fate: { kind: 'drop-after' } });
  await ask();
  weather.script({ method: 'help.GetNearestDc', fate: { kind: 'refuse', error: new RpcError(400, 'NO') } });
  await assert.rejects(ask(), { errorMessage: 'NO' });
  assert.ok(watched.added > 0);
  assert.equal(watched.listeners, 0);
  weather.script({
    method: 'help.GetNearestDc',
    fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_60') },
  });
  const waiting = ask();
  setTimeout(() => watched.abort(new Error('enough')), 50);
  await assert.rejects(waiting, /enough/);
  assert.equal(watched.listeners, 0);
});
