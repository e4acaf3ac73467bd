import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { type ErasePlan, idsOf, readPlan } from '../../lib/erase/plan-file.js';
import type { Method } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { eraseBatchesOf } from '../../lib/store/tables/erase-batches.js';
import { FILL, inDatabase } from '../support/download-command.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

const OWN = 310;
const BATCH = 100;
/** The run's second batch is under way when its process dies. */
const FATAL = 2;

interface Death {
  /** In which of the two methods. */
  readonly method: 'channels.DeleteMessages' | 'messages.DeleteMessages';
  /** Whether the sandbox carries out what was asked before the process dies. */
  readonly isDone: boolean;
}

/** A scene whose sandbox holds the fatal call until the process that `dying` names is dead; its answer finds nobody. */
async function openDyingScene(t: TestContext, { method, isDone }: Death) {
  const dying: { child?: ChildProcess } = {};
  let calls = 0;
  const scene = await openScene(
    t,
    {
      methods(methods) {
        const usual = methods.get(method) ?? assert.fail();
        const fatal: Method = async (request, caller) => {
          calls += 1;
          if (calls !== FATAL) return usual(request, caller);
          const answer = isDone ? usual(request, caller) : [];
          const child = dying.child ?? assert.fail('a process asks for it');
          const exit = once(child, 'exit');
          child.kill('SIGKILL');
          await exit;
          return answer;
        };
        return new Map([...methods, [method, fatal]]);
      },
    },
    FILL,
  );
  await scene.signIn();
  return { scene, dying };
}

/** Own messages, and some of another account between them. */
function postInto({ sandbox, filled }: Scene, chat: Pick<Chat, 'id'>, theirs: () => void): void {
  for (let index = 1; index <= OWN; index += 1) {
    sandbox.world.post({ chat: chat.id, from: filled.user.id, text: `mine ${index}` });
    if (index % 30 === 0) theirs();
  }
}

/** The ids of all messages of each account and channel. */
function everything({ sandbox }: Scene): Map<number, number[]> {
  const { accounts, chats } = sandbox.world.state;
  const owners = [...accounts.values(), ...chats.values()];
  return new Map(owners.flatMap(({ id, box }) => (box ? [[id, box.messages.map((each) => each.id)]] : [])));
}

async function run(scene: Scene, args: readonly string[], onStart?: (child: ChildProcess) => void) {
  const outcome = await scene.run(args, {}, { patienceMs: 4 * 60_000, ...(onStart && { onStart }) });
  return { ...outcome, records: outcome.signal ? [] : recordsOf(outcome.stdout) };
}

/** Downloads a chat and plans its own messages. */
async function planned(scene: Scene, chat: Pick<Chat, 'id'>, ...more: readonly string[]) {
  const download = ['download', String(chat.id), '--media-type', 'all', '--output', 'files'];
  const downloaded = await scene.run(download);
  assert.equal(downloaded.status, 0, downloaded.stderr);
  const { records, stderr } = await run(scene, [
    ...['erase', 'plan', '--chat', String(chat.id), '--match', 'mine', '--json'],
    ...more,
  ]);
  const record = records.find(({ event }) => event === 'planned');
  assert.ok(record, stderr);
  const plan = await readPlan(String(record['path']));
  assert.equal(plan.counts.messages, OWN);
  return { plan, path: String(record['path']) };
}

/** What the database has of a plan. */
function noted(scene: Scene, plan: ErasePlan) {
  return inDatabase(scene, async (db) => {
    const rows = await db
      .selectFrom('messages')
      .select('message_id')
      .where('deleted_datetime', 'is not', null)
      .orderBy('message_id')
      .execute();
    return {
      batches: await eraseBatchesOf(db, scene.filled.user.id, plan.hash),
      marked: rows.map(({ message_id }) => Number(message_id)),
    };
  });
}

interface Course extends Death {
  readonly chat: Pick<Chat, 'id'>;
  /** Whose messages they are: the channel, or the account. */
  readonly owner: number;
  readonly more: readonly string[];
}

