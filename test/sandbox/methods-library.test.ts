import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from 'telegram';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { libraryClient } from '../support/library-client.js';

test('the plain library signs in by code and password, lists, reads and writes', async () => {
  const sandbox = await startSandbox({ seed: 'first' });
  const me = sandbox.world.createUser({
    phone: '+999 66 00001',
    code: '12345',
    password: 'hunter2',
    firstName: 'Ann',
  });
  const chat = sandbox.world.createChannel({ title: 'Team', creator: me.id, megagroup: true });
  for (let i = 0; i < 150; i++) sandbox.world.post({ chat: chat.id, from: me.id, text: `message ${i}` });
  const client = libraryClient(sandbox.server);
  try {
    await client.connect();
    await client.start({
      phoneNumber: '+9996600001',
      phoneCode: async () => '12345',
      password: async () => 'hunter2',
      onError: async (error) => {
        throw error;
      },
    });
    const self = await client.getMe();
    assert.equal(self.firstName, 'Ann');
    const dialogs = await client.getDialogs({});
    assert.deepEqual(
      Array.from(dialogs, ({ title }) => title),
      ['Team'],
    );
    const texts = (await client.getMessages(dialogs[0]?.inputEntity, { limit: 1000 })).map(
      ({ message }) => message,
    );
    assert.equal(texts.length, 151);
    const sent = await client.sendMessage(dialogs[0]?.inputEntity as Api.TypeInputPeer, { message: 'hello' });
    assert.equal(sent.id, 152);
  } finally {
    await client.disconnect();
    await sandbox.close();
  }
});
