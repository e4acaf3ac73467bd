import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { InterruptedError } from '../../lib/base/errors.js';
import { readPlan, sealPlan, writePlan } from '../../lib/erase/plan-file.js';
import { editMessage } from '../../lib/sandbox/world/changing.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { FILL, inDatabase } from '../support/download-command.js';
import { hastyClock } from '../support/hasty-clock.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

interface EraseScene extends Scene {
  readonly group: Chat;
  telepi(
    args: readonly string[],
    more?: {
      readonly stop?: AbortController;
      readonly onSecond?: () => void;
      readonly clock?: Clock;
      readonly stdin?: PassThrough;
      readonly stdout?: PassThrough;
    },
  ): ReturnType<typeof runInProcess>;
  /** Ids that the group has now. */
  there(): number[];
  own(): number[];
}

/** A supergroup with own and other people's messages, of which everything is downloaded. */
async function openEraseScene(t: TestContext): Promise<EraseScene> {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const { sandbox, filled } = scene;
  const group = filled.chats.supergroup;
  const post = (from: number, text: string) => sandbox.world.post({ chat: group.id, from, text });
  for (let index = 1; index <= 3; index += 1) {
    post(filled.user.id, `mine ${index}`);
    post(filled.plain.user.id, `theirs ${index}`);
  }
  const telepi: EraseScene['telepi'] = (args, { stop = new AbortController(), onSecond, ...more } = {}) => {
    const { signal } = stop;
    const clock = hastyClock(signal, onSecond);
    return runInProcess(args, { environment: scene.connection, cwd: scene.cwd, clock, signal, ...more });
  };
  const there = () => (group.box?.messages ?? []).map(({ id }) => id);
  const own = () =>
    (group.box?.messages ?? [])
      .filter(({ sender, action }) => sender === filled.user.id && !action)
      .map(({ id }) => id);
  return { ...scene, group, telepi, there, own };
}

async function downloadAll({ telepi, group }: EraseScene): Promise<void> {
  await telepi(['download', String(group.id), '--media-type', 'all', '--output', 'files']);
}

async function planned({ telepi, group }: EraseScene, ...more: string[]): Promise<Record<string, unknown>> {
  const args = ['erase', 'plan', '--chat-id', String(group.id), '--for-everyone', '--json', ...more];
  const { stdout } = await telepi(args);
  const record = recordsOf(stdout).find(({ event }) => event === 'planned');
  assert.ok(record, stdout);
  return record;
}

test('own messages of a supergroup are planned, shown and deleted; everything else stays', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { group, telepi, there, own, cwd } = scene;
  const [before, mine] = [there(), own()];
  const shown = await telepi([
    'erase',
    'plan',
    '--chat',
    String(group.id),
    '--for-everyone',
    '--output',
    'plan.json',
  ]);
  assert.match(shown.stdout, /of "Sandbox supergroup" \(-100\d+\), for EVERYONE/);
  assert.match(shown.stdout, /\n {2}“[^\n]+”\n/);
  assert.match(shown.stdout, /Nothing was deleted\.\n/);
  assert.deepEqual(there(), before);
  const plan = JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8'));
  const count = String(plan.counts.messages);
  const done = await telepi(['erase', 'run', 'plan.json', '--confirm', group.title, count, '--json']);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.deepEqual(own(), []);
  assert.deepEqual(
    there(),
    before.filter((id) => !mine.includes(id)),
  );
  const [end] = recordsOf(done.stdout).slice(-1);
  assert.equal(end?.['event'], 'erased');
  assert.equal(end?.['deleted'], mine.length);
  const { marked, log } = await inDatabase(scene, async (db) => ({
    marked: await db
      .selectFrom('messages')
      .select('message_id')
      .where('deleted_datetime', 'is not', null)
      .execute(),
    log: await db
      .selectFrom('action_log')
      .select('state')
      .where('action', '=', 'delete')
      .orderBy('seq')
      .execute(),
  }));
  assert.deepEqual(
    marked.map(({ message_id }) => Number(message_id)).sort((a, b) => a - b),
    mine,
  );
  assert.deepEqual(
    log.map(({ state }) => state),
    ['started', 'completed'],
  );
  const again = await telepi(['erase', 'run', 'plan.json']);
  assert.equal(again.status, 0);
  assert.match(again.stdout, /Nothing of the plan is left/);
});

