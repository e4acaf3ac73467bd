import type { PostDocument } from '../messages/document/document.js';
import { align, type Look, pairReplaced, type Step } from './align.js';
import { lookOf, mediaLook } from './key.js';
import { notCopied } from './kinds.js';
import { piecesOf } from './pieces.js';
import { mayBeText } from './presumed.js';

/** A message in the window, with what it looks like. */
export interface Seen {
  readonly post: PostDocument;
  readonly look: Look;
  /** Whether it is selected. */
  readonly wanted: boolean;
}

/** A message and its copy, or one of them without the other. */
export interface Match {
  readonly source?: Seen;
  readonly copy?: Seen;
  /** All messages of the copy, when it consists of several. */
  readonly pieces?: readonly Seen[];
}

export function seen(post: PostDocument): Omit<Seen, 'wanted'> {
  const media = mediaLook(post.media);
  return {
    post,
    look: {
      whole: lookOf(post),
      text: post.text,
      media: media === undefined ? '' : JSON.stringify(media),
      kind: post.media?.kind ?? 'text',
      mayBeCard: notCopied(post) !== undefined || mayBeText(post),
    },
  };
}

/** How many messages of each side are looked at together. */
export const WINDOW = 256;
/** How many matches are taken at once, at most: an interrupted verification reads this many files again. */
const MOST_AT_ONCE = 32;

/**
 * Takes matches from the front of two windows, and removes them there. Messages that look the same are matched at once;
 * where they don't, the windows are aligned, and the first half of the result is taken: what comes after it may still
 * look different with more of the histories. `isEnd`: the windows hold everything that is left.
 */
export function takeMatches(sources: Seen[], copies: Seen[], isEnd: boolean): Match[] {
  const matches: Match[] = [];
  while (matches.length < MOST_AT_ONCE && sources[0] && copies[0]) {
    const count = piecesAt(sources, copies);
    if (count === 1 && sources[0].look.whole !== copies[0].look.whole) break;
    const source = sources.shift();
    const pieces = copies.splice(0, count);
    const [copy] = pieces;
    if (source && copy) matches.push({ source, copy, ...(count > 1 && { pieces }) });
  }
  if (matches.length > 0) return matches;
  const looks = [sources, copies].map((all) => all.map(({ look }) => look));
  const all = align(looks[0] ?? [], looks[1] ?? []);
  const taken = upToPieces(
    isEnd ? pairReplaced(all, true) : firstHalf(all, sources.length, copies.length),
    sources,
    copies,
  );
  const result = taken.map(({ source, copy }) => ({
    ...(source !== undefined && { source: sources[source] as Seen }),
    ...(copy !== undefined && { copy: copies[copy] as Seen }),
  }));
  sources.splice(0, taken.filter(({ source }) => source !== undefined).length);
  copies.splice(0, taken.filter(({ copy }) => copy !== undefined).length);
  return result;
}

/** How many copies from the front are the first source together. */
function piecesAt([source]: readonly Seen[], copies: readonly Seen[], from = 0): number {
  if (!source) return 1;
  return piecesOf(
    source.post,
    copies.slice(from, from + MOST_AT_ONCE).map(({ post }) => post),
  );
}

/** Steps before a message whose copy consists of several: these are taken from the front of the windows. */
function upToPieces(
  steps: readonly Step[],
  sources: readonly Seen[],
  copies: readonly Seen[],
): readonly Step[] {
  let at = 0;
  let copied = 0;
  for (const [index, { source, copy }] of steps.entries()) {
    const next = sources[at];
    if (index > 0 && next && piecesAt([next], copies, copied) > 1) return steps.slice(0, index);
    if (source !== undefined) at = source + 1;
    if (copy !== undefined) copied = copy + 1;
  }
  return steps;
}

/** Gaps are closed before the cut, so that one that the cut divides isn't taken for a whole one. */
function firstHalf(steps: readonly Step[], sources: number, copies: number): Step[] {
  const closed = pairReplaced(steps, false);
  const cut = closed.findIndex(
    ({ source = 0, copy = 0 }) => source * 2 >= Math.max(2, sources) || copy * 2 >= Math.max(2, copies),
  );
  return closed.slice(0, Math.max(1, cut < 0 ? closed.length : cut));
}
