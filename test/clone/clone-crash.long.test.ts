import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB, MIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'crash' });
});
after(() => scene.close());

function film(size: number, more: object = {}): Media {
  return scene.document(size, {
    mimeType: 'video/mp4',
    attributes: [
      { type: 'video', duration: 3, width: 320, height: 180 },
      { type: 'filename', name: `${size}.mp4` },
    ],
    ...more,
  });
}

/** A bit of everything that takes durable writes. Some texts are the same, as people write. */
function filledForum(title: string, bigFile: number): Chat {
  const { world } = scene.sandbox;
  const chat = scene.forum(title);
  const post = (fields: object): number => scene.post(chat, fields);
  const topic = world.createTopic(chat, { title: 'Topic', iconColor: 0xfb6f5f });
  const first = post({ text: 'same', topicId: topic.id });
  post({ text: 'same', topicId: topic.id, replyTo: first });
  post({ media: film(30 * KIB, { thumb: { width: 320, height: 180 } }), text: 'film', topicId: topic.id });
  post({ text: 'x'.repeat(5000) });
  const groupedId = world.nextGroupedId();
  for (let item = 0; item < 2; item += 1) post({ media: film(9 * KIB + item), text: `${item}`, groupedId });
  world.createTopic(chat, { title: 'Empty', iconColor: 0xffd67e });
  if (bigFile > 0) post({ media: film(bigFile), text: 'big' });
  post({ text: 'same' });
  return chat;
}

const RUN: RunOptions = { autoCreateTopics: true, text: { long: 'fail' } };

async function cloneUntilDeath(source: Chat, target: Chat, plan: DeathPlan): Promise<CloneRun> {
  let dead = false;
  const run = await scene.clone(source, target, {
    ...RUN,
    wrapJob(job) {
      const dying = dyingJob(job, plan);
      return new Proxy(dying.job, {
        get(inner, name) {
          dead = dying.state.dead;
          return Reflect.get(inner, name) as unknown;
        },
      });
    },
  });
  if (run.error !== undefined) assert.ok(run.error instanceof Death, String(run.error));
  assert.ok(dead || run.error === undefined);
  assert.equal(run.budget.heldBytes, 0);
  return run;
}

/** The sources' content without what can't be cloned. */
async function assertWhole(source: Chat, target: Chat, context: string): Promise<void> {
  const wanted = await chatContent(scene.sandbox, source, ({ text }) => text.length <= 4096);
  assert.deepEqual(await chatContent(scene.sandbox, target), wanted, context);
  const titles = (chat: Chat): string[] => [...chat.topics.values()].map(({ title }) => title);
  assert.deepEqual(titles(target), titles(source), context);
}

describe('a process that dies at a durable write', () => {
  it('leaves a state that the next run completes, at every single write', async () => {
    const source = filledForum('every write', 0);
    let died = true;
    for (let write = 1; died; write += 1) {
      const when = write % 2 === 0 ? 'before' : 'after';
      const target = scene.forum(`every write ${write}`);
      const first = await cloneUntilDeath(source, target, { write, when });
      died = first.error !== undefined;
      const second = await scene.clone(source, target, RUN);
      const context = `${when} write ${write}: ${String(first.error)}`;
      assert.equal(second.error, undefined, context);
      await assertWhole(source, target, context);
      assert.ok(write < 200, 'it never came to its end');
    }
  });

  it('makes the next run send a message although the target already held the same text before the job', async () => {
    const [source, target] = [scene.forum('said before'), scene.forum('said before, copy')];
    for (const chat of [target, source]) scene.post(chat, { text: 'same' });
    const first = await cloneUntilDeath(source, target, { write: 1, of: 'sending', when: 'after' });
    assert.ok(first.error instanceof Death);
    const second = await scene.clone(source, target, RUN);
    assert.equal(second.error, undefined);
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text }) => text),
      ['same', 'same'],
    );
  });

  it('leaves copies with equal texts that are distinguished by their order', async () => {
    const [source, target] = [scene.forum('all the same'), scene.forum('all the same, copy')];
    const first = scene.post(source, { text: 'same' });
    scene.post(source, { text: 'same', replyTo: first });
    scene.post(source, { text: 'same', replyTo: first });
    const dead = await cloneUntilDeath(source, target, { write: 1, of: 'sent', when: 'before' });
    assert.ok(dead.error instanceof Death);
    assert.ok((await chatContent(scene.sandbox, target)).length > 1, 'The second was not under way.');
    const second = await scene.clone(source, target, RUN);
    assert.equal(second.error, undefined);
    await assertWhole(source, target, 'all the same');
  });

  it('again and again still ends with a complete target, with a big file on the way', async () => {
    const seed = 'deaths';
    const random = seededRandom(seed);
    const source = filledForum('again and again', 10 * MIB + 3);
    for (let round = 0; round < 2; round += 1) {
      const target = scene.forum(`again and again ${round}`);
      let ended = false;
      for (let tries = 0; tries < 60 && !ended; tries += 1) {
        const plan = {
          write: random.integer(2, 14),
          when: random.float() < 0.5 ? 'before' : 'after',
        } as const;
        ended = (await cloneUntilDeath(source, target, plan)).error === undefined;
      }
      assert.ok(ended, `round ${round} of seed ${seed} never ended`);
      await assertWhole(source, target, `round ${round} of seed ${seed}`);
    }
  });
});
