import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import type { Poll } from '../../lib/sandbox/kinds/poll.js';
import type { RichMessage } from '../../lib/sandbox/kinds/rich-message.js';
import { allMethods } from '../../lib/sandbox/methods/all.js';
import type { MethodContext } from '../../lib/sandbox/methods/context.js';
import { Logins } from '../../lib/sandbox/methods/logins.js';
import { pushUpdates } from '../../lib/sandbox/methods/push.js';
import type { Caller } from '../../lib/sandbox/rpc.js';
import { SandboxWeather } from '../../lib/sandbox/weather/weather.js';
import type { Entity } from '../../lib/sandbox/world/entity.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { setReactions } from '../../lib/sandbox/world/reacting.js';
import { World } from '../../lib/sandbox/world/world.js';

/** A world in which everything that an answer can name is named, and the methods that answer. */
export type EveryAnswerScene = ReturnType<typeof makeScene>;

/** Everybody here is named in only one place, so that nobody is described by luck. */
export function makeScene() {
  const [clock, random] = [systemClock, seededRandom('named peers')];
  const world = new World({ clock, random, homeDc: 1 });
  const files = new FileStore({ clock, random });
  const logins = new Logins(clock, random);
  const pushed: unknown[] = [];
  const pusher = {
    push: (_userId: number, updates: unknown) => pushed.push(updates),
    pushToKey: (_key: unknown, updates: unknown) => pushed.push(updates),
  };
  const dcs = () => [{ id: 1, host: '127.0.0.1', port: 1 }];
  const { randomIds } = new SandboxWeather({ seed: 'named peers', clock });
  const base = { world, files, logins, clock, random, log: silentLog, randomIds };
  const context: MethodContext = { ...base, dcs, slowmodeForAll: () => 0, pusher: () => pusher };
  pushUpdates(context);

  let people = 0;
  const somebody = (): Account => world.createUser({ firstName: `Somebody ${people++}` });
  const me = world.createUser({
    firstName: 'Me',
    phone: '99966100',
    code: '1',
    username: 'it_is_me',
    premium: true,
  });
  const key = { id: 1n, key: Buffer.alloc(256), userId: me.id };
  const caller: Caller = { dcId: 1, key, sessionId: 1n, connectionId: 1, layer: 229, withoutUpdates: false };
  logins.signIn(key, me.id);
  me.contacts.add(somebody().id);

  const forum = world.createChannel({ title: 'Forum', creator: somebody().id, forum: true });
  world.addMember(forum, me.id, { admin: true, inviterId: somebody().id });
  world.addMember(forum, somebody().id, { inviterId: somebody().id });
  world.addMember(forum, somebody().id).bans.add('sendMedia');
  const topic = world.createTopic(forum, { title: 'News', from: somebody().id });
  const other = world.createTopic(forum, { title: 'More', from: somebody().id });
  const mention = (userId: number) => [{ kind: 'mentionName', offset: 0, length: 3, userId }] as const;
  const inTopic = { chat: forum.id, from: me.id, topicId: topic.id } as const;
  const first = world.post({ ...inTopic, text: 'one', entities: mention(somebody().id) });
  const reacted = world.post({ ...inTopic, text: 'two', replyTo: first.id });
  const reactor = somebody().id;
  setReactions(world, reacted, [{ user: reactor, from: reactor, reaction: '👍', big: false, at: 1 }]);
  world.post({ chat: forum.id, from: me.id, text: 'more', topicId: other.id });
  const list = world.post({
    ...inTopic,
    media: { ...CHECKLIST, done: new Map([[1, { by: somebody().id, at: 1 }]]) },
  });
  const rich = world.post({ ...inTopic, rich: richOf(somebody().id) });
  const asked = world.post({ ...inTopic, media: { kind: 'poll', poll: pollOf(somebody, mention) } });
  world.post({ ...inTopic, media: { ...CONTACT, userId: somebody().id } });
  const channel = world.createChannel({ title: 'Channel', creator: me.id, username: 'a_channel' });
  world.post({ chat: channel.id, from: me.id, text: 'post', entities: mention(somebody().id) });
  const fwdFrom = { _: 'StoryFwdHeader', from: { _: 'peer', id: somebody().id } };
  const media = { _: 'MessageMediaEmpty' };
  const story = { _: 'StoryItem', id: 1, date: 1, expireDate: 2, pinned: true, public: true, media, fwdFrom };
  world.state.stories = new Map([[channel.id, new Map([[1, story]])]]);
  const open = world.createChannel({ title: 'Open', creator: somebody().id, username: 'open_channel' });
  const member = somebody();
  const group = world.createGroup({ title: 'Group', creator: somebody().id, members: [me.id, member.id] });
  world.post({
    chat: group.id,
    from: member.id,
    action: { kind: 'chatAddUser', users: [somebody().id] },
  });
  const friend = somebody();
  world.post({ chat: me.id, from: friend.id, text: 'hello' });
  world.post({ chat: friend.id, from: me.id, text: 'you', entities: mention(somebody().id) });
  const upgraded = world.upgradeGroup(world.createGroup({ title: 'Old', creator: me.id }));
  me.pinnedDialogs.push(forum.id);
  me.communities = [
    { id: 2_300_000_001, title: 'Community', forbidden: false },
    { id: 2_300_000_002, title: 'Forbidden', forbidden: true },
  ];
  const methods = allMethods(context);
  return {
    world,
    files,
    me,
    caller,
    methods,
    pushed,
    forum,
    topic,
    other,
    channel,
    open,
    group,
    upgraded,
    friend,
    first,
    reacted,
    asked,
    rich,
    list,
  };
}

const WORDS = { text: 'words', entities: [] };
const CHECKLIST = { kind: 'checklist', title: WORDS, tasks: [{ id: 1, ...WORDS }] } as const;
const CONTACT = { kind: 'contact', phone: '1', firstName: 'C', lastName: '', vcard: '' } as const;

function richOf(id: number): RichMessage {
  const text = { _: 'TextMentionName', text: { _: 'TextEmpty' }, userId: BigInt(id) };
  return { blocks: [{ _: 'PageBlockParagraph', text }], photos: [], documents: [] };
}

/** A poll whose people occur nowhere else: who added an answer, who is mentioned, who voted. */
function pollOf(somebody: () => Account, mention: (userId: number) => readonly Entity[]): Poll {
  const answer = (text: string) => ({ text, entities: [], option: Buffer.from(text) });
  const by = somebody().id;
  return {
    id: 4n,
    creator: by,
    publicVoters: true,
    openAnswers: true,
    question: { text: 'Why?', entities: mention(somebody().id) },
    answers: [answer('a'), { ...answer('b'), added: { by, at: 1 } }],
    votes: new Map([[somebody().id, { options: [Buffer.from('a').toString('hex')], at: 1 }]]),
  };
}