async function refused(telepi: EraseScene['telepi'], args: readonly string[], code: string): Promise<void> {
  await assert.rejects(telepi(args), { code }, args.join(' '));
}

test('a plan is refused that says less than what would happen, or that this account may not carry out', async (t) => {
  const { telepi, group, filled, cwd } = await openEraseScene(t);
  const plan = (chat: Chat, ...more: string[]) => ['erase', 'plan', '--chat', String(chat.id), ...more];
  await refused(telepi, plan(group), 'ERASE_FOR_EVERYONE');
  await refused(telepi, plan(filled.chats.channel, '--others'), 'ERASE_FOR_EVERYONE');
  await refused(telepi, plan(filled.chats.readOnly, '--for-everyone'), 'ERASE_NO_RIGHT');
  await refused(telepi, plan(group, '--own', '--others', '--for-everyone'), 'CONTRADICTION');
  await refused(telepi, plan(group, '--only-proven'), 'USAGE');
  await refused(telepi, ['erase', 'plan', '--for-everyone'], 'ERASE_NO_CHAT');
  await refused(telepi, ['erase', 'plan', 'words', '--chat', 'me'], 'USAGE');
  await refused(telepi, ['erase'], 'USAGE');
  await refused(telepi, ['erase', 'run'], 'USAGE');
  await refused(telepi, ['erase', 'run', 'plan.json', '--others'], 'USAGE');
  await refused(telepi, ['erase', 'run', 'plan.json', '--since', '2020'], 'USAGE');
  await refused(telepi, ['erase', 'run', 'plan.json', '--confirm', 'x'], 'USAGE');
  await telepi(plan(group, '--for-everyone', '--output', 'plan.json'));
  await refused(telepi, plan(group, '--for-everyone', '--output', 'plan.json'), 'PLAN_EXISTS');
  const nothing = await telepi(
    plan(group, '--for-everyone', '--until', '2001-01-01', '--output', 'none.json'),
  );
  assert.match(nothing.stdout, /no plan was written/);
  assert.throws(() => readFileSync(join(cwd, 'none.json')));
});

test('a plan of another server, account or chat deletes nothing, and neither does one that was changed', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, cwd, there, filled } = scene;
  const before = there();
  const { path } = await planned(scene);
  const { hash: _, ...plan } = await readPlan(String(path));
  const { chats } = filled;
  const changed: readonly (readonly [string, object])[] = [
    ['PLAN_OTHER_SERVER', { server: null }],
    ['PLAN_OTHER_SERVER', { server: 'test' }],
    ['PLAN_OTHER_ACCOUNT', { account: String(filled.plain.user.id) }],
    ['ERASE_FOR_EVERYONE', { for_everyone: false }],
    [
      'PLAN_OTHER_CHAT',
      { chat: { ...plan.chat, older: '-55' }, messages: [{ chat: '-55', ids: [[1, plan.counts.messages]] }] },
    ],
    [
      'UNKNOWN_CHAT',
      {
        chat: { ...plan.chat, id: '-1009999999999' },
        messages: [],
        counts: { messages: 0, own: 0, others: 0, by_kind: {} },
      },
    ],
    [
      'ERASE_NO_RIGHT',
      {
        chat: { ...plan.chat, id: String(chats.readOnly.id) },
        messages: plan.messages.map(({ ids }) => ({ chat: String(chats.readOnly.id), ids })),
      },
    ],
  ];
  for (const [index, [code, change]] of changed.entries()) {
    const other = join(cwd, `other-${index}.json`);
    await writePlan(other, sealPlan({ ...plan, ...change }));
    await refused(
      telepi,
      ['erase', 'run', other, '--confirm', plan.chat.title, String(plan.counts.messages)],
      code,
    );
  }
  const damaged = join(cwd, 'damaged.json');
  writeFileSync(damaged, readFileSync(String(path), 'utf8').replace('"own"', '"all"'));
  await refused(telepi, ['erase', 'run', damaged], 'PLAN_DAMAGED');
  assert.deepEqual(there(), before);
});

