import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Random, seededRandom } from '../../lib/base/random.js';
import type { EraseStep } from '../../lib/erase/events.js';
import type { SelectionName } from '../../lib/messages/selection/criteria.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { deleteMessages, editMessage } from '../../lib/sandbox/world/changing.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { type EraseRunOutcome, type EraseScene, eraseScene, plannedIds } from '../support/erase-scene.js';
import { selectionFor } from '../support/selection.js';

const STEPS: readonly EraseStep[] = ['settled', 'proved', 'read', 'journalled', 'called', 'marked', 'ended'];
const FATES = [
  { kind: 'drop-before' },
  { kind: 'drop-after' },
  { kind: 'refuse', error: new RpcError(500, 'RPC_CALL_FAIL') },
] as const;
const METHODS = [
  'channels.DeleteMessages',
  'messages.DeleteMessages',
  'channels.GetMessages',
  'messages.GetMessages',
];

interface Drawn {
  readonly scene: EraseScene;
  readonly random: Random;
  readonly other: Account;
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)] as T;
}

/** A chat of a random type with messages of both sides, the last of which are not archived. */
async function drawChat({ scene, random, other }: Drawn, serial: number) {
  const { sandbox, me } = scene;
  const kind = pick(random, ['supergroup', 'group', 'private'] as const);
  const group = kind === 'supergroup' ? scene.group(`Group ${serial}`) : scene.basicGroup(`Basic ${serial}`);
  if (kind !== 'private') sandbox.world.addMember(group, other.id);
  const chat = kind === 'private' ? other : group;
  const post = (): void => {
    const text = pick(random, ['apple', 'banana', 'cherry']);
    if (random.integer(0, 2) > 0) sandbox.world.post({ chat: chat.id, from: me.id, text });
    else sandbox.world.post({ chat: kind === 'private' ? me.id : chat.id, from: other.id, text });
  };
  for (let count = random.integer(3, 25); count > 0; count -= 1) post();
  await scene.archive(chat);
  const archived = new Set(scene.there(chat));
  for (let count = random.integer(0, 3); count > 0; count -= 1) post();
  return { chat, kind, archived };
}

function drawSelection(random: Random, ids: readonly number[]): Partial<Record<SelectionName, string>> {
  return pick<Partial<Record<SelectionName, string>>>(random, [
    {},
    {},
    { match: 'apple' },
    { limit: String(random.integer(1, 8)) },
    { fromId: String(pick(random, ids)) },
    { toId: String(pick(random, ids)) },
    { excludeKind: 'service' },
  ]);
}

async function property(drawn: Drawn, serial: number): Promise<void> {
  const { scene, random, other } = drawn;
  const { sandbox, me } = scene;
  const { chat, kind, archived } = await drawChat(drawn, serial);
  const messages = () => sandbox.world.messagesWith(me.id, chat.id);
  const theirs = () => sandbox.world.messagesWith(other.id, kind === 'private' ? me.id : chat.id).length;
  const elsewhere = () =>
    [...sandbox.world.state.chats.values()]
      .filter(({ id }) => id !== chat.id)
      .map(({ id }) => scene.there({ id }).length);
  const unarchived = random.integer(0, 3) === 0;
  const others = random.integer(0, 1) === 0;
  const forEveryone = kind === 'supergroup' || random.integer(0, 1) === 0;
  const selection = await selectionFor(drawSelection(random, scene.there(chat)), { self: me.id });
  const before = messages().map(({ id, sender }) => ({ id, own: sender === me.id }));
  const { plan } = await scene.plan(chat, { unarchived, others, forEveryone, selection });
  if (plan.counts.messages === 0) return;
  const planned = new Set(plannedIds(plan, chat));
  const own = new Set(before.filter((each) => each.own).map(({ id }) => id));
  if (!others)
    assert.ok(
      [...planned].every((id) => own.has(id)),
      'own messages alone are planned',
    );
  const edited = new Set<number>();
  const lost = new Set<number>();
  for (const message of messages().filter((each) => !each.action && random.integer(0, 9) === 0)) {
    if (random.integer(0, 1) === 0) {
      edited.add(message.id);
      editMessage(sandbox.world, message, { text: 'durian' }, undefined);
    } else {
      lost.add(message.id);
      deleteMessages(sandbox.world, [message], {});
    }
  }
  const [rest, farSide, present] = [elsewhere(), theirs(), scene.there(chat)];
  const outcome = await runThrough(drawn, plan);
  assert.equal(outcome.error, undefined, String(outcome.error));
  const now = new Set(scene.there(chat));
  const gone = present.filter((id) => !now.has(id));
  assert.ok(
    gone.every((id) => planned.has(id)),
    'nothing is gone that the plan does not have',
  );
  assert.deepEqual(elsewhere(), rest, 'other chats are as they were');
  if (!forEveryone) assert.equal(theirs(), farSide, 'the other side keeps its copies');
  const left = new Map(outcome.summary?.left.map(({ id, reason }) => [id, reason]));
  for (const id of planned)
    assert.equal(
      now.has(id) || (lost.has(id) && left.has(id)),
      left.has(id),
      `message ${id} is gone, or left for a reason`,
    );
  for (const id of gone) {
    assert.ok(!edited.has(id), 'an edited message stays');
    assert.ok(unarchived || archived.has(id), 'only what is archived goes');
  }
  const marked = await scene.marked(chat);
  assert.ok(marked.every((id) => !now.has(id) && planned.has(id)));
  assert.deepEqual(
    [...planned].filter((id) => archived.has(id) && !now.has(id)).sort((a, b) => a - b),
    marked,
  );
  const { planned: all = 0, deleted = 0, earlier = 0, gone: already = 0 } = outcome.summary ?? {};
  assert.equal(deleted + earlier + already + left.size, all, 'every message is accounted for once');
}

/** Runs through deaths and faults until one run comes to its end. */
async function runThrough(
  { scene, random }: Drawn,
  plan: Parameters<EraseScene['run']>[0],
): Promise<EraseRunOutcome> {
  for (let deaths = random.integer(0, 4); deaths > 0; deaths -= 1) {
    const fault =
      random.integer(0, 2) === 0
        ? scene.sandbox.weather.script({ method: pick(random, METHODS), fate: pick(random, FATES) })
        : undefined;
    const step = pick(random, STEPS);
    let left = random.integer(0, 1);
    const outcome = await scene.run(plan, {
      onStep(each) {
        if (each === step && left-- === 0) throw new Error('death');
      },
    });
    fault?.cancel();
    if (outcome.error !== undefined) assert.equal((outcome.error as Error).message, 'death');
  }
  return scene.run(plan);
}

test('whatever is selected, edited and deleted meanwhile, and wherever runs die: only planned, proven, unchanged messages go', async (t) => {
  const scene = await eraseScene(t);
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      serial += 1;
      const phone = `99966${String(10_000 + serial)}`;
      const other = scene.sandbox.world.createUser({ phone, code: '1', firstName: 'Bo' });
      await property({ scene, random: seededRandom(`erase ${seed}`), other }, serial);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});
