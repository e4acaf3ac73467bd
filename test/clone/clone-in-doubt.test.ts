import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Job } from '../../lib/ledger/job.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death, type DeathPlan, dyingJob } from '../support/dying-job.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'in doubt' });
});
after(() => scene.close());

/** Marks messages as being sent and dies, before the call. */
const BEFORE_CALL: DeathPlan = { write: 1, of: 'sending', when: 'after' };
/** Dies when the calls were answered and before the ledger knows. */
const AFTER_CALL: DeathPlan = { write: 1, of: 'sent', when: 'before' };

async function killed(source: Chat, target: Chat, plan: DeathPlan): Promise<CloneRun> {
  const run = await scene.clone(source, target, { wrapJob: (job) => dyingJob(job, plan).job });
  assert.ok(run.error instanceof Death, String(run.error));
  return run;
}

function textsIn(chat: Chat): string[] {
  return (chat.box?.messages ?? []).flatMap(({ action, text }) => (action ? [] : [text]));
}

/** A process that is killed as it asks what was in doubt: the folder's files agree with the ledger by then. */
function dyingAtStart(job: Job): Job {
  return new Proxy(job, {
    get(target, name) {
      if (name === 'unsettled') return () => Promise.reject(new Death('Killed before it settled.'));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('what was left out by hand while its send was in doubt', () => {
  it('is not sent, though the run that met the edit is killed before it settles', async () => {
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

  it('is found when it had been sent', async () => {
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
