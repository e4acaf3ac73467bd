import { Api } from 'telegram/tl/index.js';
import { fromLong, type Long, toLong } from './long.js';

/** How many users are remembered: the ones met last. */
const MOST = 4_096;

/**
 * The access hashes of users found in answers. The hash of a `min` user is good only for its photo
 * (core.telegram.org/api/min) and isn't kept; nor is the account's own, because InputUserSelf stands for it.
 */
export class KnownUsers {
  readonly #hashes = new Map<bigint, Long>();

  /** Takes the users from an answer's `users` or `user`, or from a list of users. */
  met(answer: unknown): void {
    for (const user of usersOf(answer)) {
      if (!(user instanceof Api.User) || user.self || user.min || user.accessHash == null) continue;
      const id = fromLong(user.id);
      this.#hashes.delete(id);
      this.#hashes.set(id, user.accessHash);
      const [oldest] = this.#hashes.keys();
      if (this.#hashes.size > MOST && oldest !== undefined) this.#hashes.delete(oldest);
    }
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
