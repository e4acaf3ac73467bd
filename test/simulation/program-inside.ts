import type { Random } from '../../lib/base/random.js';
import type { TextOptions } from '../../lib/clone/compose/text-options.js';
import { answeredDocument } from '../../lib/messages/transform/answer.js';
import { changed } from './program.js';
import type { Ways } from './ways.js';

/** The program of --pipe, as if it were a process of its own. */
export function pipeOf({ pipe }: Ways, random: Random): Pick<TextOptions, 'pipe'> {
  if (pipe === 'none') return {};
  const number = (): number => (pipe === 'fickle' ? random.integer(0, 999_999) : 0);
  const ask: NonNullable<TextOptions['pipe']>['ask'] = async (document) => {
    const asked = JSON.parse(JSON.stringify(document)) as typeof document;
    return answeredDocument(document, changed(asked, number()));
  };
  return { pipe: { ask } };
}
