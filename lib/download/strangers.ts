import { numberedPath } from './claim-name.js';
import type { KnownCopies } from './known-copies.js';
import type { FilePlace } from './place.js';

interface Options {
  readonly place: Pick<FilePlace, 'pathOf' | 'stat'>;
  readonly copies: Pick<KnownCopies, 'at'>;
  readonly signal: AbortSignal;
}

/** Names that were looked at, of a name that many files want: which is free next, and what lies under the others, by size. */
interface Family {
  next: number;
  /** Resolves when whoever looks now has looked: never rejects. */
  looked: Promise<void>;
  readonly paths: Map<number, Set<string>>;
}

/** From so many files on that want one name it is remembered what lies there. */
const MANY = 8;

/** Finds files of which nothing is noted under names that downloads want. */
export class Strangers {
  readonly #options: Options;
  readonly #families = new Map<string, Family>();

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * The files of a size in bytes under a name that is wanted (relative to the place), or that name with a number. However many
   * files want one name, each name is looked at once, and again only if it has the size.
   */
  async *under(wanted: string, size: number): AsyncGenerator<string> {
    const family = this.#families.get(wanted) ?? {
      next: 1,
      looked: Promise.resolve(),
      paths: new Map(),
    };
    // Those who want the name at the same time look one after another, and each at what is new.
    this.#families.set(wanted, family);
    const look = family.looked.then(() => this.#look(wanted, family));
    family.looked = look.catch(() => {});
    await look;
    if (family.next <= MANY) this.#families.delete(wanted);
    const { place, copies, signal } = this.#options;
    for (const path of family.paths.get(size) ?? []) {
      if ((await place.stat(path, signal))?.size !== size) continue;
      const noted = await copies.at(path);
      if (!noted || noted.state === 'gone') yield path;
    }
  }

  async #look(wanted: string, family: Family): Promise<void> {
    const { place, signal } = this.#options;
    for (let number = family.next; ; number += 1) {
      const path = place.pathOf(numberedPath(wanted, number));
      const there = await place.stat(path, signal);
      if (!there) break;
      family.next = Math.max(family.next, number + 1);
      const others = family.paths.get(there.size);
      if (others) others.add(path);
      else family.paths.set(there.size, new Set([path]));
    }
  }
}
