import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, dyingJob } from '../support/dying-job.js';
import { selectionFor } from '../support/selection.js';
import { ShiftedClock } from '../support/shifted-clock.js';

const REMEMBERED_SECONDS = 300;
const clock = new ShiftedClock();
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({
    seed: 'in doubt, topics',
    clock,
    weather: { randomIdSeconds: REMEMBERED_SECONDS },
  });
});
after(() => scene.close());

/** Dies when the `nth` call was answered, before the ledger knows; then Telegram forgets its random_id. */
async function killed(source: Chat, target: Chat, options: RunOptions = {}, nth = 1): Promise<CloneRun> {
  const plan = { write: nth, of: 'sent', when: 'before' } as const;
  const run = await scene.clone(source, target, { ...options, wrapJob: (job) => dyingJob(job, plan).job });
  assert.ok(run.error instanceof Death, String(run.error));
  clock.forward((REMEMBERED_SECONDS + 1) * 1000);
  return run;
}

/** Each text with its topic's title. */
function placesIn(chat: Chat): string[] {
  return (chat.box?.messages ?? []).flatMap(({ action, text, topicId }) =>
    action ? [] : [`${text} in ${chat.topics.get(topicId ?? 1)?.title}`],
  );
}

describe('a message that goes into another topic since its send has been in doubt', () => {
  /** A forum with one topic, News, and a message in it. */
  function source(title: string): { readonly chat: Chat; readonly news: number } {
    const chat = scene.forum(title);
    const news = scene.sandbox.world.createTopic(chat, { title: 'News' }).id;
    scene.post(chat, { text: 'once', topicId: news });
    return { chat, news };
  }

  it('is found where it was sent, when AUTO_CREATE_TOPICS was turned on', async () => {
    const { chat } = source('auto');
    const target = scene.forum('auto copy');
    await killed(chat, target);
    const { error } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(placesIn(target), ['once in General']);
  });

  for (const [name, title] of [
    ['has another topic there now', 'Older'],
    ['lacks it now', undefined],
  ] as const) {
    it(`is found where it was sent, when topic_map.json ${name}`, async () => {
      const { chat, news } = source(`edited: ${name}`);
      const target = scene.forum(`edited copy: ${name}`);
      const older = scene.sandbox.world.createTopic(target, { title: 'Older' }).id;
      const { folder } = await killed(chat, target, { autoCreateTopics: true });
      const map = title === undefined ? {} : { [news]: older };
      writeFileSync(join(folder, 'topic_map.json'), JSON.stringify(map));
      const { error } = await scene.clone(chat, target);
      assert.equal(error, undefined);
      assert.deepEqual(placesIn(target), ['once in News']);
    });
  }

  it("is not confused with one of another topic, if its own topic hasn't changed", async () => {
    const { chat, news } = source('unchanged');
    const target = scene.forum('unchanged copy');
    const plan = { write: 1, of: 'sending', when: 'after' } as const;
    const wrapJob: RunOptions['wrapJob'] = (job) => dyingJob(job, plan).job;
    const { topicMap } = await scene.clone(chat, target, { autoCreateTopics: true, wrapJob });
    assert.ok(topicMap.has(news));
    scene.post(target, { text: 'once' });
    const { error } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(placesIn(target), ['once in General', 'once in News']);
  });
});

describe('a topic whose creation was in doubt when the process died', () => {
  for (const [of, when, there] of [
    ['saveTopic', 'before', true],
    ['planTopic', 'after', false],
  ] as const) {
    it(`is ${there ? '' : 'not '}recorded by a run that needs no topic, killed ${when} ${of}`, async () => {
      const chat = scene.forum(`${when} ${of}`);
      const news = scene.sandbox.world.createTopic(chat, { title: 'News' }).id;
      scene.post(chat, { text: 'once', topicId: news });
      const target = scene.forum(`copy ${when} ${of}`);
      const wrapJob: RunOptions['wrapJob'] = (job) => dyingJob(job, { write: 1, of, when }).job;
      const died = await scene.clone(chat, target, { autoCreateTopics: true, wrapJob });
      assert.ok(died.error instanceof Death, String(died.error));
      const created = [...target.topics.values()].find(({ title }) => title === 'News')?.id;
      assert.equal(created !== undefined, there);
      const selection = await selectionFor({ kind: 'video' });
      const { error, topicMap } = await scene.clone(chat, target, { autoCreateTopics: true, selection });
      assert.equal(error, undefined);
      assert.equal(topicMap.get(news), created);
    });
  }
});
