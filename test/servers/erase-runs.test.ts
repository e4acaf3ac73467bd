import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { EraseStep } from '../../lib/erase/events.js';
import { type ErasePlan, readPlan } from '../../lib/erase/plan-file.js';
import { type SoleRun, soleRun } from '../../lib/erase/sole-run.js';
import type { JobLease } from '../../lib/ledger/job-term.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import type { OpenStore } from '../../lib/store/open-store.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { FILL } from '../support/download-command.js';
import { type EraseRunOutcome, type EraseScene, eraseScene, plannedIds } from '../support/erase-scene.js';
import { FakeClock } from '../support/fake-clock.js';
import { hastyClock } from '../support/hasty-clock.js';
import { runInProcess } from '../support/in-process.js';
import { loginSettings } from '../support/sandbox-environment.js';
import { openScene } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expire } from './claiming-hosts.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';

const STEPS: readonly EraseStep[] = ['proved', 'read', 'journalled', 'called', 'marked', 'ended'];
const OWN = 230;
const RUNNING = { code: 'ERASE_RUNNING', message: /deleted on first-host, .* less than 75 seconds ago/ };

/** A supergroup of own messages and some of another account, in an archive on a server. */
async function openServerScene(t: TestContext, subject: ServerSubject) {
  const database = await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER);
  const scene = await eraseScene(t, {}, database);
  const group = scene.group('Shared');
  const other = scene.sandbox.world.createUser({ phone: '9996600002', code: '1', firstName: 'Bo' });
  scene.sandbox.world.addMember(group, other.id);
  for (let index = 1; index <= OWN; index += 1) {
    scene.post(group, { text: `text ${index}` });
    if (index % 50 === 0) scene.post(group, { from: other.id, text: `theirs ${index}` });
  }
  await scene.archive(group);
  const { plan, refused } = await scene.plan(group);
  assert.deepEqual(refused, []);
  assert.equal(plan.counts.messages, OWN);
  return { scene, group, plan, ...database };
}

/** A machine with a data directory of its own, whose time passes only when a test says so. */
class Machine {
  readonly host: string;
  readonly clock = new FakeClock();
  readonly #scene: EraseScene;
  readonly #chat: Pick<Chat, 'id'>;
  readonly #dataDir: string;

  constructor(t: TestContext, host: string, scene: EraseScene, chat: Pick<Chat, 'id'>) {
    this.host = host;
    this.#scene = scene;
    this.#chat = chat;
    this.#dataDir = temporaryFolder(t);
  }

