import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { UsageError } from '../../lib/base/errors.js';
import { silentLog } from '../../lib/base/log.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { decodeState, encodeState } from '../../lib/sandbox/state-codec.js';
import { readState, type SandboxState, StateSaver } from '../../lib/sandbox/state-file.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { FakeClock } from '../support/fake-clock.js';
import { inputPeer } from '../support/input-peer.js';
import { libraryClient } from '../support/library-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const { state } = fc.letrec((tie) => ({
  state: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('state'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('state'), { maxKeys: 4, noNullPrototype: true }),
    fc
      .array(fc.tuple(fc.oneof(fc.integer(), fc.bigInt(), fc.string()), tie('state')))
      .map((pairs) => new Map(pairs)),
    fc.uniqueArray(fc.oneof(fc.integer(), fc.string())).map((items) => new Set(items)),
  ),
}));

test('any state comes back from the file unchanged, and the same state gives the same text', () => {
  fc.assert(
    fc.property(state, (value) => {
      const text = encodeState(value);
      assert.deepEqual(decodeState(text), value);
      assert.equal(encodeState(decodeState(text)), text);
    }),
  );
});

test('a sandbox continues with its sessions, messages, random_ids, files and ports', async (t) => {
  const folder = temporaryFolder(t);
  const stateFile = join(folder, 'state.json');
  const first = await startSandbox({ seed: 'kept', stateFile });
  assert.equal(first.restored, false);
  const me = first.world.createUser({
    phone: '99966001',
    code: '12345',
    firstName: 'Ann',
    password: 'secret',
  });
  const chat = first.world.createChannel({ title: 'Kept', creator: me.id, forum: true });
  const topic = first.world.createTopic(chat, { title: 'Topic' });
  const file = first.files.add({
    kind: 'document',
    dcId: 2,
    size: 3_000_000,
    mimeType: 'x/y',
    attributes: [],
  });
  const sha256 = await first.files.sha256(file);
  first.world.post({
    chat: chat.id,
    from: me.id,
    topicId: topic.id,
    media: { kind: 'document', fileId: file.id, spoiler: true },
  });
  const client = libraryClient(first.server);
  await client.connect();
  await client.start({
    phoneNumber: '99966001',
    phoneCode: async () => '12345',
    password: async () => 'secret',
    onError: async (error) => {
      throw error;
    },
  });
  const peer = inputPeer(first.world, me.id, chat.id);
  const send = (message: string) => new Api.messages.SendMessage({ peer, message, randomId: toLong(77n) });
  const sent = await client.invoke(send('before'));
  await client.disconnect();
  await first.close();
  assert.equal((await stat(stateFile)).mode & 0o777, 0o600, 'it holds keys');

  const second = await startSandbox({ stateFile });
  try {
    assert.equal(second.restored, true);
    assert.deepEqual([second.server, second.dcs, second.seed], [first.server, first.dcs, first.seed]);
    await client.connect();
    const again = (await client.invoke(send('after'))) as Api.Updates;
    assert.equal(
      (again.updates[0] as Api.UpdateMessageID).id,
      ((sent as Api.Updates).updates[0] as Api.UpdateMessageID).id,
    );
    const history = await client.getMessages(peer, { limit: 10 });
    assert.deepEqual(
      Array.from(history, ({ message }) => message ?? ''),
      ['before', '', '', ''],
    );
    const kept = second.files.get(file.id);
    assert.ok(kept);
    assert.equal(await second.files.sha256(kept), sha256);
    const added = second.files.add({ kind: 'document', dcId: 1, size: 1, mimeType: 'x/y', attributes: [] });
    assert.notEqual(added.id, file.id, 'a restart draws other ids from the seed');
  } finally {
    await client.disconnect();
    await second.close();
  }
});

/** The state of a sandbox that has ended, and the file in which it is. */
async function savedState(t: TestContext): Promise<{ path: string; saved: SandboxState }> {
  const path = join(temporaryFolder(t), 'state.json');
  const sandbox = await startSandbox({ stateFile: path });
  await sandbox.close();
  const saved = await readState(path);
  assert.ok(saved);
  return { path, saved };
}

