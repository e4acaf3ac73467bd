import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { UsageError } from '../../lib/base/errors.js';
import type { MethodTable } from '../../lib/sandbox/rpc.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import type { World } from '../../lib/sandbox/world/world.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { signedInClient } from '../support/signed-in-client.js';

/** One kind of dialog: how it is listed, and what happens to it as a source and as a target. */
interface Kind {
  readonly type: string;
  readonly id: number | null;
  readonly title: string;
  readonly left?: true;
  readonly archived?: true;
  /** The texts that its clone has; otherwise the words in which it is refused. */
  readonly source: readonly string[] | RegExp;
  readonly mayPost: boolean;
}

/** Every kind of dialog that Telegram has, each with a text in it. */
function makeKinds(world: World, me: Account): readonly Kind[] {
  const owner = world.createUser({ firstName: 'Owner' });
  const say = (chat: number, from: number, text: string): string => {
    world.post({ chat, from, text });
    return text;
  };
  const people = makePeople(world, me, say);
  const groups = makeGroups(world, me, owner, say);
  const channels = makeChannels(world, me, owner, say);
  me.communities = [
    { id: 31, title: 'A community' },
    { id: 32, title: 'A closed community', forbidden: true },
  ];
  const community = { type: 'community', id: null, source: /never asked for/, mayPost: false };
  return [
    ...people,
    ...groups,
    ...channels,
    { ...community, title: 'A community' },
    { ...community, title: 'A closed community' },
  ];
}

type Say = (chat: number, from: number, text: string) => string;

function makePeople(world: World, me: Account, say: Say): readonly Kind[] {
  const user = (firstName: string, id?: number): Account =>
    world.createUser({ firstName, ...(id === undefined ? {} : { id }) });
  const friend = user('A friend');
  const gone = user('Gone');
  const little = user('Little');
  const service = user('Telegram', 777_000);
  const replies = user('Replies', 1_271_266_957);
  const codes = user('Verification Codes', 489_000);
  const bot = world.createBot({ firstName: 'A bot' });
  const forum = world.createBot({ firstName: 'A forum bot' });
  forum.botForum = true;
  const from = (account: Account): string[] => [say(me.id, account.id, `from ${account.firstName}`)];
  const texts = new Map(
    [friend, gone, little, service, replies, codes, bot, forum].map((one) => [one, from(one)]),
  );
  gone.deleted = true;
  me.littleKnown = new Set([little.id]);
  me.archived = new Set([friend.id]);
  const kind = (type: string, account: Account, mayPost: boolean): Kind => ({
    type,
    id: account.id,
    title: account.firstName,
    source: texts.get(account) ?? [],
    mayPost,
  });
  return [
    { ...kind('user', friend, true), archived: true },
    { ...kind('deleted account', gone, false), title: 'Deleted Account' },
    { ...kind('user', little, false), source: /Telegram says too little about it/ },
    kind('service notifications', service, false),
    kind('replies', replies, false),
    kind('verification codes', codes, false),
    kind('bot', bot, true),
    kind('bot forum', forum, true),
    { ...kind('saved messages', me, true), title: 'Saved Messages', source: [say(me.id, me.id, 'a note')] },
  ];
}

function makeGroups(world: World, me: Account, owner: Account, say: Say): readonly Kind[] {
  const group = (title: string): { id: number; kind: Kind; world: ReturnType<World['createGroup']> } => {
    const made = world.createGroup({ title, creator: owner.id, members: [me.id] });
    const source = [say(made.id, owner.id, `in ${title}`)];
    return { id: made.id, world: made, kind: { type: 'group', id: made.id, title, source, mayPost: true } };
  };
  const usual = group('A group');
  const left = group('A left group');
  world.removeMember(left.world, me.id, { left: true });
  const removed = group('A group without me');
  world.removeMember(removed.world, me.id);
  const over = group('A deactivated group');
  over.world.deactivated = true;
  return [
    usual.kind,
    { ...left.kind, left: true, mayPost: false },
    { ...removed.kind, source: /this account was removed from it/, mayPost: false },
    { ...over.kind, type: 'deactivated group', mayPost: false },
  ];
}

