import { DamagedValue } from '../store/values.js';

/** A part of the source's history: after one source id, and up to another. */
export interface Stretch {
  readonly after: number;
  readonly upTo: number;
}

/** The same ids in as few stretches as possible, oldest first. */
export function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  const sorted = stretches
    .filter(({ after, upTo }) => after < upTo)
    .sort((one, other) => one.after - other.after);
  for (const stretch of sorted) {
    const last = result.at(-1);
    if (last && stretch.after <= last.upTo) {
      result[result.length - 1] = { after: last.after, upTo: Math.max(last.upTo, stretch.upTo) };
    } else result.push(stretch);
  }
  return result;
}

/** The stretches without `taken`. */
export function without(stretches: readonly Stretch[], taken: Stretch): readonly Stretch[] {
  return joined(
    stretches.flatMap(({ after, upTo }) => [
      { after, upTo: Math.min(upTo, taken.after) },
      { after: Math.max(after, taken.upTo), upTo },
    ]),
  );
}

/** What two stretches have in common; undefined when that is nothing. */
export function common(one: Stretch, other: Stretch): Stretch | undefined {
  const after = Math.max(one.after, other.after);
  const upTo = Math.min(one.upTo, other.upTo);
  return after < upTo ? { after, upTo } : undefined;
}

/** As the ledger keeps them: pairs of numbers in JSON. */
export function stretchesText(stretches: readonly Stretch[]): string {
  return JSON.stringify(stretches.map(({ after, upTo }) => [after, upTo]));
}

/** @throws DamagedValue for a text that is not one of `stretchesText` */
export function readStretches(text: string | null | undefined): readonly Stretch[] {
  if (text === null || text === undefined) return [];
  try {
    const pairs: unknown = JSON.parse(text);
    if (Array.isArray(pairs)) return pairs.map(stretchOf);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new DamagedValue('The parts of the source that were passed over cannot be read.');
}

function stretchOf(pair: unknown): Stretch {
  const [after, upTo] = Array.isArray(pair) ? (pair as unknown[]) : [];
  if (Number.isSafeInteger(after) && Number.isSafeInteger(upTo)) {
    return { after: after as number, upTo: upTo as number };
  }
  throw new SyntaxError('It is not a pair of numbers.');
}
