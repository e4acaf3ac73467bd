import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it, type TestContext } from 'node:test';
import type { Api } from 'telegram/tl/index.js';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { makeTarget } from '../../lib/clone/make-target.js';
import { findForgettable, forgetJob } from '../../lib/ledger/forget.js';
import { jobFolderName } from '../../lib/ledger/job-file.js';
import { noteDressed, readMadeTarget, type TargetMaker } from '../../lib/ledger/made-target.js';
import { targetFilePath, writeTargetFile } from '../../lib/ledger/made-target-file.js';
import type { Made, MadeTarget, MadeTargetKey } from '../../lib/ledger/made-target-record.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { ServerDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import type { OnceOptions } from '../../lib/telegram/caller.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { Death } from '../support/dying-job.js';
import { recordsOf } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, openPlace, type TestPlace } from './databases.js';
import { eventsOf, queueScene } from './queue-scene.js';
import type { Host } from './worker-process.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'targets of hosts' });
});
after(() => scene.close());

const { signal } = new AbortController();
const LATER: MadeTarget = { version: 1, mark: 'm', kind: 'supergroup', title: 'Of a file', plannedAt: 0 };

/** A machine with a data directory of its own, and the database that all share. */
class Maker {
  readonly key: MadeTargetKey;
  readonly maker: TargetMaker;
  readonly #chat: Chat;
  #isDead = false;

  constructor(
    t: TestContext,
    place: TestPlace,
    { chat, host }: { readonly chat: Chat; readonly host: string },
  ) {
    this.#chat = chat;
    this.maker = { host, clock: systemClock, random: systemRandom, log: silentLog };
    this.key = {
      ...{ dataDir: temporaryFolder(t), owner: DATABASE_OWNER, accountId: scene.me.id },
      sourceId: chat.id,
      database: place.database && this.#mortal(place.database),
    };
  }

  /**
   * `at`: called with the process's call that creates the chat, which is done when it is made, and with what is asked before
   * its bytes go.
   */
  async make(
    at: (call: () => Promise<unknown>, mayGo: () => boolean) => Promise<unknown> = (call) => call(),
    stop = signal,
  ): Promise<Made> {
    const source = await resolveChat(scene.client, parseChatRef(String(this.#chat.id)), signal);
    const client = new Proxy(scene.client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'callOnce') return value.bind(target);
        return (request: Api.AnyRequest, options: OnceOptions): unknown => {
          const call = () => target.callOnce(request, { ...options, signal });
          const { mayGo = () => true } = options;
          return request.className === 'channels.CreateChannel' ? at(call, mayGo) : call();
        };
      },
    }) as TelepiClient;
    return makeTarget({ client, source, key: this.key, maker: this.maker, signal: stop });
  }

  /** From now on nothing of it reaches the database, as after SIGKILL. */
  die(): never {
    this.#isDead = true;
    throw new Death('after');
  }

  #mortal(database: ServerDatabase): ServerDatabase {
    const isDead = () => this.#isDead;
    return {
      ...database,
      async open<Tables>(...words: Parameters<ServerDatabase['open']>) {
        const opened = await database.open<Tables>(...words);
        const db = opened.db.withPlugin({
          transformQuery({ node }) {
            if (isDead()) throw new Error('The process has died.');
            return node;
          },
          transformResult: async ({ result }) => result,
        });
        return { ...opened, db };
      },
    };
  }
}

let sources = 0;