function makeChannels(world: World, me: Account, owner: Account, say: Say): readonly Kind[] {
  const channel = (
    title: string,
    type: string,
    more: object,
    mayPost: boolean,
  ): Kind & { readonly id: number } => {
    const chat = world.createChannel({ title, creator: owner.id, ...more });
    world.addMember(chat, me.id);
    return { type, id: chat.id, title, source: [say(chat.id, owner.id, `in ${title}`)], mayPost };
  };
  const ban = (kind: Kind): Kind => {
    world
      .chat(kind.id ?? 0)
      ?.members.get(me.id)
      ?.bans.add('viewMessages');
    return { ...kind, source: /this account was removed from it/, mayPost: false };
  };
  const direct = channel('Direct messages', 'direct messages', { monoforum: true }, true);
  return [
    channel('A channel', 'channel', {}, false),
    channel('A supergroup', 'supergroup', { megagroup: true }, true),
    channel('A forum', 'forum', { forum: true }, true),
    channel('A gigagroup', 'gigagroup', { gigagroup: true }, false),
    { ...direct, source: /a channel's direct messages can't be cloned/ },
    ban(channel('A channel without me', 'channel', {}, false)),
    ban(channel('A supergroup without me', 'supergroup', { megagroup: true }, false)),
  ];
}

/** A server that names these in its list of dialogs, but says nothing else about them. */
const EMPTY = { user: 5_900_000_001, group: 4_900_001, channel: 2_900_000_001 };

const NAMELESS: readonly Kind[] = [
  { type: 'unknown', id: EMPTY.user, title: 'Unknown', source: /Telegram says too little/, mayPost: false },
  {
    type: 'unknown',
    id: -EMPTY.group,
    title: 'Unknown',
    source: /Telegram says too little/,
    mayPost: false,
  },
  {
    type: 'channel',
    id: -1_000_000_000_000 - EMPTY.channel,
    title: 'Unknown',
    source: /this account was removed from it/,
    mayPost: false,
  },
];

function withNameless(methods: MethodTable): MethodTable {
  const list = methods.get('messages.GetDialogs');
  assert.ok(list);
  return new Map([
    ...methods,
    [
      'messages.GetDialogs',
      async (request, caller) => {
        const answer = await list(request, caller);
        if (answer instanceof Api.messages.Dialogs) {
          const peers = [
            new Api.PeerUser({ userId: toLong(EMPTY.user) }),
            new Api.PeerChat({ chatId: toLong(EMPTY.group) }),
            new Api.PeerChannel({ channelId: toLong(EMPTY.channel) }),
          ];
          answer.dialogs.push(...peers.map(dialogOf));
          answer.users.push(new Api.UserEmpty({ id: toLong(EMPTY.user) }));
          answer.chats.push(new Api.ChatEmpty({ id: toLong(EMPTY.group) }));
        }
        return answer;
      },
    ],
  ]);
}

function dialogOf(peer: Api.TypePeer): Api.Dialog {
  return new Api.Dialog({
    peer,
    topMessage: 1,
    readInboxMaxId: 0,
    readOutboxMaxId: 0,
    unreadCount: 0,
    unreadMentionsCount: 0,
    unreadReactionsCount: 0,
    unreadPollVotesCount: 0,
    notifySettings: new Api.PeerNotifySettings({}),
  });
}

async function openKinds(
  t: Parameters<typeof openScene>[0],
): Promise<Scene & { readonly kinds: readonly Kind[] }> {
  const scene = await openScene(t, { methods: withNameless });
  const kinds = [...makeKinds(scene.sandbox.world, scene.filled.user), ...NAMELESS];
  await scene.signIn();
  return { ...scene, kinds };
}

function telepi(scene: Scene, args: readonly string[], environment: Record<string, string> = {}) {
  return runInProcess(args, {
    environment: { ...scene.connection, MIN_INTERVAL: '0', ...environment },
    cwd: scene.cwd,
  });
}

const isUsable = ({ source }: Kind): boolean => Array.isArray(source);