test('nothing is deleted without the title and the count, or when Ctrl-C comes within the minute', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, group, there } = scene;
  const before = there();
  const { path, counts } = await planned(scene);
  const run = ['erase', 'run', String(path)];
  const count = String((counts as { messages: number }).messages);
  await refused(telepi, run, 'ERASE_UNCONFIRMED');
  await refused(telepi, [...run, '--confirm', 'Another title', count], 'ERASE_UNCONFIRMED');
  await refused(telepi, [...run, '--confirm', group.title, `${count}0`], 'ERASE_UNCONFIRMED');
  let seconds = 0;
  const stop = new AbortController();
  const onSecond = () => {
    seconds += 1;
    if (seconds === 60) stop.abort(new InterruptedError('SIGINT'));
  };
  await assert.rejects(telepi([...run, '--confirm', group.title, count], { stop, onSecond }), {
    code: 'INTERRUPTED',
  });
  assert.equal(seconds, 60);
  assert.deepEqual(there(), before);
  const batches = await inDatabase(scene, (db) => db.selectFrom('erase_batches').selectAll().execute());
  assert.deepEqual(batches, []);
});

test('what nobody has confirmed, or wrongly, is refused before a file is read, and a run that could not begin leaves no lock', async (t) => {
  const scene = await openEraseScene(t);
  const { telepi, group, there } = scene;
  const before = there();
  const { path, counts } = await planned(scene);
  const run = ['erase', 'run', String(path)];
  const count = String((counts as { messages: number }).messages);
  await refused(telepi, run, 'ERASE_UNCONFIRMED');
  await refused(telepi, [...run, '--confirm', 'Another title', count], 'ERASE_UNCONFIRMED');
  const right = [...run, '--confirm', group.title, count];
  await assert.rejects(telepi([...right, '--blobs', 's3://files']), { code: 'MISSING_SETTING' });
  await refused(telepi, right, 'ERASE_UNPROVEN');
  assert.deepEqual(there(), before);
});

test('a run that fails says how much it has deleted, to people and in the record', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, group, own, filled, sandbox } = scene;
  for (let index = 0; index < 150; index += 1)
    sandbox.world.post({ chat: group.id, from: filled.user.id, text: `more ${index}` });
  await downloadAll(scene);
  const { path, counts } = await planned(scene);
  const { messages } = counts as { messages: number };
  const stop = new AbortController();
  const stdout = new PassThrough();
  let printed = '';
  stdout.on('data', (bytes) => {
    printed += String(bytes);
    if (printed.includes('"event":"progress"')) stop.abort(new InterruptedError('SIGINT'));
  });
  await assert.rejects(
    telepi(['erase', 'run', String(path), '--confirm', group.title, String(messages), '--json'], {
      stop,
      stdout,
    }),
    { code: 'INTERRUPTED' },
  );
  assert.equal(own().length, messages - 100);
  const [end] = recordsOf(printed).slice(-1);
  assert.deepEqual([end?.['event'], end?.['deleted'], end?.['pending']], ['erased', 100, messages - 100]);
});

