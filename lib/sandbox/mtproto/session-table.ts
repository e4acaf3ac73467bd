import type { Clock } from '../../base/clock.js';
import type { MessageCrypto } from '../../crypto/message-crypto.js';
import type { StoredKey } from './key-store.js';
import { Session } from './session.js';

/** More sessions without a connection than this are forgotten, the longest unused first. */
const MAX_IDLE_SESSIONS = 256;

/** The sessions of one DC. */
export class SessionTable {
  readonly #clock: Clock;
  readonly #crypto: MessageCrypto;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock, crypto: MessageCrypto) {
    this.#clock = clock;
    this.#crypto = crypto;
  }

  /** The session of this key with this id, begun if it is new. */
  open(key: StoredKey, id: bigint): Session {
    const name = nameOf(key.id, id);
    const session = this.#sessions.get(name) ?? new Session(id, key, this.#clock, this.#crypto);
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    return session;
  }

  /** Ends a session; false when there is none. */
  destroy(key: StoredKey, id: bigint): boolean {
    return this.#sessions.delete(nameOf(key.id, id));
  }

  /** Ends the sessions of a key that is gone. */
  destroyAll(keyId: bigint): void {
    for (const [name, session] of this.#sessions) if (session.key.id === keyId) this.#sessions.delete(name);
  }

  /** Forgets the longest unused sessions without a connection when there are too many. */
  trim(): void {
    let idle = [...this.#sessions].filter(([, session]) => !session.connection);
    while (idle.length > MAX_IDLE_SESSIONS) {
      const [oldest, ...rest] = idle;
      if (oldest) this.#sessions.delete(oldest[0]);
      idle = rest;
    }
  }

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#sessions.values();
  }
}

function nameOf(keyId: bigint, id: bigint): string {
  return `${keyId} ${id}`;
}
