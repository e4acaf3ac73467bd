import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { UsageError } from '../../../lib/base/errors.js';
import { editMessage } from '../../../lib/sandbox/world/changing.js';
import { inDatabase } from '../../support/download-command.js';
import { openRestoreScene } from '../../support/restore-scene.js';

/** A group with texts of two people, kept; and the ids of these messages. */
async function openTexts(t: Parameters<typeof openRestoreScene>[0], count: number) {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const { user, plain } = scene.filled;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator: user.id });
  world.addMember(chat, plain.user.id);
  for (let index = 1; index <= count; index += 1) {
    const from = index % 3 === 0 ? plain.user.id : user.id;
    world.post({ chat: chat.id, from, text: `text ${index}`, date: 1_700_000_000 + index });
  }
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  const texts = () => scene.messages(chat).flatMap(({ action, text }) => (action ? [] : [text]));
  return { scene, chat, ids, texts };
}

test('what a plan has erased comes back in its order, each message once, with author and date at its head', async (t) => {
  const { scene, chat, ids, texts } = await openTexts(t, 6);
  scene.erase(
    chat,
    ids.filter((_, index) => index !== 3),
  );
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const rehearsed = await scene.call(['restore', plan, '--dry-run', '--json']);
  assert.equal(rehearsed.records.find(({ event }) => event === 'dry_run')?.['sent'], 5, rehearsed.stdout);
  assert.deepEqual(texts(), ['text 4'], 'a dry run posts nothing');
  const first = await scene.call(['restore', plan]);
  assert.equal(first.status, 0, String(first.thrown));
  assert.match(first.stdout, /This account posts the messages as new ones, with new ids\.\n/);
  assert.match(first.stdout, /\n1 message is still in the chat, and was left alone\.\n$/);
  const [ann, bob] = [scene.filled.user, scene.filled.plain.user].map(({ firstName, lastName }) =>
    [firstName, lastName].filter(Boolean).join(' '),
  );
  const headed = (index: number): string =>
    `${index % 3 === 0 ? bob : ann}, 2023-11-14 22:13 UTC\n\ntext ${index}`;
  const restored = ['text 4', ...[1, 2, 3, 5, 6].map(headed)];
  assert.deepEqual(texts(), restored);
  const again = await scene.call(['restore', plan]);
  assert.equal(again.status, 0, String(again.thrown));
  assert.deepEqual(texts(), restored, 'nothing is posted twice');
  const status = await scene.call(['status']);
  assert.match(
    status.stdout,
    /^the archive of Old group \(-100\d+\) → Old group \(-100\d+\)\n {2}5 messages done, /,
  );
  const actions = await inDatabase(scene, (db) =>
    db.selectFrom('action_log').select('state').where('action', '=', 'restore').orderBy('seq').execute(),
  );
  assert.deepEqual(
    actions.map(({ state }) => state),
    ['started', 'completed', 'started', 'completed'],
  );
});

test('another plan of the same chat posts what is in front of the first one, and nothing that came back', async (t) => {
  const { scene, chat, ids, texts } = await openTexts(t, 6);
  scene.erase(chat, ids);
  const later = await scene.plan(chat, new Map([[chat.id, ids.slice(3)]]));
  const all = await scene.plan(chat, new Map([[chat.id, ids]]));
  await scene.call(['restore', later, '--attribution', 'none']);
  assert.deepEqual(texts(), ['text 4', 'text 5', 'text 6']);
  const second = await scene.call(['restore', all, '--attribution', 'none']);
  assert.equal(second.status, 0, String(second.thrown));
  assert.deepEqual(texts(), ['text 4', 'text 5', 'text 6', 'text 1', 'text 2', 'text 3']);
});

test('ATTRIBUTION=none of the settings file leaves author and date out', async (t) => {
  const { scene, chat, ids, texts } = await openTexts(t, 1);
  scene.erase(chat, ids);
  await writeFile(join(scene.cwd, '.env'), 'ATTRIBUTION=none\n');
  const outcome = await scene.call(['restore', await scene.plan(chat, new Map([[chat.id, ids]]))]);
  assert.equal(outcome.status, 0, String(outcome.thrown));
  assert.deepEqual(texts(), ['text 1']);
});

test('without a plan, the kept messages that a selection takes go into another chat', async (t) => {
  const { scene, chat, ids } = await openTexts(t, 6);
  const { world } = scene.sandbox;
  const target = world.createChannel({ title: 'New', megagroup: true, creator: scene.filled.user.id });
  const [from, to] = [ids[1], ids[4]].map(String);
  const words = ['--chat', String(chat.id), '--target', String(target.id), '--attribution', 'none'];
  const only = ['--from-id', from ?? '', '--to-id', to ?? '', '--limit', '3'];
  const texts = () => scene.messages(target).flatMap(({ action, text }) => (action ? [] : [text]));
  await scene.call(['restore', ...words, ...only]);
  assert.deepEqual(texts(), ['text 2', 'text 3', 'text 4']);
  const second = await scene.call(['restore', ...words, ...only]);
  assert.equal(second.status, 0, String(second.thrown));
  assert.deepEqual(texts(), ['text 2', 'text 3', 'text 4', 'text 5'], 'the limit is of each run');
});