onServers('the target of a source, with two machines', (subject) => {
  async function hosts(t: TestContext) {
    const place = await subject().place(t);
    sources += 1;
    const chat = scene.group(`source ${sources} on ${subject().kind}`);
    const copies = (): number[] =>
      [...scene.sandbox.world.state.chats.values()]
        .filter(({ title, id }) => title === chat.title && id !== chat.id)
        .map(({ id }) => id);
    const [one, two] = ['one', 'two'].map((host) => new Maker(t, place, { chat, host }));
    assert.ok(one && two);
    const expire = async (): Promise<void> => {
      const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
      await db
        .updateTable('leases')
        .set({ expires_datetime: '2001-01-01 00:00:00.000' as never })
        .execute();
    };
    return { place, chat, copies, one, two, expire };
  }

  it('is made by the one that begins, and is the same for the other, which waits as for a job', async (t) => {
    const { one, two, copies } = await hosts(t);
    const made = await one.make(async (call) => {
      await assert.rejects(two.make(), {
        code: 'JOB_RUNNING',
        message: /^A run on one is making this target/,
      });
      return call();
    });
    assert.deepEqual(copies(), [made.targetId]);
    await noteDressed(one.key, made, 'one');
    assert.deepEqual(await two.make(), { ...made, dressed: true, isNew: false });
    assert.deepEqual(copies(), [made.targetId]);
    assert.equal(existsSync(await targetFilePath(one.key)), false, 'the record is in the database alone');
  });

  it('is settled by the other when a machine died over it: before the call, and after it', async (t) => {
    for (const when of ['before', 'after']) {
      const { one, two, copies, expire } = await hosts(t);
      const dying = one.make(async (call) => {
        if (when === 'after') await call();
        return one.die();
      });
      await assert.rejects(dying);
      assert.equal(copies().length, when === 'after' ? 1 : 0);
      await assert.rejects(two.make(), { code: 'JOB_RUNNING' }, 'the call may still arrive');
      await expire();
      const { targetId } = await two.make();
      assert.deepEqual(copies(), [targetId], when);
    }
  });

  it('is not written by a machine that was stopped until the other one had settled it', async (t) => {
    const { one, two, copies, expire } = await hosts(t);
    let settled: Made | undefined;
    const stopped = one.make(async (call) => {
      const answer = await call();
      await expire();
      settled = await two.make();
      return answer;
    });
    await assert.rejects(stopped, { code: 'JOB_TAKEN_OVER' });
    assert.deepEqual(copies(), [settled?.targetId]);
    assert.equal((await one.make()).targetId, settled?.targetId);
  });

  it('is not made by the other while a call that was given up may still take effect', async (t) => {
    const { one, two, copies, expire } = await hosts(t);
    const stop = new AbortController();
    let arrives = async (): Promise<unknown> => undefined;
    const given = one.make(async (call, mayGo) => {
      assert.ok(mayGo());
      arrives = call;
      stop.abort(new Error('Ctrl-C'));
      throw stop.signal.reason;
    }, stop.signal);
    await assert.rejects(given, /Ctrl-C/);
    await assert.rejects(two.make(), { code: 'JOB_RUNNING' });
    await arrives();
    await expire();
    const { targetId } = await two.make();
    assert.deepEqual(copies(), [targetId]);
  });

  it('is the one that a file names from before, which goes into the database; a second one is refused', async (t) => {
    const { one, two, copies } = await hosts(t);
    const old = { ...LATER, targetId: -1009, accessHash: '-9' };
    await writeTargetFile(one.key, old);
    assert.deepEqual(await readMadeTarget(one.key), old, 'a look sees it');
    assert.ok(existsSync(await targetFilePath(one.key)), 'and changes nothing');
    assert.deepEqual(await one.make(), { ...old, isNew: false });
    assert.equal(existsSync(await targetFilePath(one.key)), false);
    assert.deepEqual(await two.make(), { ...old, isNew: false });
    await writeTargetFile(two.key, { ...old, mark: 'other', targetId: -1010 });
    const refused = { code: 'TWO_MADE_TARGETS', message: /"Of a file" \(-1010\), which .+\.json names/ };
    await assert.rejects(two.make(), refused);
    await assert.rejects(readMadeTarget(two.key), refused);
    assert.deepEqual(copies(), []);
  });

  it('is made again once its record was forgotten on either machine', async (t) => {
    const { one, two, copies } = await hosts(t);
    const { targetId } = await one.make();
    const folder = jobFolderName({ sourceId: one.key.sourceId, targetId });
    const found = await findForgettable(two.key, folder);
    assert.deepEqual(found.madeTargets, [two.key.database?.name]);
    await forgetJob(two.key, found, two.maker);
    await assert.rejects(findForgettable(one.key, folder), { code: 'UNKNOWN_JOB' });
    const again = await one.make();
    assert.deepEqual(copies(), [targetId, again.targetId]);
  });
});

onServers(
  'a made target and the queue',
  (subject) => {
    it('runs with --create-target clone into one target, whichever worker does them, and every command of each host finds it', async (t) => {
      const shared = await queueScene(t, subject(), ['one', 'two']);
      const [one, two] = shared.hosts;
      assert.ok(one && two);
      const { world } = shared.sandbox;
      const known = new Set(world.state.chats.keys());
      const made = () => [...world.state.chats.values()].filter(({ id }) => !known.has(id));
      const words = ['--create-target', '--source', String(shared.filled.source.id)];
      const { title } = shared.filled.source;
      const queued = (limit: string) =>
        shared.records('run', ...words, '--limit', limit, '--min-interval', '0', '--enqueue');
      const look = (host: Host, command: string, ...more: string[]) =>
        shared.run([command, ...words, ...more], host.environment, host);
      const [first] = await queued('2');
      assert.equal(first?.['title'], `${title} → a new forum`);
      assert.match((await look(two, 'check')).stdout, /a run would create the forum/);
      assert.match((await look(two, 'run', '--dry-run')).stdout, /A run would create the forum/);
      assert.match((await look(two, 'verify')).stderr, /or set DATABASE_URL to the database of the run/);
      const worker = one.start('--until-empty');
      assert.equal(await worker.ended, 0, worker.stderr());
      const [second] = await queued('3');
      assert.equal(second?.['title'], `${title} → ${title}`);
      const other = two.start('--until-empty');
      assert.equal(await other.ended, 0, other.stderr());
      assert.deepEqual(eventsOf(other.records, second?.['job']), ['taken', 'done']);
      const [target, ...more] = made();
      assert.deepEqual([target?.title, more], [title, []]);
      for (const host of [one, two]) {
        assert.match((await look(host, 'check')).stdout, /which --create-target made/);
        const dry = await look(host, 'run', '--dry-run');
        assert.match(dry.stdout, /^Nothing was sent/, dry.stderr);
        assert.doesNotMatch(dry.stdout, /would create/);
        const verified = await look(host, 'verify', '--json');
        const [report] = recordsOf(verified.stdout).filter(({ event }) => event === 'verify');
        assert.equal((report?.['target'] as { id: number } | undefined)?.id, target?.id, verified.stderr);
      }
      assert.ok(!readdirSync(join(one.cwd, 'data')).some((name) => name.startsWith('target_for_')));
    });
  },
  ['postgres'],
);
