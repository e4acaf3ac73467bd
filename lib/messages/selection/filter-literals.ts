import { type ASTNode, serialize } from '@marcbachmann/cel-js';
import { messageOf } from '../../base/errors.js';
import { timestampOf } from './moments.js';

/** What CEL makes of an expression. */
export interface Cel {
  /** The type of an expression, as far as it is known without values. */
  typeOf(expression: string): string | undefined;
  /** The value of an expression without fields. */
  valueOf(expression: string): unknown;
}

type Refuse = (fault: string, node: Pick<ASTNode, 'range'>) => Error;

/**
 * Goes through an expression and refuses each part that can have no value, whatever the message: a date or a span that
 * doesn't exist, a text read as a number, a division by zero. Dates without a zone become dates in UTC.
 */
export function settleLiterals(ast: ASTNode, cel: Cel, refuse: Refuse): void {
  settle(ast, cel, refuse);
}

/** Whether the node's value is the same for every message. */
function settle(node: ASTNode, cel: Cel, refuse: Refuse): boolean {
  const isConstant = partsOf(node.args)
    .map((part) => settle(part, cel, refuse))
    .every(Boolean);
  if (node.op === 'id') return false;
  if (node.op === 'call' && node.args[0] === 'timestamp') settleTimestamp(node, cel, refuse);
  if (node.op === 'call' && node.args[0] === 'duration') requireDuration(node, refuse);
  if (node.op === 'rcall' && /^get[A-Z]/.test(node.args[0])) requireZone(node, cel, refuse);
  if (isConstant && node.op !== 'value') requireValue(serialize(node), node, cel, refuse);
  return isConstant;
}

function partsOf(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  return isNode(value) ? [value] : [];
}

/** Whether something in an expression's tree is a node of it. */
export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

type Call = ASTNode & { readonly op: 'call' };

function settleTimestamp({ args: [, [argument]] }: Call, cel: Cel, refuse: Refuse): void {
  if (!argument) return;
  const text = literalOf(argument);
  if (text === undefined) {
    if (cel.typeOf(serialize(argument)) === 'int') return;
    throw refuse('the date of timestamp must be written out, between quotes', argument);
  }
  const written = timestampOf(text);
  if (written === undefined) {
    throw refuse(
      `${JSON.stringify(text)} is not a date: write it as 2024-03-05 or 2024-03-05T18:30:00+01:00 (UTC unless it names its zone)`,
      argument,
    );
  }
  Object.assign(argument, { args: written });
}

/** github.com/google/cel-spec, "duration": decimal numbers with their units. */
const DURATION = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;

function requireDuration({ args: [, [argument]] }: Call, refuse: Refuse): void {
  if (!argument) return;
  const text = literalOf(argument);
  if (text === undefined) throw refuse('the span of duration must be written out, between quotes', argument);
  if (DURATION.test(text)) return;
  throw refuse(`${JSON.stringify(text)} is not a span: write it as 90m, 24h or 1h30m`, argument);
}

function requireZone({ args }: ASTNode & { readonly op: 'rcall' }, cel: Cel, refuse: Refuse): void {
  const [name, , [argument]] = args;
  const zone = argument && literalOf(argument);
  if (zone === undefined || !argument) return;
  try {
    cel.valueOf(`timestamp(0).${name}(${JSON.stringify(zone)})`);
  } catch {
    throw refuse(
      `${JSON.stringify(zone)} is not a time zone: write it as Europe/Berlin or America/New_York`,
      argument,
    );
  }
}

function requireValue(expression: string, node: ASTNode, cel: Cel, refuse: Refuse): void {
  try {
    cel.valueOf(expression);
  } catch (error) {
    const [words = ''] = messageOf(error).split('\n');
    throw refuse(`this has no value, whatever the message: ${words}`, node);
  }
}

function literalOf({ op, args }: ASTNode): string | undefined {
  return op === 'value' && typeof args === 'string' ? args : undefined;
}
