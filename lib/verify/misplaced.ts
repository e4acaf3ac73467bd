import stringify from 'fast-json-stable-stringify';
import { AlbumCheck, type AlbumFault, type AlbumMember } from './albums.js';
import { OrderCheck, type PlacedCopy } from './order.js';

/** A message and its copy, as they take part in the order and in albums. */
export interface PlacedPair extends AlbumMember {
  /** The first item of the message's album; absent when it stands alone. */
  readonly first?: number;
  /** It could not stay in its album, as the ledger has recorded. */
  readonly apart?: true;
  /** The messages that continue the copy: their numbers, from 1, and ids. */
  readonly continued?: readonly (readonly [part: number, targetId: number])[];
}

/** What is common to pairs whose ids ascend by one on both sides. */
type Shared = Omit<PlacedPair, 'sourceId' | 'targetId'>;

/** Pairs in a row, as a journal keeps them. */
export type PlacedRun =
  | readonly [sourceId: number, targetId: number, count: number]
  | readonly [sourceId: number, targetId: number, count: number, shared: Shared];

/** What is wrong with the places of copies. */
export interface Misplaced {
  readonly outOfOrder: readonly PlacedCopy[];
  readonly notOneAlbum: readonly AlbumFault[];
}

/**
 * Checks the order and the albums of pairs, each of which is judged only with what follows it. What is judged depends on the
 * pairs alone: a check that was interrupted continues when it is given the same ones again.
 */
export class MisplacedCheck {
  readonly #order = new OrderCheck();
  readonly #albums = new AlbumCheck();
  #unsaved: PlacedRun[] = [];

  /** Adds the next pair of the source's order; returns what turns out to be wrong. */
  add(pair: PlacedPair): Misplaced {
    keep(this.#unsaved, pair);
    return this.#judge(pair);
  }

  /** Settles everything that waited for later pairs. */
  finish(): Misplaced {
    return { outOfOrder: this.#order.finish(), notOneAlbum: this.#albums.finish() };
  }

  /** Takes pairs of an earlier process, which has reported what was wrong with them by then. */
  replay(runs: readonly PlacedRun[]): void {
    for (const [sourceId, targetId, count, shared] of runs) {
      for (let at = 0; at < count; at += 1)
        this.#judge({ ...shared, sourceId: sourceId + at, targetId: targetId + at });
    }
  }

  /** The pairs that were added since the last time. */
  takeUnsaved(): readonly PlacedRun[] {
    const runs = this.#unsaved;
    this.#unsaved = [];
    return runs;
  }

  #judge(pair: PlacedPair): Misplaced {
    const { sourceId, targetId, sourceAlbum, copyAlbum, losses, continued = [] } = pair;
    const place = placeOf(pair);
    const copies = [[0, targetId] as const, ...continued].map(([part, id]) => ({
      sourceId,
      targetId: id,
      place: [...place, part],
    }));
    return {
      outOfOrder: this.#order.add(copies),
      notOneAlbum: this.#albums.add([{ sourceId, targetId, sourceAlbum, copyAlbum, losses }]),
    };
  }
}

/**
 * An album is one post at the place of its first item. Items that, as the ledger has recorded, could not stay in it come
 * right after it, in any order.
 */
function placeOf({ sourceId, targetId, first = sourceId, apart }: PlacedPair): readonly number[] {
  return apart ? [first, 1, targetId] : [first, 0, sourceId];
}

function keep(runs: PlacedRun[], { sourceId, targetId, ...more }: PlacedPair): void {
  const isInAlbum = (more.sourceAlbum ?? more.copyAlbum) !== undefined;
  // Nobody asks what a message without an album lacks.
  const { losses: _, ...alone } = more;
  const shared = isInAlbum ? more : alone;
  const last = runs.at(-1);
  const isNext = last && last[0] + last[2] === sourceId && last[1] + last[2] === targetId;
  if (isNext && stringify(last[3] ?? {}) === stringify(shared)) {
    const [from, to, count, ...rest] = last;
    runs[runs.length - 1] = [from, to, count + 1, ...rest];
  } else {
    const isPlain = stringify(shared) === '{}';
    runs.push(isPlain ? [sourceId, targetId, 1] : [sourceId, targetId, 1, shared]);
  }
}
