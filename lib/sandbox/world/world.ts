import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import {
  accessHash,
  type BotOptions,
  createBot,
  createUser,
  normalPhone,
  type UserOptions,
} from './accounts.js';
import type { Changed } from './changing.js';
import { addMember, type ChannelOptions, type ChatOptions, makeChannel, makeGroup } from './chats.js';
import { messagesShownTo } from './hidden-from.js';
import type { Message } from './message.js';
import {
  type Account,
  type AdminRight,
  ALL_ADMIN_RIGHTS,
  type Chat,
  type Member,
  type Topic,
  type WorldState,
} from './model.js';
import { type PeerId, peerKind } from './peer-id.js';
import { joinShared } from './polls.js';
import { deliver, type Posted, type PostOptions } from './sending.js';
import { TOPIC_COLORS } from './topics.js';
import { upgradeGroup } from './upgrade.js';

/** An application that the sandbox knows; any other api_id gets API_ID_INVALID. */
export const SANDBOX_APP = { apiId: 4321, apiHash: '0123456789abcdef0123456789abcdef' } as const;

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The DC that accounts live on unless they say otherwise. */
  readonly homeDc: number;
  /** The state of an earlier world. */
  readonly state?: WorldState;
}

export interface TopicOptions {
  readonly title: string;
  readonly iconColor?: number;
  readonly iconEmojiId?: bigint;
  /** The account that creates it; default: the forum's creator. */
  readonly from?: number;
  /** Unix time in seconds; default: now. */
  readonly date?: number;
  readonly originSession?: bigint;
  readonly randomId?: bigint;
}

/**
 * The state of the sandbox's Telegram: accounts, chats, members, topics, messages, pts. It knows nothing of TL or
 * connections; the methods translate. Tests and the filler set the scene through it, without being asked for rights.
 */
export class World {
  readonly state: WorldState;
  readonly clock: Clock;
  readonly random: Random;
  readonly homeDc: number;
  /** Whether a repeated send is refused with RANDOM_ID_DUPLICATE instead of answered with its first message. */
  refuseRepeats = false;
  /** Whether a started import waits for `finishImports`: Telegram takes minutes over one. */
  holdsImports = false;
  readonly #onPosted = new Set<(posted: Posted) => void>();
  readonly #onChanged = new Set<(changed: Changed) => void>();
  readonly #onChange = new Set<() => void>();

  constructor({ clock, random, homeDc, state }: WorldOptions) {
    this.clock = clock;
    this.random = random;
    this.homeDc = homeDc;
    this.state = state ? joinShared(state) : newState(random);
  }

  createUser(options: UserOptions): Account {
    return this.#changed(createUser(this.state, this.random, this.homeDc, options));
  }

  createBot(options: BotOptions): Account {
    return this.#changed(createBot(this.state, this.random, this.homeDc, options));
  }

  /** A basic group with its creator and `members`, announced by a service message. */
  createGroup(
    options: ChatOptions & { readonly members?: readonly number[]; readonly originSession?: bigint },
  ): Chat {
    const chat = makeGroup(this.state, options, this.nowSeconds());
    const members = options.members ?? [];
    for (const userId of members) this.addMember(chat, userId, { date: chat.date });
    this.post({
      chat: chat.id,
      from: options.creator,
      date: chat.date,
      action: { kind: 'chatCreate', title: options.title, users: members },
      ...(options.originSession === undefined ? {} : { originSession: options.originSession }),
    });
    return chat;
  }

  /** A broadcast channel, supergroup or forum, announced by a service message with id 1. */
  createChannel(options: ChannelOptions & { readonly originSession?: bigint }): Chat {
    const chat = makeChannel(this.state, options, this.nowSeconds());
    if (options.past) return this.#changed(chat);
    this.post({
      chat: chat.id,
      from: options.creator,
      date: chat.date,
      action: { kind: 'channelCreate', title: options.title },
      ...(options.originSession === undefined ? {} : { originSession: options.originSession }),
    });
    return chat;
  }

  /** Makes a supergroup of a basic group; see upgradeGroup. */
  upgradeGroup(group: Chat, originSession?: bigint): Chat {
    return upgradeGroup(this, group, originSession);
  }

  /** Adds a member without a service message. `admin` gives all rights (true) or the listed ones. */
  addMember(
    chat: Chat,
    userId: number,
    options: {
      readonly admin?: boolean | readonly AdminRight[];
      readonly inviterId?: number;
      readonly date?: number;
    } = {},
  ): Member {
    const member = addMember(chat, userId, {
      date: options.date ?? this.nowSeconds(),
      ...(options.inviterId === undefined ? {} : { inviterId: options.inviterId }),
    });
    if (options.admin) {
      member.role = 'admin';
      member.adminRights = new Set(options.admin === true ? ALL_ADMIN_RIGHTS : options.admin);
    }
    return this.#changed(member);
  }

  /** `left`: the member left a basic group by themselves, and keeps its messages. */
  removeMember(chat: Chat, userId: number, { left = false }: { readonly left?: boolean } = {}): void {
    chat.members.delete(userId);
    if (left) chat.leavers?.add(userId);
    this.touch();
  }

