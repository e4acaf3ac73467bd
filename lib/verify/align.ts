/** What a message looks like, for the search for its copy. */
export interface Look {
  /** Equal for a message and a faithful copy. */
  readonly whole: string;
  readonly text: string;
  /** What can be said about its media; empty without any. */
  readonly media: string;
  readonly kind: string;
  /** Whether a card, a text that stands for it, may be its copy. */
  readonly mayBeCard: boolean;
}

/** A step through two sequences: indices of a pair, or of an item that has no partner. */
export type Step =
  | { readonly source: number; readonly copy: number }
  | { readonly source: number; readonly copy?: undefined }
  | { readonly source?: undefined; readonly copy: number };

/** The scores of partners: equal, with the same text or media, with similar texts, and a card. */
const EQUAL = 100;
const SAME_TEXT = 60;
const SAME_MEDIA = 50;
const SIMILAR = 40;
const CARD = 10;
/** Texts whose pairs of letters are the same to this degree are similar: an edit, not another message. */
const LEAST_SIMILAR = 0.5;
/** A gap of at most this many items, as many on either side, is taken for items that were replaced. */
const MOST_REPLACED = 3;

/** Aligns two sequences so that the partners' scores are highest, and their order is kept (Needleman and Wunsch). */
export function align(sources: readonly Look[], copies: readonly Look[]): Step[] {
  const width = copies.length + 1;
  const best = new Int32Array((sources.length + 1) * width);
  const scores = new Uint8Array((sources.length + 1) * width);
  for (let row = 1; row <= sources.length; row += 1) {
    for (let column = 1; column <= copies.length; column += 1) {
      const at = row * width + column;
      const score = scoreOf(sources[row - 1], copies[column - 1]);
      scores[at] = score;
      const paired = score === 0 ? -1 : (best[at - width - 1] ?? 0) + score;
      best[at] = Math.max(best[at - width] ?? 0, best[at - 1] ?? 0, paired);
    }
  }
  const steps: Step[] = [];
  for (let row = sources.length, column = copies.length; row > 0 || column > 0; ) {
    const at = row * width + column;
    const score = row > 0 && column > 0 ? (scores[at] ?? 0) : 0;
    if (score > 0 && best[at] === (best[at - width - 1] ?? 0) + score) {
      steps.push({ source: row - 1, copy: column - 1 });
      row -= 1;
      column -= 1;
    } else if (row > 0 && (column === 0 || (best[at - width] ?? 0) >= (best[at - 1] ?? 0))) {
      steps.push({ source: row - 1 });
      row -= 1;
    } else {
      steps.push({ copy: column - 1 });
      column -= 1;
    }
  }
  return steps.reverse();
}

/**
 * Pairs items that stand in the same gap, when it is small and has as many on both sides: they were replaced. `isEnd`:
 * whether nothing follows the sequences, so that a gap at their end is whole.
 */
export function pairReplaced(steps: readonly Step[], isEnd: boolean): Step[] {
  const result: Step[] = [];
  let gap: Step[] = [];
  const close = (isWhole: boolean): void => {
    const sources = gap.flatMap(({ source }) => source ?? []);
    const copies = gap.flatMap(({ copy }) => copy ?? []);
    if (isWhole && sources.length === copies.length && sources.length <= MOST_REPLACED) {
      for (const [index, source] of sources.entries()) result.push({ source, copy: copies[index] ?? 0 });
    } else result.push(...gap);
    gap = [];
  };
  for (const step of steps) {
    if (step.source === undefined || step.copy === undefined) gap.push(step);
    else {
      close(true);
      result.push(step);
    }
  }
  close(isEnd);
  return result;
}

function scoreOf(one: Look | undefined, other: Look | undefined): number {
  if (!one || !other) return 0;
  if (one.whole === other.whole) return EQUAL;
  if (one.text !== '' && one.text === other.text) return SAME_TEXT;
  if (one.media !== '' && one.media === other.media) return SAME_MEDIA;
  if (one.mayBeCard && other.kind === 'text') return CARD;
  if (one.kind !== other.kind || one.text.length < 4 || other.text.length < 4) return 0;
  const similarity = similarityOf(one.text, other.text);
  return similarity < LEAST_SIMILAR ? 0 : Math.round(SIMILAR * similarity);
}

/** The longest beginning of a text that is compared letter by letter. */
const MOST_LETTERS = 400;

/** The share of pairs of letters that two texts have in common, 0 to 1 (Dice). */
function similarityOf(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  if (shorter * 3 < Math.max(one.length, other.length)) return 0;
  const counts = new Map<string, number>();
  const [left, right] = [one.slice(0, MOST_LETTERS), other.slice(0, MOST_LETTERS)];
  for (let at = 0; at + 1 < left.length; at += 1) {
    const pair = left.slice(at, at + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let at = 0; at + 1 < right.length; at += 1) {
    const pair = right.slice(at, at + 2);
    const left = counts.get(pair) ?? 0;
    if (left > 0) shared += 1;
    counts.set(pair, left - 1);
  }
  return (2 * shared) / Math.max(1, left.length + right.length - 2);
}
