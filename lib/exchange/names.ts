/** What somebody is called: a user, or a chat. */
export interface PeerName {
  readonly name?: string | undefined;
  /** Without the @. */
  readonly username?: string | undefined;
}

/** What people and chats are called, by their marked ids; undefined for somebody whom nobody has named. */
export interface Names {
  of(peer: number): PeerName | undefined;
}

/** Looks up names. Peers without one are absent from the answer. */
export type FindNames = (peers: readonly number[]) => Promise<ReadonlyMap<number, PeerName>>;

/** How many names are remembered. */
const MOST_NAMES = 50_000;

/**
 * Names that are looked up when somebody has asked for them. A writer is pure: it asks at once for what it needs. So it is
 * run again after a look-up of those names that were missing, which soon are few.
 */
export class NamesOnDemand implements Names {
  readonly #find: FindNames;
  readonly #known = new Map<number, PeerName | undefined>();
  readonly #missing = new Set<number>();

  constructor(find: FindNames) {
    this.#find = find;
  }

  of(peer: number): PeerName | undefined {
    if (!this.#known.has(peer)) this.#missing.add(peer);
    return this.#known.get(peer);
  }

  /** What `write` returns once all names that it asks for are known. `write` has no effect but its result. */
  async with<T>(write: () => T): Promise<T> {
    for (;;) {
      this.#missing.clear();
      const result = write();
      if (this.#missing.size === 0) return result;
      await this.#lookUp([...this.#missing]);
    }
  }

  async #lookUp(peers: readonly number[]): Promise<void> {
    if (this.#known.size + peers.length > MOST_NAMES) this.#known.clear();
    const found = await this.#find(peers);
    for (const peer of peers) this.#known.set(peer, found.get(peer));
  }
}
