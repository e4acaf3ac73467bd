import type { Counted } from './top-counter.js';

/** Words longer than this (UTF-16 units) are left out: nobody would read them in a list. */
export const LONGEST_WORD = 64;

/**
 * Counts words as TopCounter counts keys, with the same promise, but takes them out of a text unit by unit: to make a string of every
 * word of every message would take most of an analysis's time.
 */
export class WordCounter {
  readonly #capacity: number;
  /** Of words, from 1 on; 0: free. Open addressing. */
  #places: Int32Array;
  readonly #hashes: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #lengths: Uint8Array;
  readonly #counts: Float64Array;
  readonly #errors: Float64Array;
  #units = new Uint16Array(1 << 16);
  #used = 0;
  #size = 0;
  #floor = 0;
  #total = 0;
  readonly #word = new Uint16Array(LONGEST_WORD);

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
    this.#hashes = new Uint32Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#lengths = new Uint8Array(capacity);
    this.#counts = new Float64Array(capacity);
    this.#errors = new Float64Array(capacity);
  }

  get floor(): number {
    return this.#floor;
  }

  get size(): number {
    return this.#floor > 0 ? this.#capacity : this.#size;
  }

  get total(): number {
    return this.#total;
  }

  /** Counts a piece of a text, each unit folded by the table. */
  add(text: string, from: number, to: number, fold: Uint16Array): void {
    this.#total += 1;
    const length = to - from;
    if (length > LONGEST_WORD) return;
    const word = this.#word;
    let hash = 0x811c9dc5;
    for (let at = 0; at < length; at += 1) {
      const folded = fold[text.charCodeAt(from + at)] ?? 0;
      const unit = folded === SIGMA && at > 0 && at === length - 1 ? FINAL_SIGMA : folded;
      word[at] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    this.#count((hash ^ (hash >>> 15)) >>> 0, length);
  }

  /** The words that were counted most; equal ones in the order of their letters. */
  top(most: number, isWanted: (word: string) => boolean = () => true): Counted<string>[] {
    const order = Uint32Array.from({ length: this.#size }, (_, entry) => entry).sort(
      (one, other) => (this.#counts[other] ?? 0) - (this.#counts[one] ?? 0),
    );
    const found: Counted<string>[] = [];
    for (const entry of order) {
      const count = this.#counts[entry] ?? 0;
      // Words that came as often as the last one may come before it by their letters.
      if (found.length >= most && count < (found.at(-1)?.count ?? 0)) break;
      const key = this.#wordOf(entry);
      if (isWanted(key)) found.push({ key, count, error: this.#errors[entry] ?? 0 });
    }
    return found
      .sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1))
      .slice(0, most);
  }

  #count(hash: number, length: number): void {
    const mask = this.#places.length - 1;
    let place = hash & mask;
    for (;;) {
      const entry = (this.#places[place] ?? 0) - 1;
      if (entry < 0) break;
      if (this.#hashes[entry] === hash && this.#isWord(entry, length)) {
        this.#counts[entry] = (this.#counts[entry] ?? 0) + 1;
        return;
      }
      place = (place + 1) & mask;
    }
    if (this.#size === this.#capacity) {
      this.#forget();
      this.#count(hash, length);
      return;
    }
    this.#places[place] = this.#insert(hash, length) + 1;
  }

  #isWord(entry: number, length: number): boolean {
    if (this.#lengths[entry] !== length) return false;
    const start = this.#starts[entry] ?? 0;
    for (let at = 0; at < length; at += 1) if (this.#units[start + at] !== this.#word[at]) return false;
    return true;
  }

  #insert(hash: number, length: number): number {
    if (this.#used + length > this.#units.length) {
      const larger = new Uint16Array(this.#units.length * 2);
      larger.set(this.#units);
      this.#units = larger;
    }
    const entry = this.#size;
    this.#units.set(this.#word.subarray(0, length), this.#used);
    this.#hashes[entry] = hash;
    this.#starts[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#counts[entry] = 1;
    this.#errors[entry] = this.#floor;
    this.#used += length;
    this.#size += 1;
    return entry;
  }

  /** Forgets the rarer half, and moves the others together. */
  #forget(): void {
    const bound = (entry: number): number => (this.#counts[entry] ?? 0) + (this.#errors[entry] ?? 0);
    const bounds = Float64Array.from({ length: this.#size }, (_, entry) => bound(entry)).sort();
    this.#floor = Math.max(this.#floor, bounds[Math.floor(bounds.length / 2)] ?? 0);
    let [kept, used] = [0, 0];
    for (let entry = 0; entry < this.#size; entry += 1) {
      if (bound(entry) <= this.#floor) continue;
      const [start, length] = [this.#starts[entry] ?? 0, this.#lengths[entry] ?? 0];
      this.#units.copyWithin(used, start, start + length);
      this.#hashes[kept] = this.#hashes[entry] ?? 0;
      this.#starts[kept] = used;
      this.#lengths[kept] = length;
      this.#counts[kept] = this.#counts[entry] ?? 0;
      this.#errors[kept] = this.#errors[entry] ?? 0;
      kept += 1;
      used += length;
    }
    [this.#size, this.#used] = [kept, used];
    this.#places.fill(0);
    const mask = this.#places.length - 1;
    for (let entry = 0; entry < kept; entry += 1) {
      let place = (this.#hashes[entry] ?? 0) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = entry + 1;
    }
  }

  #wordOf(entry: number): string {
    const start = this.#starts[entry] ?? 0;
    return String.fromCharCode(...this.#units.subarray(start, start + (this.#lengths[entry] ?? 0)));
  }
}

const SIGMA = 0x3c3;
const FINAL_SIGMA = 0x3c2;