  /** Creates a topic, rooted at a messageActionTopicCreate whose id is the topic's. */
  createTopic(chat: Chat, options: TopicOptions): Topic {
    const iconColor = options.iconColor ?? TOPIC_COLORS[0] ?? 0;
    const root = this.post({
      chat: chat.id,
      from: options.from ?? chat.creator,
      action: { kind: 'topicCreate', title: options.title, iconColor, iconEmojiId: options.iconEmojiId },
      ...(options.date === undefined ? {} : { date: options.date }),
      ...(options.originSession === undefined ? {} : { originSession: options.originSession }),
      ...(options.randomId === undefined ? {} : { randomId: options.randomId }),
    });
    const topic: Topic = {
      id: root.id,
      title: options.title,
      iconColor,
      iconEmojiId: options.iconEmojiId,
      closed: false,
      pinned: false,
      hidden: false,
      deleted: false,
      creator: options.from ?? chat.creator,
      date: root.date,
    };
    chat.topics.set(topic.id, topic);
    return this.#changed(topic);
  }

  /**
   * Puts a message into a chat and notifies every listener. Returns the sender's copy. The methods have checked rights
   * and limits.
   */
  post(options: PostOptions): Message {
    const posted = deliver(this, options);
    for (const listener of this.#onPosted) listener(posted);
    this.touch();
    return posted.message;
  }

  /** Calls `listener` after each new message. Returns a function that removes the listener. */
  onPosted(listener: (posted: Posted) => void): () => void {
    this.#onPosted.add(listener);
    return () => this.#onPosted.delete(listener);
  }

  /** Reports edits, deletions and pins, which `changing.ts` made. */
  announce(changes: readonly Changed[]): void {
    for (const changed of changes) for (const listener of this.#onChanged) listener(changed);
    this.touch();
  }

  /** Calls `listener` after each edit, deletion or pin. Returns a function that removes the listener. */
  onChanged(listener: (changed: Changed) => void): () => void {
    this.#onChanged.add(listener);
    return () => this.#onChanged.delete(listener);
  }

  /** Calls `listener` after each change of the state. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** Reports that the state was changed directly. */
  touch(): void {
    for (const listener of this.#onChange) listener();
  }

  account(id: number): Account | undefined {
    return this.state.accounts.get(id);
  }

  accountByPhone(phone: string): Account | undefined {
    const digits = normalPhone(phone);
    return this.#findAccount((account) => account.phone === digits);
  }

  accountByBotToken(token: string): Account | undefined {
    return this.#findAccount((account) => account.botToken === token);
  }

  chat(id: PeerId): Chat | undefined {
    return this.state.chats.get(id);
  }

  /** Any peer by its username, in upper or lower case. */
  peerByUsername(username: string): PeerId | undefined {
    const wanted = username.toLowerCase();
    const account = this.#findAccount((candidate) => candidate.username?.toLowerCase() === wanted);
    if (account) return account.id;
    for (const chat of this.state.chats.values()) if (chat.username?.toLowerCase() === wanted) return chat.id;
    return undefined;
  }

  /** The chat's or the viewer's messages with a peer, oldest first. */
  messagesWith(viewer: number, peer: PeerId): readonly Message[] {
    if (peerKind(peer) === 'channel') {
      const chat = this.chat(peer);
      return chat ? messagesShownTo(chat, viewer) : [];
    }
    return (this.account(viewer)?.box.messages ?? []).filter((message) => message.peer === peer);
  }

  /** A copy of that message, from any box that has one. */
  messageByUid(uid: number): Message | undefined {
    const boxes = [...this.state.accounts.values(), ...this.state.chats.values()].flatMap(
      ({ box }) => box ?? [],
    );
    return boxes.flatMap(({ messages }) => messages).find((message) => message.uid === uid);
  }

  accessHash(viewer: number, peer: PeerId): bigint {
    return accessHash(this.state, viewer, peer);
  }

  nextGroupedId(): bigint {
    this.state.nextGroupedId += 1n;
    return this.state.nextGroupedId;
  }

  /** Unix time in seconds. */
  nowSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  #findAccount(matches: (account: Account) => boolean): Account | undefined {
    for (const account of this.state.accounts.values()) if (matches(account)) return account;
    return undefined;
  }

  #changed<T>(value: T): T {
    this.touch();
    return value;
  }
}

/** Ids start beyond 2^31 where Telegram's do too, so that a client that keeps them in 32 bits is found out. */
function newState(random: Random): WorldState {
  return {
    secret: random.bytes(32),
    nextUserId: 5_000_000_001,
    nextGroupId: 4_000_001,
    nextChannelId: 2_200_000_001,
    nextUid: 1,
    nextGroupedId: 13_900_000_000_000_000n,
    apps: new Map([[SANDBOX_APP.apiId, SANDBOX_APP.apiHash]]),
    accounts: new Map(),
    chats: new Map(),
  };
}
