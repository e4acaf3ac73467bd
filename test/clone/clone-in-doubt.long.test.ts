import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Job } from '../../lib/ledger/job.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';
import { withLedger } from '../support/ledger-scene.js';
import { ShiftedClock } from '../support/shifted-clock.js';

const REMEMBERED_SECONDS = 300;
const clock = new ShiftedClock();
let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'in doubt', clock, weather: { randomIdSeconds: REMEMBERED_SECONDS } });
});
after(() => scene.close());

/** Marks messages as being sent and dies, before the call. */
const BEFORE_CALL: DeathPlan = { write: 1, of: 'sending', when: 'after' };
/** Dies when the calls were answered, before the ledger knows. */
const AFTER_CALL: DeathPlan = { write: 1, of: 'sent', when: 'before' };

async function killed(source: Chat, target: Chat, plan: DeathPlan): Promise<CloneRun> {
  const run = await scene.clone(source, target, { wrapJob: (job) => dyingJob(job, plan).job });
  assert.ok(run.error instanceof Death, String(run.error));
  return run;
}

function textsIn(chat: Chat): string[] {
  return (chat.box?.messages ?? []).flatMap(({ action, text }) => (action ? [] : [text]));
}

/** A process that is killed as it asks which sends were in doubt: the folder's files agree with the ledger by then. */
function dyingAtStart(job: Job): Job {
  return new Proxy(job, {
    get(target, name) {
      if (name === 'unsettled') return () => Promise.reject(new Death('Killed before it settled.'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a message left out by hand while its send was in doubt', () => {
  it('is not sent, even if the run that met the edit is killed before it settles', async () => {
    const [source, target] = [scene.group('left out'), scene.group('left out copy')];
    const ids = ['one', 'two', 'three'].map((text) => scene.post(source, { text }));
    const first = await killed(source, target, BEFORE_CALL);
    writeFileSync(join(first.folder, 'checkpoint.txt'), `${ids[1]}\n`);
    const second = await scene.clone(source, target, { wrapJob: dyingAtStart });
    assert.ok(second.error instanceof Death);
    const third = await scene.clone(source, target);
    assert.equal(third.error, undefined);
    assert.deepEqual(textsIn(target), ['three']);
    assert.deepEqual(third.summary?.skipped, { checkpoint: 2 });
  });

  it('is sent when the checkpoint is moved back again before that', async () => {
    const [source, target] = [scene.group('back again'), scene.group('back again copy')];
    const ids = ['one', 'two'].map((text) => scene.post(source, { text }));
    const { folder } = await killed(source, target, BEFORE_CALL);
    for (const upTo of [ids[1], 0]) {
      writeFileSync(join(folder, 'checkpoint.txt'), `${upTo}\n`);
      assert.ok((await scene.clone(source, target, { wrapJob: dyingAtStart })).error instanceof Death);
    }
    const last = await scene.clone(source, target);
    assert.equal(last.error, undefined);
    assert.deepEqual(textsIn(target), ['one', 'two']);
  });

  it('is found if it had been sent', async () => {
    const [source, target] = [scene.group('found'), scene.group('found copy')];
    const ids = ['one', 'two'].map((text) => scene.post(source, { text }));
    const { folder } = await killed(source, target, AFTER_CALL);
    writeFileSync(join(folder, 'checkpoint.txt'), `${ids[1]}\n`);
    const last = await scene.clone(source, target);
    assert.equal(last.error, undefined);
    assert.deepEqual(textsIn(target), ['one', 'two']);
    assert.equal(last.summary?.sent, 2);
  });
});

function forget(): void {
  clock.forward((REMEMBERED_SECONDS + 1) * 1000);
}

/** The ledger's rows for a job's messages that aren't service messages: state, reason, id in the target. */
async function rowsOf({ folder }: CloneRun): Promise<string[]> {
  return withLedger(dirname(folder), async ({ db }) => {
    const rows = await db
      .selectFrom('ledger_messages')
      .innerJoin('ledger_jobs', 'ledger_jobs.job_id', 'ledger_messages.job_id')
      .select(['state', 'reason', 'ledger_messages.target_id'])
      .where('ledger_jobs.folder', '=', basename(folder))
      .orderBy('ledger_messages.source_id')
      .execute();
    return rows
      .filter(({ reason }) => reason !== 'service')
      .map(({ state, reason, target_id }) =>
        [state, reason, target_id].filter((each) => each !== null).join(' '),
      );
  });
}

function idsIn(chat: Chat): number[] {
  return (chat.box?.messages ?? []).flatMap(({ action, id }) => (action ? [] : [id]));
}

describe('two jobs with one target', () => {
  for (const forgotten of [false, true]) {
    const name = forgotten ? 'forgotten' : 'remembered';

    it(`A died before its call and B has posted the same text: A's message is sent (${name})`, async () => {
      const [a, b, target] = ['a', 'b', 'target'].map((each) => scene.group(`${each} ${name}`));
      assert.ok(a && b && target);
      for (const source of [a, b]) scene.post(source, { text: 'same' });
      await killed(a, target, BEFORE_CALL);
      assert.equal((await scene.clone(b, target)).error, undefined);
      if (forgotten) forget();
      const last = await scene.clone(a, target);
      assert.equal(last.error, undefined);
      assert.deepEqual(textsIn(target), ['same', 'same']);
      assert.deepEqual(await rowsOf(last), [`sent ${idsIn(target)[1]}`]);
    });

    it(`A died before its call and B after its own: the one copy is B's (${name})`, async () => {
      const [a, b, target] = ['a', 'b', 'target'].map((each) => scene.group(`${each} both ${name}`));
      assert.ok(a && b && target);
      for (const source of [a, b]) scene.post(source, { text: 'same' });
      await killed(a, target, BEFORE_CALL);
      const dead = await killed(b, target, AFTER_CALL);
      if (forgotten) forget();
      const settledA = await scene.clone(a, target);
      const settledB = await scene.clone(b, target);
      assert.deepEqual([settledA.error, settledB.error], [undefined, undefined]);
      assert.deepEqual(textsIn(target), ['same', 'same'], 'nothing is lost, nothing twice');
      const rows = [...(await rowsOf(settledA)), ...(await rowsOf(dead))];
      const ids = rows.map((row) => Number(row.split(' ').at(-1)));
      assert.deepEqual(ids.sort(), idsIn(target).sort());
      assert.ok(
        rows.every((row) => row.startsWith('sent')),
        String(rows),
      );
    });

    it(`both died after their calls: each has its own copy (${name})`, async () => {
      const [a, b, target] = ['a', 'b', 'target'].map((each) => scene.group(`${each} through ${name}`));
      assert.ok(a && b && target);
      for (const source of [a, b]) {
        scene.post(source, { text: 'same' });
        const groupedId = scene.sandbox.world.nextGroupedId();
        for (const text of ['x', 'y']) scene.post(source, { text, media: scene.document(KIB), groupedId });
        await killed(source, target, { write: 2, of: 'sent', when: 'before' });
      }
      if (forgotten) forget();
      const runs = [await scene.clone(b, target), await scene.clone(a, target)];
      assert.deepEqual(
        runs.map(({ error }) => error),
        [undefined, undefined],
      );
      assert.deepEqual(textsIn(target), ['same', 'x', 'y', 'same', 'x', 'y']);
      const ids = (await Promise.all(runs.map(rowsOf))).flat().map((row) => Number(row.split(' ').at(-1)));
      assert.deepEqual(ids.sort(), idsIn(target).sort());
    });
  }

  it('topics of another job are not adopted, whether recorded or not', async () => {
    const target = scene.forum('topics of two');
    const [a, b] = ['a', 'b'].map((each) => scene.forum(`${each} topics`));
    assert.ok(a && b);
    for (const source of [a, b]) {
      const { id } = scene.sandbox.world.createTopic(source, { title: 'News' });
      scene.post(source, { text: source.title, topicId: id });
    }
    const options = { autoCreateTopics: true };
    const die = (of: 'planTopic' | 'saveTopic', when: 'after' | 'before') => (job: Job) =>
      dyingJob(job, { write: 1, of, when }).job;
    const first = await scene.clone(a, target, { ...options, wrapJob: die('planTopic', 'after') });
    const second = await scene.clone(b, target, { ...options, wrapJob: die('saveTopic', 'before') });
    assert.ok(first.error instanceof Death && second.error instanceof Death);
    const runs = [await scene.clone(a, target, options), await scene.clone(b, target, options)];
    assert.deepEqual(
      runs.map(({ error }) => error),
      [undefined, undefined],
    );
    const news = [...target.topics.values()].filter(({ title }) => title === 'News').map(({ id }) => id);
    assert.equal(news.length, 2);
    assert.deepEqual(runs.flatMap(({ topicMap }) => [...topicMap.values()]).sort(), news.sort());
    const places = (target.box?.messages ?? []).filter(({ text }) => text).map(({ topicId }) => topicId);
    assert.equal(new Set(places).size, 2);
  });
});

describe('a copy in the target', () => {
  it('that belongs to another message is not taken, even if Telegram says that this one was sent before', async () => {
    const [source, target] = [scene.group('older'), scene.group('older copy')];
    for (let nth = 0; nth < 2; nth += 1) scene.post(source, { text: 'same' });
    const { world, weather } = scene.sandbox;
    // The second one succeeded, and its copy was deleted before its answer came.
    weather.script({ method: 'messages.SendMessage', nth: 2, fate: { kind: 'drop-after' } });
    const stop = world.onPosted(({ message }) => {
      if (message.text === 'same' && idsIn(target).length === 2) target.box?.messages.pop();
    });
    const run = await scene.clone(source, target);
    stop();
    assert.equal(run.error, undefined);
    assert.deepEqual(await rowsOf(run), [`sent ${idsIn(target)[0]}`, 'skipped already_sent']);
  });
});

describe('a source message that is deleted while its send is in doubt', () => {
  const deleteFirst = (source: Chat): void => {
    const messages = source.box?.messages ?? [];
    messages.splice(
      messages.findIndex(({ action }) => !action),
      1,
    );
  };

  it('is sent, if its copy is in the target', async () => {
    const [source, target] = [scene.group('gone'), scene.group('gone copy')];
    scene.post(source, { text: 'gone' });
    await killed(source, target, AFTER_CALL);
    deleteFirst(source);
    const run = await scene.clone(source, target);
    assert.deepEqual(await rowsOf(run), [`sent found ${idsIn(target)[0]}`]);
    assert.deepEqual(run.summary?.skipped, {});
  });

  it('is deleted, if there is no copy', async () => {
    const [source, target] = [scene.group('gone before'), scene.group('gone before copy')];
    scene.post(source, { text: 'gone' });
    await killed(source, target, BEFORE_CALL);
    deleteFirst(source);
    assert.deepEqual(await rowsOf(await scene.clone(source, target)), ['skipped deleted']);
    assert.deepEqual(idsIn(target), []);
  });

  it('is reported as in doubt, if the copy may belong to another job', async () => {
    const [a, b, target] = ['a', 'b', 'target'].map((each) => scene.group(`${each} unclear`));
    assert.ok(a && b && target);
    for (const source of [a, b]) scene.post(source, { text: 'same' });
    await killed(a, target, BEFORE_CALL);
    await killed(b, target, AFTER_CALL);
    deleteFirst(a);
    assert.deepEqual(await rowsOf(await scene.clone(a, target)), ['skipped deleted_in_doubt']);
    assert.equal((await scene.clone(b, target)).error, undefined);
    assert.deepEqual(textsIn(target), ['same']);
  });

  it('in an album is found with the whole album, or the rest of the album is sent', async () => {
    for (const plan of [AFTER_CALL, BEFORE_CALL]) {
      const [source, target] = [scene.group(`album ${plan.of}`), scene.group(`album ${plan.of} copy`)];
      const groupedId = scene.sandbox.world.nextGroupedId();
      for (const text of ['x', 'y', 'z']) scene.post(source, { text, media: scene.document(KIB), groupedId });
      await killed(source, target, plan);
      deleteFirst(source);
      const run = await scene.clone(source, target);
      const states = (await rowsOf(run)).map((row) => row.split(' ')[0]);
      const through = plan === AFTER_CALL;
      assert.deepEqual(states, [through ? 'sent' : 'skipped', 'sent', 'sent']);
      assert.deepEqual(textsIn(target), through ? ['x', 'y', 'z'] : ['y', 'z']);
    }
  });
});

describe('a source message that is edited while its send is in doubt', () => {
  it('is recognised by its content when it was sent', async () => {
    const [source, target] = [scene.group('edited'), scene.group('edited copy')];
    scene.post(source, { text: 'as it was' });
    await killed(source, target, AFTER_CALL);
    const messages = source.box?.messages ?? [];
    const [message] = messages.splice(-1);
    assert.ok(message);
    messages.push({ ...message, text: 'as it is' });
    forget();
    assert.deepEqual(await rowsOf(await scene.clone(source, target)), [`sent found ${idsIn(target)[0]}`]);
    assert.deepEqual(textsIn(target), ['as it was']);
  });
});

describe('a call that may have succeeded', () => {
  for (const rememberedSeconds of [1, REMEMBERED_SECONDS])
    it(`is looked for before it is repeated, because Telegram may have forgotten it after ${rememberedSeconds} s`, async () => {
      const { weather, world } = scene.sandbox;
      const name = `outage ${rememberedSeconds}`;
      const [source, target] = [scene.group(name), scene.group(`${name} copy`)];
      scene.post(source, { text: name });
      weather.change({ randomIdSeconds: rememberedSeconds });
      weather.script({ method: 'messages.SendMessage', fate: { kind: 'drop-after' } });
      const stop = world.onPosted(({ message }) => {
        if (message.text === name) clock.forward((rememberedSeconds + 1) * 1000);
      });
      const run = await scene.clone(source, target);
      stop();
      weather.change({ randomIdSeconds: REMEMBERED_SECONDS });
      assert.equal(run.error, undefined);
      assert.deepEqual(textsIn(target), [name]);
      assert.deepEqual(await rowsOf(run), [`sent found ${idsIn(target)[0]}`]);
    });

  it('is also looked for as an album, even if something was posted between its items', async () => {
    const [source, target] = [scene.group('outage album'), scene.group('outage album copy')];
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const text of ['x', 'y']) scene.post(source, { text, media: scene.document(KIB), groupedId });
    const { weather, world } = scene.sandbox;
    weather.script({ method: 'messages.SendMultiMedia', fate: { kind: 'drop-after' } });
    const stop = world.onPosted(({ message, chat }) => {
      if (chat !== target) return;
      if (message.text === 'x') scene.post(target, { text: 'by hand' });
      if (message.text === 'y') forget();
    });
    const run = await scene.clone(source, target);
    stop();
    assert.equal(run.error, undefined);
    assert.deepEqual(textsIn(target), ['x', 'by hand', 'y']);
    const [x, , y] = idsIn(target);
    assert.deepEqual(await rowsOf(run), [`sent found ${x}`, `sent found ${y}`]);
  });

  it('is not confused with an item of an album, because a single message is never one', async () => {
    const [source, target] = [scene.group('alone'), scene.group('alone copy')];
    scene.post(source, { text: 'alike', media: scene.document(KIB) });
    await killed(source, target, BEFORE_CALL);
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (const text of ['alike', 'other'])
      scene.post(target, { text, media: scene.document(KIB), groupedId });
    const again = await scene.clone(source, target);
    assert.equal(again.error, undefined);
    assert.deepEqual(textsIn(target), ['alike', 'other', 'alike']);
  });

  it('is not confused with the first items of a longer album', async () => {
    const [source, target] = [scene.group('longer'), scene.group('longer copy')];
    const { world } = scene.sandbox;
    const album = (chat: Chat, texts: readonly string[]): void => {
      const groupedId = world.nextGroupedId();
      for (const text of texts) scene.post(chat, { text, media: scene.document(KIB), groupedId });
    };
    album(source, ['a', 'b']);
    await killed(source, target, BEFORE_CALL);
    album(target, ['a', 'b', 'c']);
    assert.equal((await scene.clone(source, target)).error, undefined);
    assert.deepEqual(textsIn(target), ['a', 'b', 'c', 'a', 'b']);
  });
});
