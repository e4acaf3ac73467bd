import {
  readCriteria,
  type SelectionName,
  type SelectionWords,
} from '../../lib/messages/selection/criteria.js';
import { type Selection, selectionOf } from '../../lib/messages/selection/selection.js';

/** The words of a selection, each from a flag of its name. */
export function selectionWords(texts: Partial<Record<SelectionName, string>>): SelectionWords {
  const given = Object.entries(texts).map(([name, text]) => [name, { text, origin: `--${name}` }]);
  return Object.fromEntries(given) as SelectionWords;
}

/** The selection of these words, for an account that knows these people. */
export async function selectionFor(
  texts: Partial<Record<SelectionName, string>>,
  { now = Date.now(), self = 0, named = new Map<string, number>() } = {},
): Promise<Selection> {
  return selectionOf(await readCriteria(selectionWords(texts), now), { self, named });
}
