import assert from 'node:assert/strict';
import { after, before, it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import { queueRepairs } from '../../lib/ledger/queue-repairs.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { clientOf, memorySessionStore } from '../support/client-of.js';
import { type CloneRun, type CloneScene, cloneScene, type RunOptions } from '../support/clone-scene.js';
import { dyingJob } from '../support/dying-job.js';
import { jobOptions } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, type ServerSubject } from './databases.js';
import type { StopAt } from './host-program.js';
import { StoppedHost } from './stopped-host.js';

let scene: CloneScene;
let session = '';
before(async () => {
  scene = await cloneScene({ seed: 'stopped hosts' });
  // The other host's own login of the same account.
  const store = memorySessionStore();
  await (await clientOf(scene.sandbox, scene.me, { session: store })).close();
  session = store.text ?? '';
});
after(() => scene.close());

/** Short enough for a test; a stopped process renews nothing. */
const TIMES = { leaseMs: 2_000, renewalMs: 400, requestMs: 600 };

/** A forum with a topic, in which a message is pinned. */
function forums(name: string): [Chat, Chat] {
  const source = scene.forum(name);
  const { id: topicId } = scene.sandbox.world.createTopic(source, { title: 'Topic', iconColor: 0xfb6f5f });
  for (let index = 0; index < 3; index += 1) scene.post(source, { text: `${name} ${index}`, topicId });
  for (const message of source.box?.messages ?? [])
    if (message.text) message.pinned = message.text.endsWith('1');
  return [source, scene.forum(`${name} copy`)];
}

/** How often the sandbox was asked for each request that changes something. */
function changes(): Readonly<Record<string, number>> {
  const { requests } = scene.sandbox.report().weather;
  const changing = /\.(?:Send(?!.*Code)|Edit|Update(?!Status)|Delete|Create|Forward|Reorder|UploadMedia)/;
  return Object.fromEntries(
    Object.entries(requests).flatMap(([method, count = 0]) =>
      changing.test(method) ? [[method, count]] : [],
    ),
  );
}

/** A host that stops itself, and another one that may take its job over. */
async function twoHosts(t: TestContext, subject: ServerSubject) {
  const address = await subject.address(t);
  const dataDir = temporaryFolder(t);
  const here = serverDatabase(address);
  t.after(() => here.close());
  const { owner } = await subject.place(t);
  const place: LedgerPlace = { dataDir: temporaryFolder(t), owner, database: here };
  return {
    place,
    async stopped(source: Chat, target: Chat, stopAt: StopAt): Promise<StoppedHost> {
      const { server } = scene.sandbox;
      const host = await StoppedHost.start({
        ...{ server, session, address, dataDir, leaseTimes: TIMES, stopAt },
        source: { id: source.id },
        target: { id: target.id },
      });
      t.after(() => host.kill());
      return host;
    },
    /** Clones on this host, as soon as the other one has lost the job. */
    async takeOver(source: Chat, target: Chat, options: RunOptions = {}): Promise<CloneRun> {
      for (;;) {
        try {
          const opening = { host: 'other-host', leaseTimes: TIMES };
          return await scene.clone(source, target, { place, autoCreateTopics: true, opening, ...options });
        } catch (error) {
          if ((error as { readonly code?: string }).code !== 'JOB_RUNNING') throw error;
          await systemClock.sleep(100);
        }
      }
    },
  };
}

/** Uploads that have begun since, each with how many of its parts came. */
function uploadsSince(before: number): number[] {
  const { uploads } = scene.sandbox.report();
  return uploads.slice(before).map(({ arrivals }) => arrivals.filter((times) => times > 0).length);
}

const STOPS: Readonly<Record<string, StopAt>> = {
  'when a send is durable, and not made': { after: 'sending' },
  'in front of a message': { before: 'messages.SendMessage' },
  'in front of a topic': { before: 'messages.CreateForumTopic' },
  'in front of a pin': { before: 'messages.UpdatePinnedMessage' },
};

