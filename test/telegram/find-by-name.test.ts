import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import { waitWords } from '../../lib/cli/progress/words.js';
import type { Wait } from '../../lib/pace/wait.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { clientOf } from '../support/client-of.js';

/** More than the pages of 100 that are looked through before a name is looked up, so that some are left. */
const DIALOGS = 620;

const sandbox = await startSandbox({ seed: 'names', weather: { nameBudget: 1, nameWindowSeconds: 7200 } });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const ben = world.createUser({ firstName: 'Ben' });
const old = world.createChannel({ title: 'Old', creator: ann.id, username: 'old_sand', date: 1_500_000_000 });
for (let index = 0; index < DIALOGS; index += 1) {
  const { id } = world.createGroup({ title: `group ${index}`, creator: ann.id, date: 1_600_000_000 + index });
  assert.ok(id < 0);
}
const recent = world.createChannel({ title: 'Recent', creator: ann.id, username: 'recent_sand' });
const strange = world.createChannel({ title: 'Strange', creator: ben.id, username: 'strange_sand' });
world.createChannel({ title: 'Stranger', creator: ben.id, username: 'stranger_sand' });
const waits: Wait[] = [];
const stop = linkAbort();
const client = await clientOf(sandbox, ann, {
  onWait: (wait) => {
    waits.push(wait);
    stop.abort(new Error('told to wait'));
  },
});
after(async () => {
  await client.close();
  await sandbox.close();
});

const find = (text: string): Promise<Chat> => resolveChat(client, parseChatRef(text), stop.signal);
const asked = (method: string): number => weather.report().requests[method] ?? 0;

test('a name among the newest dialogs is not looked up', async () => {
  assert.equal((await find('@Recent_Sand')).id, recent.id);
  assert.deepEqual([asked('messages.GetDialogs'), asked('contacts.ResolveUsername')], [1, 0]);
});

test('a name that is not among that many dialogs is looked up', async () => {
  const before = asked('messages.GetDialogs');
  assert.equal((await find('@strange_sand')).id, strange.id);
  assert.deepEqual([asked('messages.GetDialogs') - before, asked('contacts.ResolveUsername')], [5, 1]);
});

test('a flood of that call is not waited for if an older dialog has the name', async () => {
  assert.equal((await find('@old_sand')).id, old.id);
  assert.equal(asked('contacts.ResolveUsername'), 2);
  assert.deepEqual(weather.report().faults, { FLOOD_WAIT_X: 1 });
  assert.deepEqual(waits, []);
});

test('a wait for a name that no dialog has is reported with how to avoid it', async () => {
  await assert.rejects(find('@stranger_sand'), /told to wait/);
  const [wait] = waits;
  assert.ok(wait && wait.askedSeconds > 7000 && wait.method === 'contacts.resolveUsername');
  assert.match(
    waitWords(wait, Date.now()),
    /waiting for contacts\.resolveUsername \(FLOOD_WAIT_7\d+\).*write the id/,
  );
});