test('messages of a plan that nobody has kept are counted, and the status says that something is lacking', async (t) => {
  const { scene, chat, ids, texts } = await openTexts(t, 3);
  scene.sandbox.world.post({ chat: chat.id, from: scene.filled.user.id, text: 'never kept' });
  const all = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  scene.erase(chat, all);
  const plan = await scene.plan(chat, new Map([[chat.id, all]]));
  const outcome = await scene.call(['restore', plan, '--json', '--attribution', 'none']);
  assert.equal(outcome.status, 1);
  assert.deepEqual(
    outcome.records.find(({ event }) => event === 'left'),
    { event: 'left', not_archived: 1, dryRun: false },
  );
  assert.deepEqual(texts(), ['text 1', 'text 2', 'text 3']);
  assert.equal(ids.length, 3);
});

test('a plan of another server or account, a plan with a chat, and a chat without a target are refused', async (t) => {
  const { scene, chat, ids } = await openTexts(t, 1);
  const planned = new Map([[chat.id, ids]]);
  const codeOf = async (...args: string[]): Promise<string | undefined> =>
    ((await scene.call(['restore', ...args])).thrown as UsageError | undefined)?.code;
  assert.equal(await codeOf(await scene.plan(chat, planned, { server: null })), 'PLAN_OTHER_SERVER');
  assert.equal(await codeOf(await scene.plan(chat, planned, { account: '5' })), 'PLAN_OTHER_ACCOUNT');
  assert.equal(await codeOf(await scene.plan(chat, planned), '--chat', String(chat.id)), 'CONTRADICTION');
  assert.equal(await codeOf('--chat', String(chat.id)), 'RESTORE_NO_TARGET');
  assert.equal(await codeOf(), 'RESTORE_NOTHING');
  const lost = { id: -1_009_999_999, title: 'Gone' };
  const empty = await scene.plan(lost, new Map([[lost.id, ids]]));
  assert.equal(await codeOf(empty), 'UNKNOWN_CHAT');
});

test('telepi verify --restored finds what was changed and what is missing since, and says what was never restored', async (t) => {
  const { scene, chat, ids } = await openTexts(t, 4);
  scene.erase(chat, ids);
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const codeOf = async (...args: string[]): Promise<string | undefined> =>
    ((await scene.call(['verify', ...args])).thrown as UsageError | undefined)?.code;
  assert.equal(await codeOf('--restored', plan), 'NO_RESTORE');
  assert.equal(await codeOf('--restored', plan, '--without-ledger'), 'CONTRADICTION');
  await scene.call(['restore', plan]);
  const whole = await scene.call(['verify', '--restored', plan, '--json']);
  assert.deepEqual([whole.status, whole.records[0]?.['compared']], [0, 4], String(whole.thrown));
  const copies = scene.messages(chat).filter(({ action }) => !action);
  const [first, second] = copies;
  assert.ok(first && second);
  scene.sandbox.world.announce(editMessage(scene.sandbox.world, first, { text: 'changed' }, undefined));
  scene.erase(chat, [second.id]);
  const damaged = await scene.call(['verify', '--restored', plan, '--json']);
  assert.equal(damaged.status, 1);
  assert.deepEqual(damaged.records[0]?.['differences'], { missing: 1, text: 1 });
});

test('a message that comes back answers the very message that is still there, or the one that came back with it', async (t) => {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator });
  const post = (text: string, toId?: number): number =>
    world.post({ chat: chat.id, from: creator, text, ...(toId !== undefined && { replyTo: toId }) }).id;
  const stays = post('stays');
  const goes = post('goes');
  const answers = [post('answers what stays', stays), post('answers what goes', goes)];
  await scene.keep(chat);
  scene.erase(chat, [goes, ...answers]);
  const plan = await scene.plan(chat, new Map([[chat.id, [goes, ...answers]]]));
  const { status, thrown } = await scene.call(['restore', plan, '--attribution', 'none']);
  assert.equal(status, 0, String(thrown));
  const [, first, ...others] = scene.messages(chat).filter(({ action }) => !action);
  assert.deepEqual(
    others.map(({ text, reply }) => [text, reply?.toId]),
    [
      ['answers what stays', stays],
      ['answers what goes', first?.id],
    ],
  );
});

test('copies that were erased are reported by the same plan with status 1, and come back by verify --repair', async (t) => {
  const { scene, chat, ids, texts } = await openTexts(t, 3);
  scene.erase(chat, ids);
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const restore = () => scene.call(['restore', plan, '--attribution', 'none', '--json']);
  assert.equal((await restore()).status, 0);
  const copies = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  scene.erase(chat, copies.slice(1));
  const again = await restore();
  assert.equal(again.status, 1, String(again.thrown));
  const left = again.records.find(({ event }) => event === 'left');
  assert.deepEqual(left, { event: 'left', copy_gone: 2, dryRun: false });
  assert.deepEqual(texts(), ['text 1']);
  const queued = await scene.call(['verify', '--restored', plan, '--repair']);
  assert.equal(queued.thrown, undefined);
  assert.equal((await restore()).status, 0);
  assert.deepEqual(texts(), ['text 1', 'text 2', 'text 3']);
  assert.equal((await restore()).status, 0);
});
