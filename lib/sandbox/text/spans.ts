import type { Entity, EntityKind } from '../world/entity.js';

/** A piece of a text; offset and length in UTF-16 units. */
export type Span = Pick<Entity, 'offset' | 'length'>;

/** What was found in a text. */
export interface Finding extends Span {
  readonly kind: EntityKind;
}

/** Where a pattern with the flags `g` and `u` matches a text, and how. */
export function matchesOf(
  text: string,
  pattern: RegExp,
  kind: EntityKind,
  isRight: (match: string) => boolean = () => true,
): Finding[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: match, index }) =>
    isRight(match) ? [{ kind, offset: index, length: match.length }] : [],
  );
}

export function endOf({ offset, length }: Span): number {
  return offset + length;
}

export function overlap(one: Span, other: Span): boolean {
  return one.offset < endOf(other) && other.offset < endOf(one);
}

export function isWithin(inner: Span, outer: Span): boolean {
  return outer.offset <= inner.offset && endOf(inner) <= endOf(outer);
}
