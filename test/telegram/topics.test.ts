import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { createTopic } from '../../lib/telegram/topics.js';
import { clientOf } from '../support/client-of.js';

test('a topic whose creation is refused as a repeat is the one that the first call created', async (t) => {
  const sandbox = await startSandbox({ seed: 'topics' });
  t.after(() => sandbox.close());
  const { world, weather } = sandbox;
  const ann = world.createUser({ phone: '99966210011', code: '12345', firstName: 'Ann' });
  const forum = world.createChannel({ title: 'Forum', creator: ann.id, forum: true });
  world.createTopic(forum, { title: 'News' });
  const client = await clientOf(sandbox, ann);
  t.after(() => client.close());
  const { signal } = linkAbort();
  const chat = await resolveChat(client, { kind: 'id', id: forum.id }, signal);
  world.refuseRepeats = true;
  weather.script({ method: 'messages.CreateForumTopic', fate: { kind: 'drop-after' } });
  const id = await createTopic(client, chat, { title: 'News', iconColor: 0x6fb9f0, randomId: 9n }, signal);
  assert.equal(id, [...forum.topics.keys()].at(-1));
  assert.equal(forum.topics.size, 3, 'General, the one before, and the new one');
});
