import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { loginSettings } from '../support/sandbox-environment.js';
import { openScene, type Scene } from '../support/scene.js';

let scene: Scene;
const ended: (() => unknown)[] = [];
before(async () => {
  scene = await openScene({ after: (end) => void ended.push(end as () => unknown) });
  await scene.signIn();
});
after(async () => {
  for (const end of ended.reverse()) await end();
});

const supergroup = (title: string, username?: string): Chat =>
  scene.sandbox.world.createChannel({
    title,
    creator: scene.filled.user.id,
    megagroup: true,
    ...(username === undefined ? {} : { username }),
  });
const post = (chat: Chat, ...texts: readonly string[]): void => {
  for (const text of texts) scene.sandbox.world.post({ chat: chat.id, from: scene.filled.user.id, text });
};
const textsIn = (chat: Chat): string[] =>
  scene.sandbox.world
    .messagesWith(scene.filled.user.id, chat.id)
    .flatMap(({ action, text }) => (action ? [] : text));
const pair = (source: Chat | string, target: Chat | string): Record<string, string> => {
  const named = (chat: Chat | string): string => (typeof chat === 'string' ? chat : String(chat.id));
  return { SOURCE_CHAT: named(source), TARGET_CHAT: named(target), MIN_INTERVAL: '0' };
};

test('a name that leads to another chat than when the job was begun is refused, by check too', async () => {
  const [first, target] = [supergroup('First', 'moving_name'), supergroup('Copy of first')];
  post(first, 'one');
  assert.equal((await scene.run(['run'], pair('@Moving_Name', target))).status, 0);
  first.username = undefined;
  const second = supergroup('Second', 'moving_name');
  post(second, 'two');
  const said = new RegExp(
    `SOURCE_CHAT=@moving_name led to "First" \\(${first.id}\\) when the job in .*_to_${target.id}(?:_of_\\w+)? was begun, ` +
      `and leads to "Second" \\(${second.id}\\) now: set SOURCE_CHAT=${first.id} to continue that job, or SOURCE_CHAT=${second.id} for the other chat\\.`,
  );
  const refused = await scene.run(['run'], pair('@moving_name', target));
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, said);
  assert.match((await scene.run(['check'], pair('@moving_name', target))).stdout, said);
  post(first, 'three');
  assert.equal((await scene.run(['run'], pair(first, target))).status, 0);
  assert.deepEqual(textsIn(target), ['one', 'three']);
  assert.equal((await scene.run(['run'], pair(second, target))).status, 0);
  assert.deepEqual(textsIn(target), ['one', 'three', 'two']);
});

test('another account in the same data directory neither touches nor restarts a job of the first', async () => {
  const source = supergroup('For two accounts');
  scene.sandbox.world.addMember(source, scene.filled.plain.user.id, { admin: true });
  const target = supergroup('Copy for two accounts');
  scene.sandbox.world.addMember(target, scene.filled.plain.user.id, { admin: true });
  post(source, 'one');
  assert.equal((await scene.run(['run'], pair(source, 'me'))).status, 0);
  assert.equal((await scene.run(['run'], pair(source, target))).status, 0);
  assert.equal((await scene.run(['logout'])).status, 0);
  const { phone, code } = scene.filled.plain;
  const login = await scene.run(['login'], {
    ...loginSettings(scene.filled),
    TG_PHONE: phone,
    TG_CODE: code,
  });
  assert.equal(login.status, 0, login.stderr);
  const [ann, bob] = [scene.filled.user.id, scene.filled.plain.user.id];
  const toMe = await scene.run(['run'], pair(source, 'me'));
  assert.equal(toMe.status, 2);
  assert.match(
    toMe.stderr,
    new RegExp(`TARGET_CHAT=me was the account ${ann} .*${bob} is signed in now: sign in as ${ann}`),
  );
  const toChat = await scene.run(['run'], pair(source, target));
  assert.equal(toChat.status, 2);
  assert.match(toChat.stderr, new RegExp(`was begun by the account ${ann}, and ${bob} is signed in`));
  assert.deepEqual(textsIn(target), ['one']);
});
