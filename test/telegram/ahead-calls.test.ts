import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { systemClock } from '../../lib/base/clock.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { clientOf } from '../support/client-of.js';
import { until } from '../support/part-scene.js';

const sandbox = await startSandbox({ seed: 'ahead' });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const group = world.createChannel({ title: 'Group', creator: ann.id, megagroup: true });
let laterMs = 0;
const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + laterMs };
const client = await clientOf(sandbox, ann, { clock });
const { signal } = linkAbort();
after(async () => {
  await client.close();
  await sandbox.close();
});
let asked = 0;
beforeEach(() => {
  asked = 0;
  weather.judge = () => {
    asked += 1;
    return undefined;
  };
});

const request = (chatId: number) =>
  new Api.messages.GetChats({ id: [BigInt(-chatId)] as unknown as Api.long[] });
const ask = (chatId: number) => client.call(request(chatId), { signal });
const chat = world.createGroup({ title: 'Basic', creator: ann.id });

test('the same call gets an answer that was made ahead, once; another call does not', async () => {
  client.callAhead(request(chat.id));
  const { chats } = await ask(chat.id);
  assert.equal(chats.length, 1);
  assert.equal(asked, 1);
  await ask(chat.id);
  assert.equal(asked, 2);
  client.callAhead(request(chat.id));
  await client.call(new Api.help.GetConfig(), { signal });
  assert.equal(asked, 4);
  await ask(chat.id);
  assert.equal(asked, 4);
});

test('an answer that is ten seconds old is not given to anybody', async () => {
  client.callAhead(request(chat.id));
  await until(() => asked === 1);
  laterMs += 10_001;
  await ask(chat.id);
  assert.equal(asked, 2);
});

test('a call that fails ahead is made again, and its own error is thrown', async () => {
  client.callAhead(request(group.id));
  await assert.rejects(
    ask(group.id),
    (error) => error instanceof TelegramError && /_INVALID$/.test(error.errorMessage),
  );
  assert.equal(asked, 2);
});