onServers('a host that is stopped for longer than its lease', (subject) => {
  for (const [where, stopAt] of Object.entries(STOPS)) {
    it(`${where}: another one takes the job over, and the first then does nothing more`, async (t) => {
      const { stopped, takeOver } = await twoHosts(t, subject());
      const [source, target] = forums(where);
      const first = await stopped(source, target, stopAt);
      const second = await takeOver(source, target);
      assert.equal(second.error, undefined);
      await scene.assertSame(source, target);
      const before = changes();
      const { code } = await first.continue();
      assert.equal(code, 'JOB_TAKEN_OVER');
      assert.deepEqual(changes(), before, 'nothing has been asked for again');
      await scene.assertSame(source, target);
    });
  }

  it('in front of an edit: another one makes it, and the first does not undo what was done since', async (t) => {
    const { place, stopped, takeOver } = await twoHosts(t, subject());
    const [source, target] = forums('edited');
    let jobId = '';
    const wrapJob: RunOptions['wrapJob'] = (job) => {
      jobId = job.id;
      return job;
    };
    const cloned = await takeOver(source, target, { wrapJob });
    assert.equal(cloned.error, undefined);
    const [edited] = (source.box?.messages ?? []).filter(({ text }) => text.endsWith('2'));
    const sourceId = edited?.id ?? 0;
    const job = { ...jobOptions(place.dataDir, place), accountId: scene.me.id };
    assert.ok(edited);
    Object.assign(edited, { text: 'edited once' });
    const queued = await queueRepairs(job, { jobId, path: cloned.folder }, [{ sourceId, repair: 'edit' }]);
    assert.equal(queued, 1);
    const first = await stopped(source, target, { before: 'messages.EditMessage' });
    Object.assign(edited, { text: 'edited twice' });
    const second = await takeOver(source, target);
    assert.equal(second.error, undefined);
    await scene.assertSame(source, target);
    const { code } = await first.continue();
    assert.equal(code, 'JOB_TAKEN_OVER');
    await scene.assertSame(source, target);
  });
});

onServers('a host that dies in the middle of a file', (subject) => {
  it('is followed by another one, whose session cannot use its parts: all of the file is uploaded again, and sent once', async (t) => {
    const { stopped, takeOver } = await twoHosts(t, subject());
    const [source, target] = [scene.forum('file'), scene.forum('file copy')];
    scene.post(source, { text: 'a file', media: scene.document(15_000_000, { dcId: 2 }) });
    const [begun, before] = [scene.sandbox.report().uploads.length, changes()['messages.SendMedia'] ?? 0];
    const first = await stopped(source, target, { after: 'acknowledged' });
    await first.kill();
    const second = await takeOver(source, target);
    assert.equal(second.error, undefined);
    await scene.assertSame(source, target);
    const [parts = 0, ...others] = uploadsSince(begun);
    assert.ok(parts >= 16 && parts < 29, `${parts} parts came from the first host`);
    assert.deepEqual(others, [29]);
    assert.equal((changes()['messages.SendMedia'] ?? 0) - before, 1);
  });

  it('is followed by itself, whose parts are still of use', async (t) => {
    const { place, takeOver } = await twoHosts(t, subject());
    const [source, target] = [scene.forum('own file'), scene.forum('own file copy')];
    scene.post(source, { text: 'a file', media: scene.document(15_000_000, { dcId: 2 }) });
    const begun = scene.sandbox.report().uploads.length;
    const died = await scene.clone(source, target, {
      place,
      wrapJob: (job) => dyingJob(job, { write: 1, of: 'acknowledged', when: 'after' }).job,
    });
    assert.ok(died.error);
    assert.equal((await takeOver(source, target)).error, undefined);
    await scene.assertSame(source, target);
    assert.deepEqual(uploadsSince(begun), [29]);
  });
});
