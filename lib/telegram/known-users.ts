import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { fromLong, type Long, toLong } from './long.js';

/** How many users are remembered: the ones met last. */
const MOST = 4_096;

/**
 * The access hashes of users found in answers. The hash of a `min` user is good only for its photo
 * (core.telegram.org/api/min) and isn't kept; nor is the account's own, because InputUserSelf stands for it.
 */
export class KnownUsers {
  readonly #hashes = new Map<bigint, Long>();
  readonly #names = new Map<number, string>();

  /** Takes the users from an answer's `users` or `user`, or from a list of users. */
  met(answer: unknown): void {
    for (const peer of peersOf(answer)) this.#meetName(peer);
    for (const user of usersOf(answer)) {
      if (!(user instanceof Api.User) || user.self || user.min || user.accessHash == null) continue;
      const id = fromLong(user.id);
      this.#hashes.delete(id);
      this.#hashes.set(id, user.accessHash);
      const [oldest] = this.#hashes.keys();
      if (this.#hashes.size > MOST && oldest !== undefined) this.#hashes.delete(oldest);
    }
  }

  /** The name of a user or the title of a chat that this process has met, by its marked id. */
  nameOf(peer: number): string | undefined {
    return this.#names.get(peer);
  }

  #meetName(peer: unknown): void {
    const name = nameOf(peer);
    if (!name) return;
    this.#names.delete(name.id);
    this.#names.set(name.id, name.text);
    const [oldest] = this.#names.keys();
    if (this.#names.size > MOST && oldest !== undefined) this.#names.delete(oldest);
  }

  /** A user that this process has met, as a request refers to it; undefined for others. */
  find(userId: bigint): Api.InputUser | undefined {
    const accessHash = this.#hashes.get(userId);
    if (accessHash === undefined) return undefined;
    return new Api.InputUser({ userId: toLong(userId), accessHash });
  }
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
