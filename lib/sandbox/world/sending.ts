import type { Clock } from '../../base/clock.js';
import type { RichMessage } from '../kinds/rich-message.js';
import { asKept } from '../text/kept.js';
import { append, type Box, messageById } from './box.js';
import { hasCommands } from './commands.js';
import type { Entity } from './entity.js';
import type { Action, Forward, Media, Message, Quote, Reply } from './message.js';
import type { Account, Chat, WorldState } from './model.js';
import { type PeerId, peerKind } from './peer-id.js';
import { appearsAs } from './send-as.js';
import type { TlValue } from './tl-data.js';
import { GENERAL_TOPIC } from './topics.js';

export interface PostOptions {
  /** The target: a chat's id, or a user's. */
  readonly chat: PeerId;
  /** The account that sends. */
  readonly from: number;
  /** The peer that it appears to be from in a supergroup; default: as for the sender's other messages there. */
  readonly sendAs?: PeerId;
  readonly text?: string;
  readonly entities?: readonly Entity[];
  readonly media?: Media;
  readonly action?: Action;
  /** Where it was first posted, if it is a forward. */
  readonly forward?: Forward;
  /** The topic's root; by default General in a forum, unless a reply says otherwise. */
  readonly topicId?: number;
  /** The id of the message that this one answers, as the sender sees it. */
  readonly replyTo?: number;
  /** The chat of that message, if it is another one. */
  readonly replyPeer?: PeerId;
  readonly quote?: Quote;
  /** The task or the poll's answer that is answered. */
  readonly task?: number;
  readonly pollOption?: Buffer;
  readonly rich?: RichMessage;
  /** See Message. */
  readonly fields?: Readonly<Record<string, TlValue>>;
  readonly groupedId?: bigint;
  readonly silent?: boolean;
  readonly noforwards?: boolean;
  readonly invertMedia?: boolean;
  /** Unix time in seconds; default: now. */
  readonly date?: number;
  /** `sentAs` finds a repeat by it. */
  readonly randomId?: bigint;
  /** The session that requested it: it gets the message in the answer, not by a push. */
  readonly originSession?: bigint;
}

/** A message and every box that got a copy of it. */
export interface Posted {
  /** The sender's copy; a channel's only one. */
  readonly message: Message;
  readonly chat: Chat | undefined;
  /** Each account's copy. Empty for channels, whose members all see `message`. */
  readonly copies: ReadonlyMap<number, Message>;
  readonly originSession: bigint | undefined;
}

/** The parts of the world that posting needs. */
interface Scene {
  readonly state: Pick<WorldState, 'nextUid'>;
  readonly clock: Pick<Clock, 'now'>;
  account(id: number): Account | undefined;
  chat(id: PeerId): Chat | undefined;
  messagesWith(viewer: number, peer: PeerId): readonly Message[];
  /** Unix time in seconds. */
  nowSeconds(): number;
}

export function deliver(world: Scene, options: PostOptions): Posted {
  const posted =
    peerKind(options.chat) === 'channel' ? intoChannel(world, options) : intoMemberBoxes(world, options);
  const sender = world.account(options.from);
  if (options.randomId !== undefined && sender) {
    randomIdsOf(sender, options.chat).set(options.randomId, posted.message.id);
  }
  return posted;
}

/** The id that an earlier message to `peer` with this random_id got. */
export function sentAs(sender: Account, peer: PeerId, randomId: bigint): number | undefined {
  return sender.randomIds.get(peer)?.get(randomId);
}

function randomIdsOf(sender: Account, peer: PeerId): Map<bigint, number> {
  const known = sender.randomIds.get(peer);
  if (known) return known;
  const fresh = new Map<bigint, number>();
  sender.randomIds.set(peer, fresh);
  return fresh;
}

function intoChannel(world: Scene, options: PostOptions): Posted {
  const chat = world.chat(options.chat);
  if (!chat?.box) throw new Error(`No channel ${options.chat} to post to.`);
  const { box } = chat;
  const elsewhere = answeredElsewhere(world, options);
  const answered = options.replyTo === undefined || elsewhere ? undefined : messageById(box, options.replyTo);
  const topicId = chat.forum ? (options.topicId ?? answered?.topicId ?? GENERAL_TOPIC) : undefined;
  const foreign = elsewhere ?? (answered && answered.topicId !== topicId ? answered : undefined);
  const uid = world.state.nextUid++;
  const message = append(box, world.nowSeconds(), (id) => ({
    ...contentOf(world, options, uid),
    id,
    peer: options.chat,
    from: appearsAs(chat, options.from, options.sendAs),
    reply: foreign ? foreignReply(topicId, foreign, options) : channelReply(topicId, answered, options),
    topicId: options.action?.kind === 'topicCreate' ? id : topicId,
    noforwards: options.noforwards ?? false,
  }));
  const member = chat.members.get(options.from);
  if (member) member.lastPostMs = world.clock.now();
  return { message, chat, copies: new Map(), originSession: options.originSession };
}

