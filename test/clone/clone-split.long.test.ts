import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';
import { ShiftedClock } from '../support/shifted-clock.js';

const REMEMBERED_SECONDS = 300;
const clock = new ShiftedClock();
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'split', clock, weather: { randomIdSeconds: REMEMBERED_SECONDS } });
});
after(() => scene.close());

/** Words with numbers, so that each part of the text is recognised. */
function words(count: number, name = 'word'): string {
  return Array.from({ length: count }, (_, nth) => `${name}${nth}`).join(' ');
}

function posts(chat: Chat): Message[] {
  return (chat.box?.messages ?? []).filter(({ action }) => !action);
}

/** Each message as its text and, when it answers another, that message's place among them. */
function shape(chat: Chat): [text: string, answers: number | undefined][] {
  const all = posts(chat);
  return all.map(({ text, reply }) => {
    const place = all.findIndex(({ id }) => id === reply?.toId);
    return [text, place < 0 ? undefined : place];
  });
}

function sentOf({ error, summary }: CloneRun): object {
  assert.equal(error, undefined);
  return { sent: summary?.sent, reduced: summary?.reduced, failed: summary?.failed };
}

describe('a text that is too long for one message', () => {
  it('continues in messages that answer its first part, with formats and everything after it in order', async () => {
    const [source, target] = [scene.group('long'), scene.group('long copy')];
    const text = words(1200);
    scene.post(source, { text: 'before' });
    scene.post(source, { text, entities: [{ kind: 'bold', offset: 0, length: text.length }] });
    scene.post(source, { text: 'after' });
    assert.deepEqual(sentOf(await scene.clone(source, target)), {
      sent: 3,
      reduced: { split: 1 },
      failed: [],
    });
    const [first = '', ...rest] = shape(target)
      .slice(1, -1)
      .map(([part]) => part);
    assert.equal([first, ...rest].join(' '), text);
    assert.ok(rest.length >= 2);
    assert.deepEqual(
      shape(target).map(([, answers]) => answers),
      [undefined, undefined, ...rest.map(() => 1), undefined],
    );
    for (const { text: part, entities } of posts(target).slice(1, -1)) {
      assert.deepEqual(entities, [{ kind: 'bold', offset: 0, length: part.length }]);
    }
  });

  it('stays a caption as far as it fits, and an album stays one', async () => {
    const [source, target] = [scene.forum('long captions'), scene.forum('long captions copy')];
    const { id: topicId } = scene.sandbox.world.createTopic(source, { title: 'Topic' });
    const groupedId = scene.sandbox.world.nextGroupedId();
    const captions = [words(300, 'one'), words(300, 'two')];
    for (const text of captions) {
      scene.post(source, { text, media: scene.document(1000), groupedId, topicId });
    }
    const run = await scene.clone(source, target, { autoCreateTopics: true });
    assert.deepEqual(sentOf(run), { sent: 2, reduced: { split: 2 }, failed: [] });
    const copies = posts(target);
    assert.deepEqual(
      copies.map(({ media }) => media?.kind),
      ['document', 'document', ...copies.slice(2).map(() => undefined)],
    );
    assert.equal(new Set(copies.slice(0, 2).map((message) => message.groupedId)).size, 1);
    assert.equal(new Set(copies.map((message) => message.topicId)).size, 1);
    const parts = [0, 1].map((place) =>
      shape(target)
        .flatMap(([text, answers], index) => (index === place || answers === place ? [text] : []))
        .join(' '),
    );
    assert.deepEqual(parts, captions);
  });

  it('fails if that is wanted', async () => {
    const [source, target] = [scene.group('too long'), scene.group('too long copy')];
    scene.post(source, { text: words(1200) });
    const { summary } = await scene.clone(source, target, { text: { long: 'fail' } });
    assert.deepEqual(
      summary?.failed.map(({ reason }) => reason),
      ['text_too_long'],
    );
    assert.deepEqual(posts(target), []);
  });
});

describe('a run that ends amid the parts of a text', () => {
  const options: RunOptions = {};
  const plans: DeathPlan[] = [
    ...(['sending', 'sent', 'continuing', 'continued'] as const).flatMap((of) =>
      (['before', 'after'] as const).map((when) => ({ write: 1, of, when })),
    ),
    { write: 2, of: 'continuing', when: 'after' },
    { write: 2, of: 'continued', when: 'before' },
    { write: 2, of: 'continued', when: 'after' },
  ];
  for (const isForgotten of [false, true]) {
    for (const plan of plans) {
      const name = `${plan.when} ${plan.of} ${plan.write}${isForgotten ? ', forgotten' : ''}`;

      it(`leaves each part exactly once and in order to the next run (${name})`, async () => {
        const [source, target] = [scene.group(name), scene.group(`${name} copy`)];
        const text = words(1200);
        scene.post(source, { text });
        scene.post(source, { text: 'after' });
        const died = await scene.clone(source, target, {
          ...options,
          wrapJob: (job) => dyingJob(job, plan).job,
        });
        assert.ok(died.error instanceof Death, String(died.error));
        if (isForgotten) clock.forward((REMEMBERED_SECONDS + 1) * 1000);
        const { error, summary } = await scene.clone(source, target);
        assert.equal(error, undefined);
        assert.deepEqual(summary?.failed, []);
        const texts = shape(target).map(([part]) => part);
        assert.equal(texts.join(' '), `${text} after`);
        assert.equal(texts.length, 4);
        assert.deepEqual(
          shape(target).map(([, answers]) => answers),
          [undefined, 0, 0, undefined],
        );
        const third = await scene.clone(source, target);
        assert.equal(third.error, undefined);
        assert.equal(posts(target).length, 4, 'nothing is sent once more');
      });
    }
  }

  it('is continued though the message is gone from the source', async () => {
    const [source, target] = [scene.group('gone'), scene.group('gone copy')];
    const text = words(1200);
    const id = scene.post(source, { text });
    const plan = { write: 1, of: 'continuing', when: 'before' } as const;
    await scene.clone(source, target, { wrapJob: (job) => dyingJob(job, plan).job });
    const box = source.box?.messages ?? [];
    box.splice(
      box.findIndex((message) => message.id === id),
      1,
    );
    const { error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(
      posts(target)
        .map((message) => message.text)
        .join(' '),
      text,
    );
  });
});
