import type { Api } from 'telegram/tl/index.js';
import { peersOfRich } from '../kinds/rich-message.js';
import { peersOf } from '../kinds/tl-data.js';
import type { Message } from '../world/message.js';
import type { Account, Topic } from '../world/model.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { tlChat, tlUser } from './tl-chats.js';
import { peersOfMedia } from './tl-media.js';

/** Collects the peers that an answer mentions, for its `users` and `chats`, each as the viewer sees it. */
export class Cast {
  readonly #world: World;
  readonly #viewer: Account;
  readonly #peers = new Set<PeerId>();

  constructor(world: World, viewer: Account) {
    this.#world = world;
    this.#viewer = viewer;
  }

  add(...peers: readonly PeerId[]): this {
    for (const peer of peers) this.#peers.add(peer);
    return this;
  }

  /** Adds everyone that a message names, and the creator of its topic: answers describe the topics too. */
  addMessages(messages: Iterable<Message>): this {
    for (const message of messages) {
      this.#peers.add(message.peer);
      if (message.from !== undefined) this.#peers.add(message.from);
      for (const entity of message.entities) if (entity.userId !== undefined) this.#peers.add(entity.userId);
      this.add(...peersOfMedia(message.media), ...peersOf(message.fields), ...peersOfRich(message.rich));
      for (const { from } of message.reactions ?? []) this.#peers.add(from);
      if (message.action?.kind === 'shown') this.add(...peersOf(message.action.data));
      for (const { userId } of message.reply?.quote?.entities ?? []) if (userId) this.add(userId);
      const { action, forward } = message;
      if (forward?.from !== undefined) this.add(forward.from);
      if (forward?.saved) this.add(forward.saved.peer);
      if (forward?.saved?.by?.from !== undefined) this.add(forward.saved.by.from);
      if (action && 'users' in action) this.add(...action.users);
      if (action?.kind === 'chatMigrateTo') this.add(action.channel);
      if (action?.kind === 'channelMigrateFrom') this.add(action.group);
      const topic = this.#topicOf(message);
      if (topic) this.#peers.add(topic.creator);
    }
    return this;
  }

  #topicOf({ peer, topicId }: Message): Topic | undefined {
    return topicId === undefined ? undefined : this.#world.chat(peer)?.topics.get(topicId);
  }

  /** The two lists, under the names that TL's answers use. */
  lists(): { users: Api.TypeUser[]; chats: Api.TypeChat[] } {
    const users: Api.TypeUser[] = [];
    const chats: Api.TypeChat[] = [];
    for (const peer of this.#peers) {
      if (peerKind(peer) === 'user') {
        const account = this.#world.account(peer);
        if (account) users.push(tlUser(this.#world, this.#viewer, account));
      } else {
        const chat = this.#world.chat(peer);
        if (chat) chats.push(tlChat(this.#world, this.#viewer, chat));
      }
    }
    return { users, chats };
  }
}