  begin(): Promise<SoleRun> {
    return soleRun({
      ...{ dataDir: this.#dataDir, folder: this.#dataDir, server: 'the server' },
      store: this.#scene.store as OpenStore,
      ...{ accountId: this.#scene.me.id, chatId: this.#chat.id, host: this.host },
      ...{ random: systemRandom, clock: this.clock, log: silentLog },
    });
  }

  /** One run, which gives its right back at its end. */
  async run(plan: ErasePlan, onStep: (step: EraseStep) => void = () => undefined): Promise<EraseRunOutcome> {
    const sole = await this.begin();
    try {
      return await this.#scene.run(plan, { lease: sole.lease, onStep });
    } finally {
      await sole.release();
    }
  }
}

async function assertErased(
  { scene, group, plan }: Awaited<ReturnType<typeof openServerScene>>,
  before: readonly number[],
): Promise<void> {
  const planned = plannedIds(plan, group);
  assert.deepEqual(
    scene.there(group),
    before.filter((id) => !planned.includes(id)),
  );
  assert.deepEqual(await scene.marked(group), planned);
}

function deletions({ sandbox }: EraseScene): number {
  return sandbox.report().weather.requests['channels.DeleteMessages'] ?? 0;
}

onServers('telepi erase with its journal on a server', (subject) => {
  it('is continued after a death at any step, and deletes what the plan has', async (t) => {
    const opened = await openServerScene(t, subject());
    const { scene, group, plan } = opened;
    const machine = new Machine(t, 'first-host', scene, group);
    const before = scene.there(group);
    for (const step of STEPS) {
      const { error } = await machine.run(plan, (each) => {
        if (each === step) throw new Error(`death after ${step}`);
      });
      assert.match(String(error), new RegExp(`death after ${step}`));
    }
    const { summary, error } = await machine.run(plan);
    assert.equal(error, undefined, String(error));
    await assertErased(opened, before);
    const { deleted = 0, earlier = 0, gone, left } = summary ?? {};
    assert.deepEqual([deleted + earlier, gone, left], [OWN, 0, []]);
    assert.ok((await scene.batches(plan)).every(({ state }) => state === 'ended'));
  });

  it('whose machine dies is refused on another one until the right has expired, and is continued there then', async (t) => {
    const opened = await openServerScene(t, subject());
    const { scene, group, plan, db } = opened;
    const before = scene.there(group);
    const first = new Machine(t, 'first-host', scene, group);
    const second = new Machine(t, 'second-host', scene, group);
    const { lease } = await first.begin();
    const died = await scene.run(plan, {
      lease,
      onStep(step) {
        if (step === 'called') throw new Error('death');
      },
    });
    assert.match(String(died.error), /death/);
    await assert.rejects(second.run(plan), RUNNING);
    assert.equal(scene.there(group).length, before.length - 100);
    await expire({ db });
    const { summary, error } = await second.run(plan);
    assert.equal(error, undefined, String(error));
    assert.deepEqual([summary?.deleted, summary?.earlier, summary?.gone], [OWN - 100, 100, 0]);
    await assertErased(opened, before);
    await lease?.release();
  });

  it('that slept until another machine took its right over asks for nothing more', async (t) => {
    const opened = await openServerScene(t, subject());
    const { scene, group, plan, db } = opened;
    const before = scene.there(group);
    const first = new Machine(t, 'first-host', scene, group);
    const second = new Machine(t, 'second-host', scene, group);
    const { lease } = await first.begin();
    assert.ok(lease);
    let asked = -1;
    const asleep = sleepingBeforeCalls(lease, async () => {
      await assert.rejects(second.begin(), RUNNING);
      await expire({ db });
      const { summary, error } = await second.run(plan);
      assert.equal(error, undefined, String(error));
      assert.equal(summary?.deleted, OWN);
      asked = deletions(scene);
      await first.clock.advance(LEASE_TIMES.leaseMs);
    });
    const { error } = await scene.run(plan, { lease: asleep });
    assert.equal((error as { code?: string } | undefined)?.code, 'JOB_TAKEN_OVER', String(error));
    assert.equal(deletions(scene), asked);
    await assertErased(opened, before);
    await lease.release();
  });

  it('is refused as a command, too, while one of another data directory counts down', async (t) => {
    const scene = await openScene(t, {}, FILL);
    const { cwd, connection, filled } = scene;
    const { supergroup: group } = filled.chats;
    const DATABASE_URL = databaseUrl(await subject().address(t));
    const machine = async (name: string) => {
      const environment = { ...connection, DATABASE_URL, DATA_DIR: join(cwd, name) };
      const { status, stderr } = await scene.run(['login'], { ...environment, ...loginSettings(filled) });
      assert.equal(status, 0, stderr);
      return (args: readonly string[], onSecond?: () => Promise<void>) => {
        const { signal } = new AbortController();
        return runInProcess(args, { environment, cwd, signal, clock: hastyClock(signal, onSecond) });
      };
    };
    const [first, second] = [await machine('first'), await machine('second')];
    await first(['download', String(group.id), '--media-type', 'all', '--output', 'files']);
    const words = ['--chat', String(group.id), '--for-everyone', '--output', 'plan.json'];
    await first(['erase', 'plan', ...words]);
    const { counts } = await readPlan(join(cwd, 'plan.json'));
    const run = ['erase', 'run', 'plan.json', '--confirm', group.title, String(counts.messages)];
    const before = group.box?.messages.length ?? 0;
    let rival: Promise<void> | undefined;
    const { status, stdout } = await first(run, () => {
      rival ??= assert.rejects(second(run), { code: 'ERASE_RUNNING' });
      return rival;
    });
    assert.equal(status, 0, stdout);
    assert.ok(rival);
    assert.equal(group.box?.messages.length, before - counts.messages);
    assert.match((await second(run)).stdout, /Nothing of the plan is left/);
  });
});

/** A lease whose machine sleeps before each call to Telegram, while `meanwhile` happens. */
function sleepingBeforeCalls(lease: JobLease, meanwhile: () => Promise<void>): JobLease {
  return {
    holder: lease.holder,
    get mayBegin() {
      return lease.mayBegin;
    },
    async ready() {
      await meanwhile();
      await lease.ready();
    },
    over: (signal) => lease.over(signal),
    leaveOpen: () => lease.leaveOpen(),
    transact: (work) => lease.transact(work),
    release: () => lease.release(),
  };
}
