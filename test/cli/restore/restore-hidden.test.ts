import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { systemClock } from '../../../lib/base/clock.js';
import { readPlan, runsOf } from '../../../lib/erase/plan-file.js';
import { ALL_ADMIN_RIGHTS } from '../../../lib/sandbox/world/model.js';
import { transact } from '../../../lib/store/repeatable.js';
import { beginEraseBatch, endEraseBatch } from '../../../lib/store/tables/erase-batches.js';
import { markDeleted } from '../../../lib/store/tables/mark-messages.js';
import { inDatabase } from '../../support/download-command.js';
import { openRestoreScene } from '../../support/restore-scene.js';

/** A group of somebody else, in which this account is a member, with texts that were kept; and their ids. */
async function openGuest(t: Parameters<typeof openRestoreScene>[0], count: number) {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const { user, plain } = scene.filled;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator: plain.user.id });
  world.addMember(chat, user.id);
  for (let index = 1; index <= count; index += 1)
    world.post({ chat: chat.id, from: user.id, text: `text ${index}`, date: 1_700_000_000 + index });
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  const texts = () => scene.messages(chat).flatMap(({ action, text }) => (action ? [] : [text]));
  return { scene, world, chat, ids, texts, userId: user.id };
}

test('what a group hides from a member who has joined again is not posted, unless its deletion was noted', async (t) => {
  const { scene, world, chat, ids, texts, userId } = await openGuest(t, 5);
  const [first = 0, second = 0] = ids;
  scene.erase(chat, [first, second]);
  world.removeMember(chat, userId, { left: true });
  chat.hidesPrehistory = true;
  world.addMember(chat, userId);
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const writer = { host: hostname(), clock: systemClock };
  const key = { accountId: userId, chatId: chat.id };
  const batch = {
    ...key,
    planHash: (await readPlan(plan)).hash,
    batch: 1,
    ids: runsOf([second, ids[2] ?? 0]),
  };
  await inDatabase(scene, async (db) => {
    await markDeleted(db, writer, key, [first]);
    await transact(db, (tx) => beginEraseBatch(tx, writer, batch));
    await transact(db, (tx) => endEraseBatch(tx, writer, { ...batch, left: runsOf([ids[2] ?? 0]) }));
  });
  const rehearsed = await scene.call(['restore', plan, '--dry-run', '--json']);
  assert.equal(rehearsed.status, 1, String(rehearsed.thrown));
  const outcome = await scene.call(['restore', plan, '--attribution', 'none']);
  assert.equal(outcome.status, 1, String(outcome.thrown));
  assert.match(
    outcome.stdout,
    /\n3 messages may still be in the chat and aren't posted: Telegram hides that part of its history from this account, and nobody has noted that they were deleted\.\n/,
  );
  assert.deepEqual(texts(), ['text 3', 'text 4', 'text 5', 'text 1', 'text 2']);
});

test('what a member has cleared for itself alone is not posted again into its own chat, and neither imported', async (t) => {
  const { scene, world, chat, ids, texts, userId } = await openGuest(t, 3);
  const member = chat.members.get(userId);
  assert.ok(member);
  member.availableMinId = ids[1] ?? 0;
  world.touch();
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const outcome = await scene.call(['restore', plan, '--json']);
  assert.equal(outcome.status, 1, String(outcome.thrown));
  assert.deepEqual(
    outcome.records.find(({ event }) => event === 'left'),
    { event: 'left', hidden: 2, still_there: 1, dryRun: false },
  );
  member.role = 'admin';
  member.adminRights = new Set(ALL_ADMIN_RIGHTS);
  const imported = await scene.call(['restore', plan, '--as-import', '--dry-run', '--json']);
  assert.equal(imported.status, 1, String(imported.thrown));
  const outlook = imported.records.find(({ event }) => event === 'import_outlook');
  assert.deepEqual([outlook?.['hidden'], outlook?.['messages']], [2, 0]);
  assert.deepEqual(texts(), ['text 1', 'text 2', 'text 3']);
});

test('without an id up to which history is hidden, the moment counts at which this account has joined', async (t) => {
  const { scene, world, chat, ids, texts, userId } = await openGuest(t, 2);
  scene.erase(chat, ids);
  world.removeMember(chat, userId, { left: true });
  const member = world.addMember(chat, userId);
  assert.equal(member.availableMinId, undefined);
  chat.hidesPrehistory = true;
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const hidden = await scene.call(['restore', plan, '--json']);
  const left = hidden.records.find(({ event }) => event === 'left');
  assert.deepEqual([hidden.status, left?.['hidden']], [1, 2], String(hidden.thrown));
  assert.deepEqual(texts(), []);
  chat.hidesPrehistory = false;
  const shown = await scene.call(['restore', plan, '--attribution', 'none']);
  assert.equal(shown.status, 0, String(shown.thrown));
  assert.deepEqual(texts(), ['text 1', 'text 2']);
});