test('a change is written half a second later, without waiting for the end', async (t) => {
  const { path, saved } = await savedState(t);
  const clock = new FakeClock();
  const saver = new StateSaver({ path, clock, log: silentLog, snapshot: () => ({ ...saved, run: 99 }) });
  saver.touch();
  saver.touch();
  assert.equal(clock.sleeping, 1);
  await clock.advance(499);
  assert.equal((await readState(path))?.run, saved.run);
  await clock.advance(1);
  while ((await readState(path))?.run !== 99);
  await saver.close();
  assert.equal(clock.sleeping, 0);
});

test('a state that is written when the sandbox closes is not replaced by one that was being written', async (t) => {
  const { path, saved } = await savedState(t);
  const clock = new FakeClock();
  // Its length makes the earlier write the slower one.
  const states = [{ ...saved, run: 98, seed: 'x'.repeat(20_000_000) }];
  const snapshot = () => states.pop() ?? { ...saved, run: 99 };
  const saver = new StateSaver({ path, clock, log: silentLog, snapshot });
  saver.touch();
  await clock.advance(500);
  assert.equal(states.length, 0, 'the earlier write is under way');
  await saver.close();
  // The earlier write may end after the last one.
  while ((await readdir(dirname(path))).length > 1) await new Promise((next) => setImmediate(next));
  assert.equal((await readState(path))?.run, 99);
});

test('while a disk is slow one write waits at most, and takes the latest state', async (t) => {
  const { path, saved } = await savedState(t);
  const clock = new FakeClock();
  const written: number[] = [];
  const release: (() => void)[] = [];
  let run = 1;
  const write = async (_path: string, data: string | Uint8Array): Promise<void> => {
    written.push((decodeState(String(data)) as SandboxState).run);
    await new Promise<void>((resolve) => release.push(resolve));
  };
  const snapshot = () => ({ ...saved, run });
  const saver = new StateSaver({ path, clock, log: silentLog, snapshot, write });
  for (; run <= 5; run++) {
    saver.touch();
    await clock.advance(500);
  }
  assert.deepEqual(written, [1], 'the disk is busy with the first');
  run = 6;
  while (written.length < 2) {
    release.pop()?.();
    await clock.advance(0);
  }
  run = 7;
  const closed = saver.close();
  while (written.length < 3) {
    release.pop()?.();
    await clock.advance(0);
  }
  release.pop()?.();
  await closed;
  assert.deepEqual(written, [1, 6, 7]);
});

test('a damaged file is an error that names it, never a fresh start', async (t) => {
  const folder = temporaryFolder(t);
  const stateFile = join(folder, 'state.json');
  const sandbox = await startSandbox({ stateFile });
  await sandbox.close();
  const whole = await readFile(stateFile, 'utf8');
  const damages = [
    whole.slice(0, whole.length / 2),
    '',
    '{}',
    '[]',
    'null',
    whole.replace('"version":1', '"version":2'),
    whole.replace('"accounts":{"$":"map"', '"accounts":{"$":"set"'),
    whole.replace('"privateKeyPem"', '"other"'),
    whole.replace('{"$":"map"', '{"$":"heap"'),
  ];
  for (const damaged of damages) {
    assert.notEqual(damaged, whole);
    await writeFile(stateFile, damaged);
    await assert.rejects(startSandbox({ stateFile }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.code, 'STATE_DAMAGED');
      assert.ok(error.message.includes(stateFile));
      assert.match(error.message, /left as it is: name another file with --state/);
      return true;
    });
    assert.equal(await readFile(stateFile, 'utf8'), damaged, 'it is left as it is');
  }
  await assert.rejects(startSandbox({ stateFile: folder }), { code: 'STATE_UNREADABLE' });
});

test("a state that can't be written is refused before anything is served", async (t) => {
  const stateFile = join(temporaryFolder(t), 'missing', 'state.json');
  await assert.rejects(startSandbox({ stateFile }), { code: 'STATE_UNWRITABLE' });
});
