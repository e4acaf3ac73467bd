import assert from 'node:assert/strict';
import { after, before, it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { FailedError } from '../../lib/base/errors.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { Job } from '../../lib/ledger/job.js';
import { type LedgerPlace, openLedger, readLedger } from '../../lib/ledger/ledger.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'outages' });
});
after(() => scene.close());

/** A ledger behind a relay, and what was said about its outages. */
async function relayed(t: TestContext, subject: ServerSubject) {
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const address = { ...(await subject.address(t)), port: relay.port };
  const said: string[] = [];
  let onOutage: () => unknown = () => undefined;
  const waiting = new AbortController();
  const place = (): LedgerPlace => ({
    dataDir,
    owner: DATABASE_OWNER,
    database: serverDatabase(address, {
      clock: systemClock,
      signal: waiting.signal,
      onOutage({ name, reason }) {
        said.push(`${name} is out of reach, ${reason}`);
        onOutage();
      },
      onBack: () => void said.push('back'),
    }),
  });
  const dataDir = temporaryFolder(t);
  return {
    relay,
    said,
    place,
    stopWaiting: () => waiting.abort(new Error('nobody waits any more')),
    atOutage(work: () => unknown): void {
      onOutage = work;
    },
  };
}

function chats(name: string, messages: number): [Chat, Chat] {
  const source = scene.group(name);
  for (let index = 0; index < messages; index += 1) {
    const media = index % 3 === 2 ? { media: scene.document(20_000 + index) } : {};
    scene.post(source, { text: `${name} ${index}`, ...media });
  }
  return [source, scene.group(`${name} copy`)];
}

/** A job with which something happens after so many sends, before the last of them is noted. */
function atSent(nth: number, work: () => Promise<void>): (job: Job) => Job {
  let sent = 0;
  return (job) =>
    new Proxy(job, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'sent') return value.bind(target);
        return async (messages: Parameters<Job['sent']>[0]) => {
          sent += 1;
          if (sent === nth) await work();
          return job.sent(messages);
        };
      },
    });
}

/** How often the sandbox was asked to send. */
function sends(): number {
  const { requests } = scene.sandbox.report().weather;
  return ['SendMessage', 'SendMedia', 'SendMultiMedia'].reduce(
    (sum, method) => sum + (requests[`messages.${method}`] ?? 0),
    0,
  );
}

/** How often the sandbox was asked to change something. */
function changes(): number {
  const { requests } = scene.sandbox.report().weather;
  return Object.entries(requests).reduce(
    (sum, [method, count]) =>
      sum +
      (/\.(?:Send(?!.*Code)|Edit|Update(?!Status)|Delete|Create|Forward|Reorder)/.test(method)
        ? (count ?? 0)
        : 0),
    0,
  );
}