test('what is asked on a terminal are the title and the count, and a wrong answer deletes nothing', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, group, own } = scene;
  const { path, counts } = await planned(scene);
  const count = String((counts as { messages: number }).messages);
  const answering = (...lines: string[]) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    stdin.end(lines.map((line) => `${line}\n`).join(''));
    return { stdin };
  };
  const run = ['erase', 'run', String(path)];
  await assert.rejects(telepi(run, answering(group.title, '1')), { code: 'ERASE_UNCONFIRMED' });
  assert.ok(own().length > 0);
  const { stderr } = await telepi(run, answering(group.title, count));
  assert.match(stderr, /Type the chat's title: /);
  assert.match(stderr, /will be deleted in 60 seconds\. Ctrl-C cancels/);
  assert.deepEqual(own(), []);
});

test('a second run of the chat is refused while one is under way', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, group } = scene;
  const { path, counts } = await planned(scene);
  const count = String((counts as { messages: number }).messages);
  const run = ['erase', 'run', String(path), '--confirm', group.title, count];
  let second: Promise<void> | undefined;
  let seconds = 0;
  const stop = new AbortController();
  const onSecond = () => {
    seconds += 1;
    if (seconds === 1) {
      second = refused(telepi, run, 'JOB_RUNNING').finally(() => stop.abort(new InterruptedError('SIGINT')));
    }
  };
  const clock: Clock = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    async sleep(ms, signal) {
      if (signal === stop.signal && ms === 1000) onSecond();
      return systemClock.sleep(ms, signal);
    },
  };
  await assert.rejects(telepi(run, { stop, clock }), { code: 'INTERRUPTED' });
  await second;
  assert.ok(seconds > 0);
});

test('what is not proven to be kept stays: not archived, imported, without its file, with another file, edited', async (t) => {
  const scene = await openEraseScene(t);
  await downloadAll(scene);
  const { telepi, group, filled, own, sandbox } = scene;
  const late = sandbox.world.post({ chat: group.id, from: filled.user.id, text: 'late' }).id;
  const texts = (group.box?.messages ?? []).filter(
    ({ text, sender }) => text.startsWith('mine') && sender === filled.user.id,
  );
  const photos = (group.box?.messages ?? []).filter(
    ({ media, sender }) => media?.kind === 'photo' && sender === filled.user.id,
  );
  const [imported, edited] = texts.map(({ id }) => id);
  const [changed, missing] = photos.map(({ id }) => id);
  assert.ok(imported && edited && changed && missing);
  const paths = await inDatabase(scene, async (db) => {
    await db
      .updateTable('messages')
      .set({ raw: null, raw_layer: null })
      .where('message_id', '=', imported)
      .where('chat_id', '=', group.id)
      .execute();
    return db
      .selectFrom('file_copies')
      .select(['message_id', 'path'])
      .where('chat_id', '=', group.id)
      .execute();
  });
  const pathOf = (id: number) => paths.find(({ message_id }) => Number(message_id) === id)?.path ?? '';
  appendFileSync(pathOf(changed), 'x');
  rmSync(pathOf(missing));
  const { path, counts, refused: stay } = await planned(scene);
  assert.equal(stay, 4);
  const count = String((counts as { messages: number }).messages);
  const run = ['erase', 'run', String(path), '--confirm', group.title, count, '--json'];
  const before = own();
  await refused(telepi, run, 'ERASE_UNPROVEN');
  assert.deepEqual(own(), before);
  const message = texts[1];
  assert.ok(message);
  sandbox.world.announce(editMessage(sandbox.world, message, { text: 'mine, edited' }, undefined));
  const { status, stdout } = await telepi([...run, '--only-proven']);
  assert.equal(status, 1);
  const [end] = recordsOf(stdout).slice(-1);
  const left = end?.['messages'] as readonly { readonly message: number; readonly reason: string }[];
  assert.deepEqual(
    new Map(left.map((each) => [each.message, each.reason])),
    new Map([
      [imported, 'not_from_telegram'],
      [changed, 'copy_differs'],
      [missing, 'no_copy_found'],
      [late, 'not_archived'],
      [edited, 'differs'],
    ]),
  );
  assert.deepEqual(
    own(),
    before.filter((id) => left.some((each) => each.message === id)),
  );
});
