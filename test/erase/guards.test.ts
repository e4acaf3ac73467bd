import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from 'telegram/tl/index.js';
import { FailedError } from '../../lib/base/errors.js';
import type { SandboxOptions } from '../../lib/sandbox/sandbox.js';
import type { OpenStore } from '../../lib/store/open-store.js';
import { eraseScene, plannedIds } from '../support/erase-scene.js';

test('nothing is deleted while the database is out of reach, and the next run deletes it', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Outage');
  for (const text of ['one', 'two']) scene.post(group, { text });
  await scene.archive(group);
  const before = scene.there(group);
  const { plan } = await scene.plan(group);
  const keep = async (): Promise<never> => {
    throw new FailedError('DATABASE_UNREACHABLE', 'The database is out of reach.');
  };
  const writer = { ...scene.store.writer, keep };
  const away: OpenStore = { ...scene.store, writer, close: async () => undefined };
  const { error } = await scene.run(plan, { store: away });
  assert.equal((error as FailedError).code, 'DATABASE_UNREACHABLE');
  assert.deepEqual(scene.there(group), before);
  assert.equal(scene.sandbox.report().weather.requests['channels.DeleteMessages'], undefined);
  const { summary } = await scene.run(plan);
  assert.equal(summary?.deleted, 2);
});

test('a message that the history leaves out is found by the search, and the chat is read until nothing new comes', async (t) => {
  let hidden = 0;
  const methods: SandboxOptions['methods'] = (table) => {
    const usual = table.get('messages.GetHistory');
    assert.ok(usual);
    const leaving: typeof usual = async (request, caller) => {
      const page = (await usual(request, caller)) as { messages: Api.TypeMessage[] };
      page.messages = page.messages.filter(({ id }) => id !== hidden);
      return page as never;
    };
    return new Map([...table, ['messages.GetHistory', leaving]]);
  };
  const scene = await eraseScene(t, { methods });
  const group = scene.group('Hidden');
  const ids = ['one', 'two', 'three'].map((text) => scene.post(group, { text }));
  hidden = ids[1] ?? 0;
  const passes: number[] = [];
  const { plan } = await scene.plan(group, {
    unarchived: true,
    onPass: ({ pass }) => passes.push(pass),
  });
  assert.deepEqual(plannedIds(plan, group), ids);
  assert.deepEqual(passes, [1, 2, 3], 'the last pass has found nothing new');
});
