import { type ASTNode, Environment, serialize } from '@marcbachmann/cel-js';
import { FailedError, messageOf, UsageError } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import type { MessageDocument } from '../document/document.js';
import { FILTER_FIELDS, fieldsOf } from './filter-fields.js';
import { type Cel, isNode, settleLiterals } from './filter-literals.js';
import type { Given } from './given.js';
import { type Pattern, readPattern } from './pattern.js';

/** Whether an expression is true for a message; `whole` is its album, or the message alone. */
export type Filter = (document: MessageDocument, whole: readonly MessageDocument[]) => boolean;

const LONGEST = 4_000;
/** An expression has as many nodes as a person writes, and never so many that a message takes noticeable time. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: 500,
  maxMapEntries: 50,
  maxCallArguments: 8,
};
/** Takes the place of CEL's `matches`, whose implementation here would be the language's own expressions. */
const MATCHES = 'matchesPattern';

/**
 * Reads `--filter`: an expression of the Common Expression Language (cel.dev) over FILTER_FIELDS that is true or false.
 * Names, types, dates, spans and the patterns of `matches` are checked here, so that no message is needed to find a
 * mistake.
 * @throws UsageError BAD_FILTER; its field `place` has two lines: the expression's, and one with a mark under the place.
 */
export function readFilter(given: Given): Filter {
  const source = given.text.trim();
  if (source.length > LONGEST) throw refused(given, source, `it is longer than ${LONGEST} characters`);
  const patterns = new Map<string, Pattern>();
  const environment = environmentOf(patterns);
  const checked = environment.check(source);
  if (!checked.valid) throw refused(given, source, faultWords(checked.error), checked.error?.range);
  if (checked.type !== 'bool') {
    throw refused(given, source, `it must be true or false, and this is of the type ${checked.type}`, {
      start: 0,
    });
  }
  const { ast } = environment.parse(source);
  const refuse: Refuse = (fault, node) => refused(given, source, fault, node.range);
  refusePatterns(ast, patterns, refuse);
  const cel: Cel = {
    typeOf: (expression) => environment.check(expression).type,
    valueOf: (expression) => environment.evaluate(expression),
  };
  settleLiterals(ast, cel, refuse);
  const evaluate = environment.parse(serialize(ast));
  return (document, whole) => {
    try {
      return evaluate(fieldsOf(document, whole)) === true;
    } catch (error) {
      throw failed(given, document, error);
    }
  };
}

function environmentOf(patterns: ReadonlyMap<string, Pattern>): Environment {
  const environment = new Environment({ limits: LIMITS });
  for (const [name, { type }] of Object.entries(FILTER_FIELDS)) environment.registerVariable(name, type);
  environment.registerFunction(
    `string.${MATCHES}(string): bool`,
    (subject: string, pattern: string) => patterns.get(pattern)?.finds(subject) ?? false,
  );
  return environment;
}

type Refuse = (fault: string, node: Pick<ASTNode, 'range'>) => Error;

/** Goes through the whole expression, gathers the patterns of `matches`, and refuses what would mislead. */
function refusePatterns(value: unknown, patterns: Map<string, Pattern>, refuse: Refuse): void {
  if (Array.isArray(value)) {
    for (const each of value) refusePatterns(each, patterns, refuse);
    return;
  }
  if (!isNode(value)) return;
  if (value.op === 'call' && value.args[0] === 'has') {
    throw refuse('has() is not needed: a field that does not apply is 0, false or an empty text', value);
  }
  if (value.op === 'rcall') {
    if (value.args[0] === MATCHES) throw refuse(`${MATCHES} is not a function: write matches`, value);
    if (value.args[0] === 'matches') usePattern(value, patterns, refuse);
  }
  refusePatterns(value.args, patterns, refuse);
}

function usePattern(
  node: ASTNode & { readonly op: 'rcall' },
  patterns: Map<string, Pattern>,
  refuse: Refuse,
): void {
  const [argument] = node.args[2];
  if (argument?.op !== 'value' || typeof argument.args !== 'string') {
    throw refuse('the pattern of matches must be written out, between quotes', argument ?? node);
  }
  const read = readPattern(argument.args);
  if ('fault' in read) throw refuse(`not a regular expression of RE2: ${read.fault}`, argument);
  patterns.set(argument.args, read.pattern);
  node.args[0] = MATCHES;
}

interface Fault {
  readonly code: string;
  readonly summary: string;
}

function faultWords(fault: Fault | undefined): string {
  if (fault?.code !== 'unknown_variable') return lowerFirst(fault?.summary ?? 'it cannot be read');
  const names = Object.keys(FILTER_FIELDS).join(', ');
  return `${lowerFirst(fault.summary)}; the fields are ${names}`;
}

function lowerFirst(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function refused(
  { origin }: Given,
  source: string,
  fault: string,
  range?: { readonly start: number },
): UsageError {
  const where = range === undefined ? '' : ` (character ${range.start + 1})`;
  return new UsageError(
    'BAD_FILTER',
    `${origin} is not an expression that TelePi can use: ${fault}${where}.`,
    {
      fields: range === undefined ? {} : { place: marked(source, range.start) },
    },
  );
}

/** The line of the place, and a line with a mark under it. */
function marked(source: string, start: number): readonly string[] {
  const lineStart = source.slice(0, start).lastIndexOf('\n') + 1;
  const line = source.slice(lineStart).split('\n', 1)[0] ?? '';
  const first = Math.max(0, start - lineStart - 60);
  return [line.slice(first, first + 100), `${' '.repeat(start - lineStart - first)}^`];
}

/** A division by zero, for one: better a run that stops than messages that are left out for no reason of theirs. */
function failed({ origin }: Given, { id }: MessageDocument, error: unknown): FailedError {
  const [words = ''] = messageOf(error).split('\n');
  return new FailedError(
    'FILTER_FAILED',
    `${origin} can't be evaluated for message ${shownId(id)}: ${words}. Change the expression so that it holds for every message.`,
    { fields: { messageId: shownId(id) } },
  );
}
