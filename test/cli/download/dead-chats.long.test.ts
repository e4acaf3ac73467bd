import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { RpcError } from '../../../lib/sandbox/rpc.js';
import { download, downloadsIn, FILL, failing, filesIn } from '../../support/download-command.js';
import { openScene, recordsOf, type Scene } from '../../support/scene.js';

const LIVE = '@sandbox_readonly';
const VIDEOS = ['--kind', 'video'];

/** A channel with a video of its own, which somebody else owns. */
function otherChannel({ sandbox, filled }: Scene, username?: string) {
  const { world } = sandbox;
  const owner = world.createUser({
    phone: `99966${username?.length ?? 0}0777`,
    code: '1',
    firstName: 'Olaf',
  });
  const chat = world.createChannel({
    title: 'Short-lived',
    creator: owner.id,
    ...(username && { username }),
  });
  world.addMember(chat, filled.plain.user.id);
  world.addMember(chat, filled.user.id);
  const { id: fileId } = sandbox.files.add({
    kind: 'document',
    dcId: 2,
    size: 5_000,
    mimeType: 'video/mp4',
    attributes: [
      { type: 'video', duration: 1, width: 64, height: 48, supportsStreaming: true },
      { type: 'filename', name: 'own.mp4' },
    ],
  });
  world.post({ chat: chat.id, from: owner.id, media: { kind: 'document', fileId, spoiler: false } });
  return chat;
}

function removeFrom({ sandbox, filled }: Scene, chat: ReturnType<typeof otherChannel>): void {
  chat.members.get(filled.user.id)?.bans.add('viewMessages');
  sandbox.world.touch();
}

const linesWith = (text: string, words: string): string[] =>
  text.split('\n').filter((line) => line.includes(words));

test('a chat that has removed this account is left out and named, and the others are downloaded', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const dead = otherChannel(scene);
  removeFrom(scene, dead);
  const { status, stdout, stderr } = await failing(scene, [String(dead.id), LIVE, ...VIDEOS]);
  assert.equal(status, 1, stderr);
  assert.match(stdout, /^Downloaded 2 files/m);
  assert.deepEqual(linesWith(stdout + stderr, 'Short-lived'), [
    `"Short-lived" (${dead.id}) was not read: this account was removed from it, or may not see it.`,
  ]);
  assert.equal(filesIn(join(scene.cwd, 'downloads')).length, 2);
  const rows = await downloadsIn(scene);
  const last = rows.at(-1);
  assert.equal(last?.state, 'completed');
  assert.equal((JSON.parse(String(last?.counts)) as { leftOut?: number }).leftOut, 1);

  const json = await failing(scene, [LIVE, String(dead.id), ...VIDEOS, '--json', '--dry-run']);
  assert.equal(json.status, 1);
  const dryRun = recordsOf(json.stdout).find(({ event }) => event === 'dry_run');
  assert.deepEqual(
    (dryRun?.['leftOut'] as { chatId: number }[] | undefined)?.map(({ chatId }) => chatId),
    [dead.id],
  );

  await assert.rejects(failing(scene, [String(dead.id), ...VIDEOS]), {
    code: 'CHAT_OUT_OF_REACH',
    message: /The channel "Short-lived" .* can't be used/,
  });
});

test('a name that leads nowhere is refused before any work, unless it was downloaded from before', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  await assert.rejects(failing(scene, [LIVE, '@short_livde', ...VIDEOS]), {
    code: 'UNKNOWN_CHAT',
    message: /No chat @short_livde is known to this account/,
  });
  assert.deepEqual(filesIn(join(scene.cwd, 'downloads')), []);

  const dead = otherChannel(scene, 'short_lived');
  await download(scene, ['@short_lived', ...VIDEOS]);
  dead.members.delete(scene.filled.user.id);
  dead.username = undefined;
  scene.sandbox.world.touch();
  for (const name of ['@Short_Lived', String(dead.id)]) {
    const { status, stdout, stderr } = await failing(scene, [name, LIVE, ...VIDEOS]);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^(?:Downloaded|Skipped) 2 files/m);
    assert.match(stdout, /^"Short-lived" \(-100\d+\) was not read: this account doesn't find it any more/m);
  }
  await assert.rejects(failing(scene, ['@short_lived', ...VIDEOS]), { code: 'UNKNOWN_CHAT' });
});

test('a chat that shuts this account out while it is read is left out from there on', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const dead = otherChannel(scene, 'short_lived');
  for (const args of [[], ['--dry-run']]) {
    scene.sandbox.weather.script({
      method: 'messages.GetHistory',
      nth: 1,
      fate: { kind: 'refuse', error: new RpcError(400, 'CHANNEL_PRIVATE') },
    });
    const { status, stdout, stderr } = await failing(scene, ['@short_lived', LIVE, ...VIDEOS, ...args]);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^(?:Downloaded|A download skips) 2 files/m);
    assert.deepEqual(linesWith(stdout + stderr, 'was not read'), [
      `"Short-lived" (${dead.id}) was not read to its end: the chat is private and this account is not in it, or was removed; join it first (CHANNEL_PRIVATE).`,
    ]);
  }
});

test('a file of a chat that shuts this account out meanwhile fails alone', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  otherChannel(scene, 'short_lived');
  scene.sandbox.weather.script({
    method: 'upload.GetFile',
    nth: 1,
    fate: { kind: 'refuse', error: new RpcError(400, 'CHANNEL_PRIVATE') },
  });
  const { status, stdout, stderr } = await failing(scene, ['@short_lived', LIVE, ...VIDEOS]);
  assert.equal(status, 1, stderr);
  assert.match(stdout, /^Downloaded 2 files/m);
  assert.match(stdout, /^ {2}message \d+ of -100\d+, .*\.mp4: The chat is private/m);
});

test('a schedule continues with the other chats when one is deleted, and says so in each run', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const dead = otherChannel(scene, 'short_lived');
  let seen = '';
  const { status, stdout, stderr } = await scene.run(
    ['download', '@short_lived', LIVE, ...VIDEOS, '--schedule', '* * * * * *'],
    {},
    {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          seen += text;
          if (/^Downloaded 3 files/m.test(seen) && dead.username !== undefined) {
            dead.username = undefined;
            dead.members.clear();
            scene.sandbox.world.touch();
          }
          if (linesWith(seen, 'was not read').length >= 2 && !child.killed) child.kill('SIGINT');
        });
      },
    },
  );
  assert.equal(status, 130, stderr);
  assert.match(stdout, /^"Short-lived" \(-100\d+\) was not read: /m);
  const after = stdout.slice(stdout.indexOf('was not read'));
  assert.match(after, /^Skipped 2 files that have been downloaded before\.$/m);
  assert.doesNotMatch(stderr, /No chat @short_lived/);
});
