import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram/tl/index.js';
import { listedChatOf } from '../../lib/telegram/chat.js';
import { KnownUsers } from '../../lib/telegram/known-users.js';
import { toLong } from '../../lib/telegram/long.js';

const ID = 4_200_000_001;
const FIRST = { id: toLong(ID), accessHash: toLong(77), firstName: 'Ann' };

/** The description of a user after each of these was met. */
function describedAfter(...met: readonly object[]): object {
  const users = new KnownUsers();
  for (const fields of met) users.met({ users: [new Api.User({ ...FIRST, ...fields })] });
  return { ...users.chatOf(ID) };
}

for (const [what, change] of Object.entries({
  'another first name': { firstName: 'Anna' },
  'a last name': { lastName: 'Smith' },
  'a username': { username: 'ann' },
  'a username among several': { usernames: [new Api.Username({ username: 'ann', active: true })] },
  'another access hash': { accessHash: toLong(78) },
  'become a bot': { bot: true },
  'deleted the account': { deleted: true },
})) {
  test(`a user who has ${what} is described as such, and so is the way back`, () => {
    assert.notDeepEqual(describedAfter({}, change), describedAfter({}));
    const { unusable, ...changed } = listedChatOf(new Api.User({ ...FIRST, ...change }));
    assert.equal(unusable, undefined);
    assert.deepEqual(describedAfter({}, change), changed);
    assert.deepEqual(describedAfter(change, {}), describedAfter({}));
  });
}

test('a user of whom an answer says too little is described as before', () => {
  assert.deepEqual(describedAfter({}, { min: true, firstName: 'A.' }), describedAfter({}));
});

test('a user who has not changed is described once', () => {
  const users = new KnownUsers();
  users.met({ users: [new Api.User(FIRST)] });
  const first = users.chatOf(ID);
  users.met({ users: [new Api.User(FIRST)] });
  assert.equal(users.chatOf(ID), first);
});
