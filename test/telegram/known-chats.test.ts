import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { type KnownChat, knownChatOf } from '../../lib/telegram/known-chats.js';
import { clientOf } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'known' });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const ben = world.createUser({ firstName: 'Ben' });
const client = await clientOf(sandbox, ann);
const { signal } = linkAbort();
after(async () => {
  await client.close();
  await sandbox.close();
});
const asked: string[] = [];
weather.judge = (method) => {
  asked.push(method);
  return undefined;
};
beforeEach(() => {
  asked.length = 0;
});

const find = (text: string | number, known?: KnownChat): Promise<Chat> =>
  resolveChat(client, parseChatRef(String(text)), signal, { known });

async function knownOf(text: string | number): Promise<KnownChat> {
  const known = knownChatOf(await find(text));
  assert.ok(known);
  asked.length = 0;
  return known;
}

test('a known supergroup and what it was before are asked for at once, and are as a search finds them', async () => {
  const group = world.createGroup({ title: 'Group', creator: ann.id });
  const { id } = world.upgradeGroup(group);
  const known = await knownOf(id);
  let open = 0;
  let most = 0;
  const counting = Object.assign(Object.create(client) as typeof client, {
    async call(...args: Parameters<typeof client.call>) {
      open += 1;
      most = Math.max(most, open);
      try {
        return await client.call(...args);
      } finally {
        open -= 1;
      }
    },
  });
  const found = await resolveChat(counting, { kind: 'id', id }, signal, { known });
  assert.deepEqual(asked.slice(0, 2).sort(), ['channels.GetChannels', 'channels.GetFullChannel']);
  assert.equal(most, 2);
  assert.ok(found.former);
  assert.deepEqual(found, await find(id));
});

test('a known channel costs one call; one that is a supergroup by now is asked what it was', async () => {
  const { id } = world.createChannel({ title: 'News', creator: ann.id });
  const known = await knownOf(id);
  await find(id, known);
  assert.deepEqual(asked, ['channels.GetChannels']);
  const group = world.createChannel({ title: 'Club', creator: ann.id, megagroup: true });
  const mistaken = { ...(await knownOf(group.id)), isChannel: true };
  await find(group.id, mistaken);
  assert.deepEqual(asked, ['channels.GetChannels', 'channels.GetFullChannel']);
});

test('a hash that the server refuses leads to a search', async () => {
  const { id } = world.createChannel({ title: 'Hash', creator: ann.id, megagroup: true });
  const known = await knownOf(id);
  const found = await find(id, { ...known, accessHash: known.accessHash + 1n });
  assert.ok(asked.includes('messages.GetDialogs'));
  assert.deepEqual(found, await find(id));
});

test('a chat that this account was removed from is refused as without the knowledge', async () => {
  const chat = world.createChannel({ title: 'Private', creator: ben.id, megagroup: true });
  world.addMember(chat, ann.id);
  const known = await knownOf(chat.id);
  world.removeMember(chat, ann.id);
  const refusal = async (given?: KnownChat): Promise<unknown> =>
    find(chat.id, given).then(
      () => assert.fail('it was found'),
      (error: unknown) => error,
    );
  assert.deepEqual(await refusal(known), await refusal());
});

test('a name that leads to another chat today leads there', async () => {
  const before = world.createChannel({ title: 'Before', creator: ann.id, username: 'moving_sand' });
  const known = await knownOf('@moving_sand');
  assert.equal((await find('@moving_sand', known)).id, before.id);
  before.username = undefined;
  const now = world.createChannel({ title: 'Now', creator: ann.id, username: 'moving_sand' });
  assert.equal((await find('@moving_sand', known)).id, now.id);
});