onServers('an outage of the database', (subject) => {
  it('stops a run in front of its next send, is said once, and the run continues', async (t) => {
    const { relay, said, place, atOutage } = await relayed(t, subject());
    const [source, target] = chats('middle', 7);
    let atCut = 0;
    atOutage(async () => {
      atCut = sends();
      // Long enough for several attempts to reach it.
      await systemClock.sleep(2500);
      assert.equal(sends(), atCut, 'nothing is sent while the database is out of reach');
      await relay.restore();
    });
    const run = await scene.clone(source, target, {
      place: place(),
      minIntervalMs: 20,
      wrapJob: atSent(1, () => relay.cut()),
    });
    assert.equal(run.error, undefined);
    await scene.assertSame(source, target);
    assert.match(
      said[0] ?? '',
      /^The (?:Postgres|MariaDB) database telepi_\w+ at 127\.0\.0\.1:\d+ is out of reach, nothing listens there$/,
    );
    assert.deepEqual(said.slice(1), ['back']);
    assert.ok(atCut < sends());
  });

  it('at the start of a run is waited for too', async (t) => {
    const { relay, said, place, atOutage } = await relayed(t, subject());
    const [source, target] = chats('start', 3);
    await relay.cut();
    atOutage(() => relay.restore());
    const run = await scene.clone(source, target, { place: place() });
    assert.equal(run.error, undefined);
    await scene.assertSame(source, target);
    assert.equal(said.length, 2);
  });

  it('ends with the user', async (t) => {
    const { relay, place, atOutage } = await relayed(t, subject());
    const stop = new AbortController();
    const [source, target] = chats('stopped', 4);
    const { database, dataDir } = place();
    assert.ok(database);
    await relay.cut();
    const patience = {
      clock: systemClock,
      signal: stop.signal,
      onOutage: () => stop.abort(new Error('stopped by the user')),
    };
    const opening = {
      dataDir,
      owner: DATABASE_OWNER,
      database: { ...database, open: (owner) => database.open(owner, patience) },
    } satisfies LedgerPlace;
    await assert.rejects(scene.clone(source, target, { place: opening }), /stopped by the user/);
    atOutage(() => undefined);
  });

  it('stops whatever must happen once: at most the call under way is made', async (t) => {
    const { relay, place, atOutage } = await relayed(t, subject());
    await (await openLedger(place())).close();
    const { world } = scene.sandbox;
    // The event after whose first occurrence the database is gone, and what the run has done until it noticed that.
    for (const kind of ['profile', 'topic', 'sent', 'pinned']) {
      const source = scene.forum(`once ${kind}`);
      const { id: topicId } = world.createTopic(source, { title: 'Topic', iconColor: 0xfb6f5f });
      world.createTopic(source, { title: 'Other', iconColor: 0xffd67e });
      for (let index = 0; index < 4; index += 1) scene.post(source, { text: `${index}`, topicId });
      for (const message of source.box?.messages ?? []) if (message.text) message.pinned = true;
      const target = scene.forum(`once ${kind} copy`);
      const made: number[] = [];
      let atCut: number | undefined;
      atOutage(async () => {
        made.push(changes() - (atCut ?? 0));
        const begun = changes();
        // Long enough for several attempts to reach it.
        await systemClock.sleep(1200);
        made.push(changes() - begun);
        await relay.restore();
      });
      const seen = new Set<string>();
      const run = await scene.clone(source, target, {
        place: place(),
        autoCreateTopics: true,
        withProfile: true,
        onEvent([event]) {
          seen.add(event);
          if (event !== kind || atCut !== undefined) return;
          atCut = changes();
          void relay.cut();
        },
      });
      assert.equal(run.error, undefined, kind);
      assert.ok(seen.has(kind), `no ${kind} among ${[...seen]}`);
      assert.equal(made.length, 2, `${kind}: an outage was noticed`);
      assert.ok((made[0] ?? 0) <= 1 && made[1] === 0, `${kind}: ${made}`);
      await relay.restore();
    }
  });

  it('cuts off a request at the end of the lease, which is in doubt then, and looked for once the lease is renewed', {
    timeout: 60_000,
  }, async (t) => {
    const { relay, said, place } = await relayed(t, subject());
    const [source, target] = chats('cut off', 3);
    // Done at once; the answer comes in an hour.
    const fate = { kind: 'late', ms: 3_600_000 } as const;
    const begun = sends();
    const late = scene.sandbox.weather.script({ method: 'messages.SendMessage', nth: 2, fate });
    const outage = async (): Promise<void> => {
      while (!late.done) await systemClock.sleep(10);
      const cutOff = scene.untilWait();
      await relay.cut();
      assert.equal((await cutOff).reason, 'CONNECTION_LOST');
      await relay.restore();
    };
    const leaseTimes = { leaseMs: 2_000, renewalMs: 500, requestMs: 400 };
    const [run] = await Promise.all([
      scene.clone(source, target, { place: place(), opening: { leaseTimes } }),
      outage(),
    ]);
    assert.equal(run.error, undefined);
    await scene.assertSame(source, target);
    assert.equal(sends() - begun, 3, 'it was found, and not sent again');
    assert.equal(said.at(-1), 'back');
  });

  it('does not keep a run that fails for another reason, and the next one continues', async (t) => {
    const { relay, said, place, stopWaiting } = await relayed(t, subject());
    const [source, target] = chats('fails', 5);
    const failure = new FailedError('OTHER', 'Something else is wrong.');
    const failing = (job: Job): Job =>
      new Proxy(job, {
        get(object, name) {
          const value: unknown = Reflect.get(object, name, object);
          if (typeof value !== 'function') return value;
          if (name !== 'sent') return value.bind(object);
          return async (messages: Parameters<Job['sent']>[0]) => {
            await job.sent(messages);
            await relay.cut();
            throw failure;
          };
        },
      });
    const run = await scene.clone(source, target, {
      place: place(),
      wrapJob: failing,
      onFailing: stopWaiting,
    });
    assert.equal(run.error, failure);
    assert.ok(said.length <= 1, said.join('\n'));
    await relay.restore();
    const again = await scene.clone(source, target, { place: place() });
    assert.equal(again.error, undefined);
    await scene.assertSame(source, target);
  });

  it('that loses an answer, whichever, loses no message and doubles none', async (t) => {
    const { relay, place } = await relayed(t, subject());
    await (await openLedger(place())).close();
    let lost = 0;
    for (let answers = 0; ; answers += 5) {
      const [source, target] = chats(`answer ${answers}`, 3);
      const [before, came] = [sends(), relay.answers];
      relay.loseAnswerAfter(answers);
      const run = await scene.clone(source, target, { place: place() });
      assert.equal(run.error, undefined, `after ${answers} answers`);
      await scene.assertSame(source, target);
      assert.equal(sends() - before, 3, `after ${answers} answers`);
      if (relay.answers - came <= answers) break;
      lost += 1;
    }
    assert.ok(lost > 10, `only ${lost} answers were lost`);
  });

  it('that loses an answer while the tables are made leaves them complete', async (t) => {
    for (const answers of [4, 11, 30, 61]) {
      const { relay, place } = await relayed(t, subject());
      relay.loseAnswerAfter(answers);
      const ledger = await openLedger(place());
      await ledger.close();
      assert.ok(relay.answers > answers);
      assert.equal(await readLedger(place(), async () => 'read'), 'read');
    }
  });

  it('by a crash of the server loses nothing', async (t) => {
    const { instance } = subject();
    const { said, place, atOutage } = await relayed(t, subject());
    const [source, target] = chats('crash', 6);
    atOutage(() => instance.restart());
    const run = await scene.clone(source, target, {
      place: place(),
      wrapJob: atSent(2, () => instance.crash()),
    });
    assert.equal(run.error, undefined);
    await scene.assertSame(source, target);
    assert.equal(said.at(-1), 'back');
  });

  it('keeps two machines with data directories of their own from one job', async (t) => {
    const { place } = await relayed(t, subject());
    const [source, target] = chats('two machines', 3);
    const mine = place();
    const theirs: LedgerPlace = { ...place(), dataDir: temporaryFolder(t) };
    let refused: unknown;
    const run = await scene.clone(source, target, {
      place: mine,
      wrapJob: atSent(1, async () => {
        refused = await scene.clone(source, target, { place: theirs }).catch((error: unknown) => error);
      }),
    });
    assert.equal(run.error, undefined);
    const { code, message } = refused as Error & { readonly code: string };
    assert.equal(code, 'JOB_RUNNING');
    assert.match(message, /^This job is running on \S+, or was cut off there less than 75 seconds ago/);
    const again = await scene.clone(source, target, { place: theirs });
    assert.equal(again.error, undefined);
    await scene.assertSame(source, target);
  });
});
