import stringify from 'fast-json-stable-stringify';
import type { Difference, DifferenceKind } from '../differences.js';

/**
 * What becomes of a field when a message is compared with its copy. A method, so that the rule of a narrower type
 * stands for one of a wider type.
 */
export interface Rule<Value> {
  compare(source: Value | undefined, copy: Value | undefined, at: Place): void;
}

/** A rule for each field of T: a new field doesn't compile until somebody has judged it. */
export type Rules<T> = { readonly [K in keyof T]-?: Rule<Exclude<T[K], undefined>> };

/** Where two values stand, and where their differences go. */
export interface Place {
  readonly path: string;
  readonly found: Difference[];
}

/** Is not compared, for this reason. */
export function ignored(_because: string): Rule<unknown> {
  return { compare: () => {} };
}

/** Is compared by other code, which this names. */
export function elsewhere(_where: string): Rule<unknown> {
  return { compare: () => {} };
}

/** Has to be equal, in the form that `form` gives it. Default: as it is. */
export function same<Value>(
  kind: DifferenceKind,
  form: (value: Value) => unknown = (value) => value,
): Rule<Value> {
  return {
    compare(source, copy, { path, found }) {
      const [one, other] = [source, copy].map((value) => (value === undefined ? undefined : form(value)));
      if (!isEqual(one, other)) found.push(difference(kind, path, one, other));
    },
  };
}

/**
 * Must be the same in the copy when the original has it. A copy that was forwarded may have it although the original has
 * none.
 */
export function kept<Value>(form?: (value: Value) => unknown): Rule<Value> {
  const rule = same<Value>('attributes', form);
  return {
    compare(source, copy, at) {
      if (source !== undefined) rule.compare(source, copy, at);
    },
  };
}

/** Has to be there on both sides or on neither; its content is not compared. */
export function present(kind: DifferenceKind): Rule<unknown> {
  return same(kind, () => true);
}

/** Has to be equal field by field. */
export function fields<Value extends object>(kind: DifferenceKind, rules: Rules<Value>): Rule<Value> {
  return {
    compare(source, copy, { path, found }) {
      if (source === undefined || copy === undefined) {
        if (source !== copy) found.push(difference(kind, path, briefly(source), briefly(copy)));
      } else compareFields(rules, source, copy, { path, found });
    },
  };
}

/** Compares two objects of the same type. */
export function compareFields<T extends object>(rules: Rules<T>, source: T, copy: T, at: Place): void {
  for (const [name, rule] of Object.entries(rules) as [keyof T & string, Rule<unknown>][]) {
    const path = at.path === '' ? name : `${at.path}.${name}`;
    rule.compare(source[name], copy[name], { path, found: at.found });
  }
}

export function difference(kind: DifferenceKind, field: string, source: unknown, copy: unknown): Difference {
  return {
    kind,
    field,
    ...(source !== undefined && { source }),
    ...(copy !== undefined && { copy }),
  };
}

export function isEqual(one: unknown, other: unknown): boolean {
  return stringify(one) === stringify(other);
}

/** An object that is missing on one side needn't be shown whole. */
function briefly(value: object | undefined): unknown {
  if (value === undefined) return undefined;
  return 'kind' in value ? value.kind : true;
}