async function dieAndContinue(
  { scene, dying }: Awaited<ReturnType<typeof openDyingScene>>,
  { chat, owner, more, isDone }: Course,
): Promise<void> {
  const { plan, path } = await planned(scene, chat, ...more);
  const ids = plan.messages.flatMap((each) => [...idsOf(each.ids)]);
  const before = everything(scene);
  const without = (gone: readonly number[]) =>
    new Map(
      [...before].map(([id, all]) => [id, id === owner ? all.filter((each) => !gone.includes(each)) : all]),
    );
  const words = ['erase', 'run', path, '--confirm', plan.chat.title, String(OWN), '--json'];
  const killed = await run(scene, words, (child) => {
    dying.child = child;
  });
  assert.equal(killed.signal, 'SIGKILL', killed.stdout + killed.stderr);
  const gone = isDone ? 2 * BATCH : BATCH;
  assert.deepEqual(everything(scene), without(ids.slice(0, gone)));
  const half = await noted(scene, plan);
  assert.deepEqual(
    half.batches.map(({ state, affected }) => [state, affected]),
    [
      ['ended', BATCH],
      ['begun', undefined],
    ],
  );
  assert.deepEqual(
    half.batches.flatMap((batch) => [...idsOf(batch.ids)]),
    ids.slice(0, 2 * BATCH),
  );
  assert.deepEqual(half.marked, ids.slice(0, BATCH));
  const last = await run(scene, words);
  assert.equal(last.status, 0, last.stdout + last.stderr);
  const [end] = last.records.slice(-1);
  assert.deepEqual(end, {
    ...{ event: 'erased', planned: OWN, deleted: OWN - gone, earlier: gone, gone: 0, left: 0, pending: 0 },
    messages: [],
  });
  assert.deepEqual(everything(scene), without(ids));
  const { batches, marked } = await noted(scene, plan);
  assert.deepEqual(marked, ids);
  assert.ok(batches.every(({ state }) => state === 'ended'));
  const left = batches.flatMap((batch) => [...idsOf(batch.left)]);
  assert.deepEqual(left, isDone ? [] : ids.slice(BATCH, 2 * BATCH), 'what a death has left is noted');
  assert.deepEqual(
    batches.flatMap((batch) => [...idsOf(batch.ids)]),
    isDone ? ids : [...ids.slice(0, 2 * BATCH), ...ids.slice(BATCH)],
  );
}

// The minute of each run is real: both scenes pass it together.
describe('telepi erase run that is killed in the middle is continued by the next one', {
  concurrency: 2,
}, () => {
  it('before its call was carried out, in a supergroup', async (t) => {
    const death = { method: 'channels.DeleteMessages', isDone: false } as const;
    const dying = await openDyingScene(t, death);
    const { sandbox, filled } = dying.scene;
    const { supergroup: chat } = filled.chats;
    postInto(dying.scene, chat, () => {
      sandbox.world.post({ chat: chat.id, from: filled.plain.user.id, text: 'not mine' });
    });
    await dieAndContinue(dying, { ...death, chat, owner: chat.id, more: ['--for-everyone'] });
  });

  it('after its call was carried out and before its answer, in a private chat, whose ids lie between those of another', async (t) => {
    const death = { method: 'messages.DeleteMessages', isDone: true } as const;
    const dying = await openDyingScene(t, death);
    const { sandbox, filled } = dying.scene;
    const { user } = filled;
    const [bo, cy] = ['Bo', 'Cy'].map((firstName, index) =>
      sandbox.world.createUser({ phone: `999666001${index}`, code: '1', firstName }),
    );
    assert.ok(bo && cy);
    postInto(dying.scene, bo, () => {
      sandbox.world.post({ chat: user.id, from: bo.id, text: 'not mine' });
      sandbox.world.post({ chat: cy.id, from: user.id, text: 'mine, to Cy' });
    });
    await dieAndContinue(dying, { ...death, chat: bo, owner: user.id, more: [] });
  });
});
