import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { ImportRun } from '../../lib/erase/as-import/import-run.js';
import { deleteMessages } from '../../lib/sandbox/world/changing.js';
import { finishImports } from '../../lib/sandbox/world/imports.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { post } from '../support/documents.js';
import { importScene } from '../support/import-history-scene.js';
import { JumpingClock } from '../support/jumping-clock.js';

let scene: CloneScene;
const clock = new JumpingClock();

before(async () => {
  clock.start();
  scene = await cloneScene({ seed: 'as-import-arrival', clock });
});
after(async () => {
  await scene.close();
  clock.stop();
});

const START = Date.UTC(2021, 2, 5, 12) / 1000;
const documents = () => [1, 2, 3, 4].map((id) => post({ id, date: START + 10 * id, text: `t${id}` }));

const open = async (t: TestContext, title: string) => {
  const chat = scene.group(title);
  return { chat, own: await importScene(t, scene, chat, clock) };
};

test('messages of another import in between are passed over', async (t) => {
  const { chat, own } = await open(t, 'foreign');
  const { world } = scene.sandbox;
  world.holdsImports = true;
  await assert.rejects(own.run(documents()), { code: 'IMPORT_INCOMPLETE' });
  world.holdsImports = false;
  for (let index = 0; index < 4; index += 1) {
    const forward = { from: undefined, name: 'Other', date: START + 100 + index, imported: true };
    world.post({ chat: chat.id, from: scene.me.id, forward, text: `other ${index}`, silent: true });
  }
  await assert.rejects(own.run(documents()), { code: 'IMPORT_INCOMPLETE' });
  finishImports(world);
  assert.equal((await own.run(documents())).differing, 0);
});

test('a message that Telegram drops is named, and the parts behind it follow', async (t) => {
  const { own } = await open(t, 'dropped');
  const { world } = scene.sandbox;
  const { post: really } = world;
  t.after(() => {
    world.post = really;
  });
  world.post = (options) =>
    really.call(world, options.text === 't2' ? { ...options, text: 'gone' } : options);
  const drop = (run: ImportRun): ImportRun => ({
    ...run,
    onEvent: (event) => {
      run.onEvent(event);
      if (event.kind !== 'started' || event.part !== 1) return;
      const gone = own.imported().filter(({ text }) => text === 'gone');
      world.announce(deleteMessages(world, gone, {}));
    },
  });
  const limits = { first: 3, messages: 3, files: 3, bytes: 2 ** 20 };
  const summary = await own.run(documents(), { limits, change: drop });
  assert.deepEqual([summary.parts, summary.differing], [2, 1]);
  const arrived = own.events.find(({ kind }) => kind === 'arrived');
  const named = [{ id: undefined, date: START + 20, what: 'missing' }];
  assert.deepEqual(arrived, { kind: 'arrived', part: 1, messages: 3, differing: 1, named });
});

test('last messages that Telegram drops are named once ten minutes bring none, and the parts behind them follow', async (t) => {
  const { own } = await open(t, 'dropped at the end');
  const { world } = scene.sandbox;
  const { post: really } = world;
  t.after(() => {
    world.post = really;
  });
  const unlike = { text: 'gone', forward: { from: undefined, name: 'Other', date: START } };
  world.post = (options) => really.call(world, options.text === 't2' ? { ...options, ...unlike } : options);
  const limits = { first: 2, messages: 2, files: 2, bytes: 2 ** 20 };
  const summary = await own.run(documents(), { limits });
  assert.deepEqual([summary.parts, summary.differing], [2, 1]);
  const arrived = own.events.find(({ kind }) => kind === 'arrived');
  const named = [{ id: undefined, date: START + 20, what: 'missing' }];
  assert.deepEqual(arrived, { kind: 'arrived', part: 1, messages: 2, differing: 1, named });
  assert.equal((await own.run(documents(), { limits })).parts, 0);
});
