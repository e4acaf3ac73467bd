import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { makeScene } from '../support/answering-scene.js';
import { requestsOf } from '../support/every-answer.js';
import { namedPeers } from '../support/named-peers.js';

/** Methods whose answers never name anybody, or describe the peers they name in a form of their own. */
const NAME_NOBODY =
  /^(?:(?:help|langpack|upload|auth|account|users)\.|messages\.(?:\w+HistoryImport(?:Peer)?|UploadImportedMedia)$)/;
/** Answers that consist of ids alone. */
const IDS_ALONE = new Set(['contacts.GetContactIDs', 'contacts.GetStatuses']);
/** A push or answer without lists of its own, as in Telegram. */
const WITHOUT_LISTS = new Set(['UpdateShortSentMessage', 'UpdateShort', 'UpdatesTooLong']);

test('every answer and every push describes all peers that it names', async () => {
  const scene = makeScene();
  const { methods, caller, pushed } = scene;
  const flaws: string[] = [];
  const asked = new Set<string>();
  let named = 0;
  const judge = (what: string, answer: unknown): void => {
    if (WITHOUT_LISTS.has((answer as { className?: string } | undefined)?.className ?? '')) return;
    const found = namedPeers(answer);
    named += found.named.size;
    flaws.push(...found.missing.map((flaw) => `${what}: ${flaw}`));
  };
  for (const request of requestsOf(scene)) {
    const name = (request as { className: string }).className;
    asked.add(name);
    const method = methods.get(name);
    assert.ok(method, name);
    judge(name, await method(request, caller));
  }
  for (const push of pushed) judge('a push', push);
  assert.deepEqual(flaws, []);
  assert.ok(named > 150 && pushed.length > 5, `${named} named, ${pushed.length} pushes`);
  const unasked = [...methods.keys()].filter(
    (name) => !asked.has(name) && !NAME_NOBODY.test(name) && !IDS_ALONE.has(name),
  );
  assert.deepEqual(unasked, [], 'a method that answers with messages, chats or users is asked here');
});

test('a peer that nobody describes is found, whatever field names it', () => {
  const peer = new Api.PeerChannel({ channelId: toLong(7) });
  const bare = new Api.messages.Chats({ chats: [] });
  const described = new Api.Updates({
    updates: [new Api.UpdateUserTyping({ userId: toLong(9), action: new Api.SendMessageTypingAction() })],
    users: [new Api.UserEmpty({ id: toLong(9) })],
    chats: [],
    date: 0,
    seq: 0,
  });
  assert.deepEqual(namedPeers(bare).missing, []);
  assert.deepEqual(namedPeers(described).missing, []);
  described.users = [];
  assert.deepEqual(namedPeers(described).missing, ['user 9 at /Updates.updates/UpdateUserTyping.userId']);
  const added = new Api.MessageActionChatAddUser({ users: [toLong(3), toLong(4)] });
  const service = new Api.MessageService({ id: 1, peerId: peer, date: 0, action: added });
  assert.deepEqual(
    namedPeers([service]).missing.map((flaw) => flaw.split(' at ')[0]),
    ['channel 7', 'user 3', 'user 4'],
  );
});
