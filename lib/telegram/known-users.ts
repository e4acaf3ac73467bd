import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { type Chat, listedChatOf, stillDescribes } from './chat.js';
import { fromLong, type Long, toLong } from './long.js';

/** How many users are remembered: the ones met last. */
const MOST = 4_096;

/**
 * The users and chats found in answers, with the access hashes by which requests refer to them. The hash of a `min` user
 * is good only for its photo (core.telegram.org/api/min) and isn't kept; nor is the account's own, because InputUserSelf
 * stands for it.
 */
export class KnownUsers {
  readonly #hashes = new Map<bigint, Long>();
  readonly #names = new Map<number, string>();
  readonly #chats = new Map<number, Chat>();

  /** Takes the users from an answer's `users` or `user`, or from a list of users. */
  met(answer: unknown): void {
    for (const peer of peersOf(answer)) {
      this.#meetName(peer);
      this.#meetChat(peer);
    }
    for (const user of usersOf(answer)) {
      if (!(user instanceof Api.User) || user.self || user.min || user.accessHash == null) continue;
      remember(this.#hashes, fromLong(user.id), user.accessHash);
    }
  }

  /** The name of a user or the title of a chat that this process has met, by its marked id. */
  nameOf(peer: number): string | undefined {
    return this.#names.get(peer);
  }

  /** A chat that this process has met, by its marked id; undefined for others, and for what it can't refer to. */
  chatOf(peer: number): Chat | undefined {
    return this.#chats.get(peer);
  }

  #meetChat(peer: unknown): void {
    if (!(peer instanceof Api.User || peer instanceof Api.Chat || peer instanceof Api.Channel)) return;
    const known = peer instanceof Api.User ? this.#chats.get(Number(peer.id)) : undefined;
    if (known && peer instanceof Api.User && stillDescribes(known, peer)) {
      remember(this.#chats, known.id, known);
      return;
    }
    const { unusable, ...chat } = listedChatOf(peer);
    if (unusable !== undefined) return;
    remember(this.#chats, chat.id, chat);
  }

  #meetName(peer: unknown): void {
    const name = nameOf(peer);
    if (!name) return;
    remember(this.#names, name.id, name.text);
  }

  /** A user that this process has met, as a request refers to it; undefined for others. */
  find(userId: bigint): Api.InputUser | undefined {
    const accessHash = this.#hashes.get(userId);
    if (accessHash === undefined) return undefined;
    return new Api.InputUser({ userId: toLong(userId), accessHash });
  }
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}

function usersOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer !== 'object' || answer === null) return [];
  const { users, user }: { users?: unknown; user?: unknown } = answer;
  return [...(Array.isArray(users) ? users : []), user];
}

function peersOf(answer: unknown): readonly unknown[] {
  const { chats }: { chats?: unknown } = typeof answer === 'object' && answer !== null ? answer : {};
  return [...usersOf(answer), ...(Array.isArray(chats) ? chats : [])];
}

function nameOf(peer: unknown): { readonly id: number; readonly text: string } | undefined {
  if (peer instanceof Api.User) {
    const text = [peer.firstName, peer.lastName].filter(Boolean).join(' ') || peer.username;
    return text ? { id: Number(peer.id), text } : undefined;
  }
  if (peer instanceof Api.Channel) return { id: -CHANNEL_MARK - Number(peer.id), text: peer.title };
  return peer instanceof Api.Chat ? { id: -Number(peer.id), text: peer.title } : undefined;
}
