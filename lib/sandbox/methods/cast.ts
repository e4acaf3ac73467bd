import type { Api } from 'telegram/tl/index.js';
import type { Message } from '../world/message.js';
import type { Account, Topic } from '../world/model.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { peersNamedBy } from './named-peers.js';
import { tlChat, tlUser } from './tl-chats.js';

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
      this.add(...peersNamedBy(message));
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
