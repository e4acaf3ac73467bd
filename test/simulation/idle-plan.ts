import { type Random, seededRandom } from '../../lib/base/random.js';

export interface IdlePlan {
  readonly seed: string;
  /** In milliseconds, like all times here, which count from the moment when the client has nothing more to do. */
  readonly lengthMs: number;
  /** When somebody writes into the client's chat: once a minute. */
  readonly posts: readonly number[];
  readonly cuts: readonly number[];
  /** When the client's memory is first measured, for comparison with the end. */
  readonly firstMeasure: number;
}

const MINUTE_MS = 60_000;
/**
 * How long it takes after a cut until it has been noticed, the client is connected again, and that has been checked.
 */
export const CUT_TAKES_MS = 90_000;
const FIRST_MEASURE_MINUTES = 5;
/** In a run that has the time, the client is quiet this long before a cut, and its memory has been measured. */
const CALM_MS = 6 * MINUTE_MS;
const SOON_MS = 3_000;
/** A push that is under way when the wire is cut may or may not arrive, so no cut comes this close to one. */
const APART_MS = 3_000;

/** Where in an idle run the wire is cut is a function of the seed. Throws when `minutes` are too few for the cuts. */
export function idlePlanOf({
  seed,
  minutes,
  cuts,
}: {
  readonly seed: string;
  readonly minutes: number;
  readonly cuts: number;
}): IdlePlan {
  const least = Math.max(1, Math.ceil((cuts * (CUT_TAKES_MS - APART_MS)) / MINUTE_MS));
  if (minutes < least) {
    throw new Error(
      `${cuts} cuts need ${least} minutes, since each takes up to a minute and a half: raise --minutes or lower --cuts.`,
    );
  }
  const random = seededRandom(`${seed}/idle`);
  const lengthMs = minutes * MINUTE_MS;
  return {
    seed,
    lengthMs,
    posts: Array.from({ length: minutes }, (_, nth) => (nth + 0.5) * MINUTE_MS),
    cuts: Array.from({ length: cuts }, (_, nth) => cutIn(random, (nth * lengthMs) / cuts, lengthMs / cuts)),
    firstMeasure: Math.max(1, Math.min(FIRST_MEASURE_MINUTES, Math.floor(minutes / 3))) * MINUTE_MS,
  };
}

/** A moment in the stretch that begins at `start`, early enough for the cut to be over before the stretch is. */
function cutIn(random: Random, start: number, length: number): number {
  const latest = Math.max(SOON_MS, length - CUT_TAKES_MS);
  const at = start + random.integer(Math.min(CALM_MS, Math.max(SOON_MS, latest / 2)), latest);
  const toPost = (at % MINUTE_MS) - MINUTE_MS / 2;
  return Math.abs(toPost) < APART_MS ? at - toPost - APART_MS : at;
}