/**
 * messageReplyHeader in channels. A message in a topic answers the topic's root if it answers nothing else; General has
 * no root to answer. A reply to a reply names the thread's first message in reply_to_top_id.
 */
function channelReply(
  topicId: number | undefined,
  answered: Message | undefined,
  options: PostOptions,
): Reply | undefined {
  if (options.action?.kind === 'topicCreate') return undefined;
  const details = detailsOf(options);
  if (topicId !== undefined && topicId !== GENERAL_TOPIC) {
    const direct = !answered || answered.id === topicId;
    return direct
      ? { toId: topicId, topId: undefined, forumTopic: true, ...details }
      : { toId: answered.id, topId: topicId, forumTopic: true, ...details };
  }
  if (!answered || (topicId === GENERAL_TOPIC && answered.id === GENERAL_TOPIC)) return undefined;
  const topId =
    answered.reply && !answered.reply.forumTopic ? (answered.reply.topId ?? answered.reply.toId) : undefined;
  return { toId: answered.id, topId, forumTopic: false, ...details };
}

/** The answered message of another chat, by the sender's own id for it. */
function answeredElsewhere(
  world: Scene,
  { chat, from, replyTo, replyPeer }: PostOptions,
): Message | undefined {
  if (replyTo === undefined || replyPeer === undefined || replyPeer === chat) return undefined;
  return world.messagesWith(from, replyPeer).find(({ id }) => id === replyTo);
}

/**
 * messageReplyHeader with reply_to_peer_id, also for another topic's message; the topic, if any, is in reply_to_top_id.
 */
function foreignReply(topicId: number | undefined, { id, uid, peer }: Message, options: PostOptions): Reply {
  const inTopic = topicId !== undefined && topicId !== GENERAL_TOPIC;
  return {
    toId: id,
    topId: inTopic ? topicId : undefined,
    forumTopic: inTopic,
    ...detailsOf(options),
    elsewhere: { peer, uid },
  };
}

function intoMemberBoxes(world: Scene, options: PostOptions): Posted {
  const chat = world.chat(options.chat);
  const uid = world.state.nextUid++;
  const content = contentOf(world, options, uid);
  const copies = new Map<number, Message>();
  const elsewhere = answeredElsewhere(world, options);
  const answeredUid = elsewhere ? undefined : uidOfAnswered(world, options);
  for (const [ownerId, peer] of audience(world, options)) {
    const owner = world.account(ownerId);
    if (!owner) throw new Error(`No account ${ownerId} to deliver to.`);
    const message = append(owner.box, world.nowSeconds(), (id) => ({
      ...content,
      id,
      peer,
      from: options.from,
      reply: elsewhere
        ? foreignReply(undefined, elsewhere, options)
        : replyIn(owner.box, answeredUid, options),
      topicId: undefined,
      noforwards: options.noforwards ?? false,
    }));
    copies.set(ownerId, message);
  }
  const message = copies.get(options.from);
  if (!message) throw new Error(`The sender ${options.from} is not a member of ${options.chat}.`);
  return { message, chat, copies, originSession: options.originSession };
}

/** The accounts whose boxes get a copy, and the peer under which each sees it. */
function audience(world: Scene, { chat: peer, from }: PostOptions): Map<number, PeerId> {
  if (peerKind(peer) === 'user') {
    return new Map([
      [from, peer],
      [peer, from],
    ]);
  }
  const chat = world.chat(peer);
  if (!chat) throw new Error(`No group ${peer} to post to.`);
  return new Map([...chat.members.keys()].map((userId) => [userId, peer]));
}

function uidOfAnswered(world: Scene, { from, replyTo }: PostOptions): number | undefined {
  const box = world.account(from)?.box;
  return replyTo === undefined || !box ? undefined : messageById(box, replyTo)?.uid;
}

/** The answered message has another id in each member's box. */
function replyIn(box: Box, uid: number | undefined, options: PostOptions): Reply | undefined {
  if (uid === undefined) return undefined;
  const answered = box.messages.findLast((message) => message.uid === uid);
  return answered && { toId: answered.id, topId: undefined, forumTopic: false, ...detailsOf(options) };
}

/** The part of the answered message that is answered. */
function detailsOf({ quote, task, pollOption }: PostOptions): Pick<Reply, 'quote' | 'task' | 'pollOption'> {
  return {
    quote,
    ...(task === undefined ? {} : { task }),
    ...(pollOption === undefined ? {} : { pollOption }),
  };
}

function contentOf(world: Scene, options: PostOptions, uid: number) {
  return {
    uid,
    sender: options.from,
    date: options.date ?? world.nowSeconds(),
    ...asKept(
      { text: options.text ?? '', entities: options.entities ?? [] },
      { commands: hasCommands(world, options.from, options.chat) },
    ),
    media: options.media,
    action: options.action,
    ...(options.forward && { forward: options.forward }),
    groupedId: options.groupedId,
    silent: options.silent ?? false,
    invertMedia: options.invertMedia ?? false,
    ...(options.rich ? { rich: options.rich } : {}),
    ...(options.fields ? { fields: options.fields } : {}),
  };
}
