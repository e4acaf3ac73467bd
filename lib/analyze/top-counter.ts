/** What is known of a key: it was counted `count` times, or at most `error` times more. */
export interface Counted<Key> {
  readonly key: Key;
  readonly count: number;
  readonly error: number;
}

/** A counted key as it is held; `Extra` is whatever else is kept of it. */
export interface Entry<Extra> {
  count: number;
  readonly error: number;
  readonly extra: Extra;
}

/**
 * Counts how often each key comes, in memory that doesn't grow with their number. Up to `capacity` different keys are counted
 * exactly. When there are more, the rarer half is forgotten, and `floor` is the most that one of them may have had; a key that comes
 * after that may be one of them, so its count is too low by at most the floor of that moment. A key that comes often from the
 * beginning is never forgotten, and is exact.
 */
export class TopCounter<Key extends string | number, Extra = undefined> {
  readonly #entries = new Map<Key, Entry<Extra>>();
  readonly #capacity: number;
  readonly #make: () => Extra;
  #floor = 0;
  #total = 0;

  constructor(capacity: number, make: () => Extra) {
    this.#capacity = capacity;
    this.#make = make;
  }

  /** The most that a key which isn't held was counted; 0 as long as everything is exact. */
  get floor(): number {
    return this.#floor;
  }

  /** How many keys there were: all while `floor` is 0, and at least so many otherwise. */
  get size(): number {
    return this.#floor > 0 ? this.#capacity : this.#entries.size;
  }

  /** How often any key was counted: exact. */
  get total(): number {
    return this.#total;
  }

  add(key: Key, by = 1): Entry<Extra> {
    this.#total += by;
    const known = this.#entries.get(key);
    if (known) {
      known.count += by;
      return known;
    }
    if (this.#entries.size >= this.#capacity) this.#forget();
    const entry = { count: by, error: this.#floor, extra: this.#make() };
    this.#entries.set(unshared(key), entry);
    return entry;
  }

  get(key: Key): Entry<Extra> | undefined {
    return this.#entries.get(key);
  }

  /** The keys that were counted most, at most `most` of them for which `isWanted` holds. Equal ones are in the order of their names. */
  top(most: number, isWanted: (key: Key) => boolean = () => true): (Counted<Key> & { extra: Extra })[] {
    const found: (Counted<Key> & { extra: Extra })[] = [];
    for (const [key, { count, error, extra }] of this.#entries) {
      if (isWanted(key)) found.push({ key, count, error, extra });
    }
    return found
      .sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1))
      .slice(0, most);
  }

  #forget(): void {
    const bounds = Float64Array.from(this.#entries.values(), ({ count, error }) => count + error).sort();
    this.#floor = Math.max(this.#floor, bounds[Math.floor(bounds.length / 2)] ?? 0);
    for (const [key, { count, error }] of this.#entries) {
      if (count + error <= this.#floor) this.#entries.delete(key);
    }
  }
}

/** From this length on, a piece of a text keeps the whole text in memory (V8: SlicedString::kMinLength). */
const SHARES = 13;

function unshared<Key extends string | number>(key: Key): Key {
  return typeof key === 'string' && key.length >= SHARES
    ? (Buffer.from(key, 'utf16le').toString('utf16le') as Key)
    : key;
}
