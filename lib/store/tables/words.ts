import { DamagedValue } from '../values.js';

/** A word of a column, if it is one of these. @throws DamagedValue for any other */
export function knownWord<Word extends string>(words: readonly Word[], word: string): Word {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new DamagedValue('A row of the store has an unknown word.');
  return found;
}
