import { type Random, seededRandom } from '../../lib/base/random.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import { pinMessages } from '../../lib/sandbox/world/changing.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { pick } from './pick.js';
import type { Plan } from './plan.js';
import type { Ways } from './ways.js';
import { type People, Writer } from './writer.js';

/** A target that is empty at first, and the jobs that clone into it, each from a source full of content. */
export interface Scene {
  readonly me: Account;
  readonly target: TargetChat;
  readonly jobs: readonly [JobScene, ...JobScene[]];
  readonly ways: Ways;
}

/** A chat, or the account's Saved Messages. */
export type TargetChat = Pick<Chat, 'id' | 'creator' | 'forum' | 'topics'>;

/** A source, and how it is to be cloned into the target. */
export interface JobScene {
  readonly source: Chat;
  readonly sourceTopic?: number;
  readonly targetTopic?: number;
  readonly autoCreateTopics: boolean;
}

type ChatKind = 'forum' | 'supergroup' | 'broadcast' | 'group';
const CHAT_KINDS: readonly ChatKind[] = ['forum', 'forum', 'supergroup', 'broadcast', 'group'];

/** Writes the scene that a plan's seed decides. */
export function writeScene(sandbox: Sandbox, plan: Plan): Scene {
  const random = seededRandom(`${plan.seed}/content`);
  const { world } = sandbox;
  const { ways } = plan;
  const me = world.createUser({
    phone: '9996600001',
    code: '12345',
    firstName: 'Ann',
    premium: ways.premium,
  });
  const author = world.createUser({ firstName: 'Carol', username: 'carol', premium: true });
  const people = peopleOf(sandbox, me.id, author);
  const target = plan.faults.has('saved-messages')
    ? savedMessagesOf(me)
    : makeChat(sandbox, pick(random, CHAT_KINDS), me, me);
  const writeJob = (seed: string): JobScene => {
    const own = seededRandom(seed);
    const source = makeChat(sandbox, pick(own, CHAT_KINDS), author, me);
    const writer = new Writer(sandbox, source, { random: own, plan, authors: [author.id, me.id], people });
    writer.topics();
    const count = own.integer(3, 14);
    for (let n = 0; n < count; n += 1) writer.something();
    pinSome(sandbox, source, me, seededRandom(`${seed}/pins`));
    return { source, ...routeOf({ source, target, sandbox, random: own }) };
  };
  const first = writeJob(`${plan.seed}/content/1`);
  if (!plan.faults.has('two-jobs')) return { me, target, jobs: [first], ways };
  // Sources of one seed hold the same words: one job's posts must not be taken for another's. If the server forgets
  // random_ids, nobody could know which of two sends in doubt the only copy belongs to: it is sent once more.
  const isTellable = !plan.faults.has('random-ids-forgotten');
  const second = writeJob(`${plan.seed}/content/${isTellable && random.float() < 0.6 ? 1 : 2}`);
  return { me, target, jobs: [first, second], ways };
}

/** In half of the sources. Groups get a note about it, which may be deleted or not. */
function pinSome({ world }: Sandbox, source: Chat, me: Account, random: Random): void {
  const messages = world.messagesWith(me.id, source.id).filter(({ action }) => !action);
  if (messages.length === 0 || random.float() < 0.5) return;
  for (let n = random.integer(1, 3); n > 0; n -= 1) {
    const pinned = pick(random, messages);
    pinMessages(world, [pinned], { pinned: true });
    if (source.kind === 'broadcast' || source.kind === 'group' || random.float() < 0.5) continue;
    const topic = pinned.topicId === undefined ? {} : { topicId: pinned.topicId };
    world.post({
      chat: source.id,
      from: source.creator,
      action: { kind: 'pinMessage' },
      replyTo: pinned.id,
      ...topic,
    });
  }
}

function peopleOf({ world }: Sandbox, user: number, author: Account): People {
  const friend = world.createUser({ firstName: 'Dan', lastName: 'Example' });
  const bot = world.createBot({ firstName: 'Robot', username: 'robot_bot' });
  const channel = world.createChannel({ title: 'News', creator: author.id, megagroup: false });
  world.addMember(channel, user, {});
  world.post({ chat: channel.id, from: author.id, text: 'A post elsewhere.' });
  return { user, friend: friend.id, author: author.id, bot: bot.id, channel };
}

/** The target as a person would write it into TARGET_CHAT. */
export function targetWord({ me, target }: Scene): string {
  return target.id === me.id ? 'me' : String(target.id);
}

function savedMessagesOf({ id }: Account): TargetChat {
  return { id, creator: id, forum: false, topics: new Map() };
}

function makeChat({ world }: Sandbox, kind: ChatKind, creator: Account, me: Account): Chat {
  const named = { title: `A ${kind} of ${creator.firstName}`, creator: creator.id };
  if (kind === 'group') return world.createGroup({ ...named, members: creator === me ? [] : [me.id] });
  const flags = { megagroup: kind !== 'broadcast', forum: kind === 'forum' };
  const chat = world.createChannel({ ...named, ...flags });
  if (creator !== me) world.addMember(chat, me.id, {});
  return chat;
}

function routeOf({
  source,
  target,
  sandbox,
  random,
}: {
  readonly source: Chat;
  readonly target: TargetChat;
  readonly sandbox: Sandbox;
  readonly random: Random;
}): Omit<JobScene, 'source'> {
  const topics = [...source.topics.keys()];
  const one = source.forum && random.float() < 0.2 ? { sourceTopic: pick(random, topics) } : {};
  const forum = sandbox.world.chat(target.id);
  if (!forum?.forum) return { autoCreateTopics: false, ...one };
  if (source.forum && random.float() < 0.75) return { autoCreateTopics: true, ...one };
  if (random.float() < 0.5) return { autoCreateTopics: false, ...one };
  const topic = sandbox.world.createTopic(forum, { title: 'All of it' });
  return { autoCreateTopics: false, targetTopic: topic.id, ...one };
}