test('telepi chats lists every kind of dialog by its own name, archived ones too', async (t) => {
  const scene = await openKinds(t);
  const records = recordsOf((await telepi(scene, ['chats', '--json'])).stdout);
  for (const kind of scene.kinds) {
    const { type, id, title, left = false, archived = false } = kind;
    const found = records.filter((record) => record['id'] === id && record['title'] === title);
    assert.equal(found.length, 1, title);
    const [record = {}] = found;
    assert.deepEqual(
      [record['type'], record['left'], record['archived'], record['unusable'] === null],
      [type, left, archived, isUsable(kind)],
      title,
    );
    if (isUsable(kind)) assert.equal(record['canPost'], kind.mayPost, title);
  }
  assert.equal(records.length, scene.kinds.length + Object.keys(scene.filled.chats).length);
  const table = (await telepi(scene, ['chats'])).stdout;
  assert.match(table, /^\d+ +deleted account +Deleted Account$/m);
  assert.match(table, /^\d+ +user +A friend \(archived\)$/m);
  assert.match(table, /^-\d+ +group +A left group \(left\)$/m);
  assert.match(table, /^-\d+ +group +A group without me \(can't be used: this account was removed from it/m);
  assert.match(table, /^ +community +A community \(can't be used: .*choose one of its chats\)$/m);
});

test('each kind of chat is cloned with its content, or refused with the reason', async (t) => {
  const scene = await openKinds(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  for (const { id, title, source } of scene.kinds) {
    if (id === null) continue;
    const target = world.createChannel({ title: `Copy of ${title}`, creator });
    const environment = { SOURCE_CHAT: String(id), TARGET_CHAT: String(target.id) };
    if (source instanceof RegExp) {
      await assert.rejects(telepi(scene, ['run'], environment), (error) => {
        assert.ok(error instanceof UsageError && error.code === 'CHAT_OUT_OF_REACH', `${title}: ${error}`);
        assert.match(error.message, source, title);
        return error.message.includes(title);
      });
      const { stdout, status } = await telepi(scene, ['check', '--json'], environment);
      const finding = recordsOf(stdout).find(({ name }) => name === 'source');
      assert.match(String(finding?.['detail']), source, `check of ${title}`);
      assert.equal(status, 2, title);
      continue;
    }
    assert.equal((await telepi(scene, ['run'], environment)).status, 0, title);
    const texts = target.box?.messages.flatMap(({ text }) => text || []);
    assert.deepEqual(texts, source, title);
  }
});

test('a kind that nobody can write to is refused as a target', async (t) => {
  const scene = await openKinds(t);
  const SOURCE_CHAT = String(scene.filled.chats.channel.id);
  for (const { id, title } of scene.kinds.filter((kind) => isUsable(kind) && !kind.mayPost)) {
    const environment = { SOURCE_CHAT, TARGET_CHAT: String(id) };
    await assert.rejects(telepi(scene, ['run'], environment), (error) => {
      assert.ok(error instanceof UsageError && error.code === 'TARGET_READ_ONLY', `${title}: ${error}`);
      return true;
    });
  }
});

test('a public channel that was left is no longer a dialog, but is cloned by its name', async (t) => {
  const scene = await openScene(t);
  const { world } = scene.sandbox;
  const me = scene.filled.user;
  const owner = world.createUser({ firstName: 'Owner' });
  const left = world.createChannel({ title: 'Left', creator: owner.id, username: 'left_sand' });
  world.addMember(left, me.id);
  world.post({ chat: left.id, from: owner.id, text: 'still to be read' });
  world.removeMember(left, me.id);
  const target = world.createChannel({ title: 'Copy', creator: me.id });
  await scene.signIn();
  const listed = recordsOf((await telepi(scene, ['chats', '--json'])).stdout);
  assert.ok(!listed.some(({ id }) => id === left.id));
  const copy = String(target.id);
  assert.equal((await telepi(scene, ['run'], { SOURCE_CHAT: '@left_sand', TARGET_CHAT: copy })).status, 0);
  assert.deepEqual(
    target.box?.messages.flatMap(({ text }) => text || []),
    ['still to be read'],
  );
  const back = { SOURCE_CHAT: copy, TARGET_CHAT: 't.me/left_sand' };
  await assert.rejects(telepi(scene, ['run'], back), { code: 'TARGET_READ_ONLY' });
});

test('the archive is a folder of the main list that contains its dialogs', async (t) => {
  const own = await signedInClient({ seed: 'archive' });
  t.after(() => own.close());
  const { world } = own.sandbox;
  const chats = ['one', 'two'].map((title) => world.createGroup({ title, creator: own.me.id }));
  own.me.archived = new Set([chats[0]?.id ?? 0]);
  const list = async (folderId?: number): Promise<string[]> => {
    const offset = {
      offsetDate: 0,
      offsetId: 0,
      offsetPeer: new Api.InputPeerEmpty(),
      limit: 10,
      hash: toLong(0),
    };
    const request = new Api.messages.GetDialogs({
      ...offset,
      ...(folderId === undefined ? {} : { folderId }),
    });
    const answer = await own.client.invoke(request);
    assert.ok(answer instanceof Api.messages.Dialogs);
    return answer.dialogs.map((dialog) => (dialog instanceof Api.DialogFolder ? 'folder' : dialog.className));
  };
  assert.deepEqual(await list(), ['Dialog', 'Dialog']);
  assert.deepEqual(await list(0), ['folder', 'Dialog']);
  assert.deepEqual(await list(1), ['Dialog']);
});
