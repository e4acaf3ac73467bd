import { readExtensions, readFileSize } from './files.js';
import type { Filter } from './filter.js';
import { badValue, contradiction, type Given } from './given.js';
import { readKinds, type SelectableKind } from './kinds.js';
import { type Moment, readMoment } from './moments.js';
import { readLimit, readMessageId, readTopics } from './numbers.js';
import type { Pattern } from './pattern.js';
import { type Person, readPeople } from './people.js';

/** The words of a selection, each as its user wrote it. */
export type SelectionWords = Readonly<Partial<Record<SelectionName, Given>>>;

/** The names of the criteria, as settings and canonical forms use them. */
export const SELECTION_NAMES = [
  'since',
  'until',
  'fromId',
  'toId',
  'topic',
  'sender',
  'kind',
  'excludeKind',
  'minSize',
  'maxSize',
  'ext',
  'match',
  'filter',
  'limit',
] as const;

export type SelectionName = (typeof SELECTION_NAMES)[number];

/** The words of a selection, checked. A criterion that wasn't given is absent. */
export interface Criteria {
  readonly since?: Moment;
  readonly until?: Moment;
  readonly fromId?: number;
  readonly toId?: number;
  readonly topic?: ReadonlySet<number>;
  readonly sender?: readonly Person[];
  readonly kind?: ReadonlySet<SelectableKind>;
  readonly excludeKind?: ReadonlySet<SelectableKind>;
  /** In bytes. */
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly ext?: ReadonlySet<string>;
  readonly match?: Written<Pattern>;
  readonly filter?: Written<Filter>;
  readonly limit?: number;
}

/** What was made of a text, and the text. */
export interface Written<T> {
  readonly text: string;
  readonly value: T;
}

/**
 * Reads and checks a selection before any work. `now` is in milliseconds since the epoch: spans count back from it.
 * @throws UsageError BAD_SELECTION for a value that can't be read, BAD_FILTER for an expression, CONTRADICTION for two
 *   criteria that no message meets.
 */
export async function readCriteria(words: SelectionWords, now: number): Promise<Criteria> {
  const read = <Name extends SelectionName, T>(name: Name, reader: (given: Given) => T) => {
    const given = words[name];
    return given && { [name]: reader(given) };
  };
  const criteria: Criteria = {
    ...read('since', (given) => readMoment(given, 'start', now)),
    ...read('until', (given) => readMoment(given, 'end', now)),
    ...read('fromId', readMessageId),
    ...read('toId', readMessageId),
    ...read('topic', readTopics),
    ...read('sender', readPeople),
    ...read('kind', readKinds),
    ...read('excludeKind', readKinds),
    ...read('minSize', readFileSize),
    ...read('maxSize', readFileSize),
    ...read('ext', readExtensions),
    ...(words.match && { match: await readMatch(words.match) }),
    ...(words.filter && { filter: await readExpression(words.filter) }),
    ...read('limit', readLimit),
  };
  refuseContradictions(words, criteria);
  return criteria;
}

/** The packages behind patterns and expressions are loaded only when they are needed. */
async function readMatch(given: Given): Promise<Written<Pattern>> {
  const { readPattern } = await import('./pattern.js');
  const read = readPattern(given.text);
  if ('pattern' in read) return { text: given.text, value: read.pattern };
  throw badValue(
    given,
    `a regular expression of RE2 (${read.fault})`,
    'RE2 has no lookaround and no backreferences; (?i) at the start ignores upper and lower case.',
  );
}

async function readExpression(given: Given): Promise<Written<Filter>> {
  const { readFilter } = await import('./filter.js');
  return { text: given.text.trim(), value: readFilter(given) };
}

function refuseContradictions(words: SelectionWords, criteria: Criteria): void {
  const refuse = (one: SelectionName, other: SelectionName, why: string): void => {
    const [first, second] = [words[one], words[other]];
    if (first && second) throw contradiction(first, second, why);
  };
  const { since, until, fromId, toId, minSize, maxSize, kind, excludeKind } = criteria;
  if (since && until && since.at > until.at) refuse('since', 'until', 'the end comes before the beginning');
  if (fromId !== undefined && toId !== undefined && fromId > toId)
    refuse('fromId', 'toId', 'the end comes before the beginning');
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize)
    refuse('minSize', 'maxSize', 'no file is both larger and smaller');
  if (kind && excludeKind && [...kind].every((each) => excludeKind.has(each)))
    refuse('kind', 'excludeKind', 'every kind is excluded');
}
