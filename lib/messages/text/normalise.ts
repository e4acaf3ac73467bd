import type { Entity, FormattedText } from '../document/text.js';
import { type Behaviour, behaviourOf, endOf, mayBeCut, moved } from './behaviour.js';
import { pairEnd, pairStart } from './boundaries.js';
import { inOrder } from './edit.js';

/**
 * The text with entities that a server accepts as they are: none is empty, leads outside the text or cuts a surrogate
 * pair; code holds nothing else, quotes and links aren't nested, equal styles that meet are one. What is drawn stays the
 * same wherever Telegram could draw it.
 */
export function normalise({ text, entities }: FormattedText): FormattedText {
  const inside = entities.flatMap((entity) => fitted(entity, text)).sort(inOrder);
  const of = (...wanted: readonly Behaviour[]): Entity[] =>
    inside.filter((entity) => wanted.includes(behaviourOf(entity)));
  const quotes = apart(of('quote'));
  const code = apart(of('code'));
  const labels = without(apart(of('label')), code);
  const exact = apartFrom(of('found', 'whole'), code, labels);
  const styles = without(merged(of('style')), code);
  return { text, entities: [...quotes, ...code, ...labels, ...exact, ...styles].sort(inOrder) };
}

/** The entity within the text and around whole characters. */
function fitted(entity: Entity, text: string): Entity[] {
  const from = pairStart(text, entity.offset);
  const to = pairEnd(text, endOf(entity));
  if (to <= from || entity.length <= 0) return [];
  const isChanged = from !== entity.offset || to !== endOf(entity);
  if (isChanged && !mayBeCut(entity)) return [];
  return [isChanged ? moved(entity, from, to - from) : entity];
}

/** Of entities that overlap, the earlier and outer one is left as it is, and the other keeps what sticks out. */
function apart(ordered: readonly Entity[]): Entity[] {
  const kept: Entity[] = [];
  let end = 0;
  for (const entity of ordered) {
    const from = Math.max(entity.offset, end);
    if (from >= endOf(entity)) continue;
    kept.push(moved(entity, from, endOf(entity) - from));
    end = endOf(entity);
  }
  return kept;
}

/** The parts of entities that don't lie in any of `holes`, which are in order and don't overlap. */
function without(entities: readonly Entity[], holes: readonly Entity[]): Entity[] {
  return entities.flatMap((entity) => {
    const parts: Entity[] = [];
    let from = entity.offset;
    for (const hole of holes) {
      if (endOf(hole) <= from || hole.offset >= endOf(entity)) continue;
      if (hole.offset > from) parts.push(moved(entity, from, hole.offset - from));
      from = endOf(hole);
    }
    if (from < endOf(entity)) parts.push(moved(entity, from, endOf(entity) - from));
    return parts;
  });
}

/** The entities that overlap neither each other nor code; in a link, only whole ones such as a custom emoji may lie. */
function apartFrom(ordered: readonly Entity[], code: readonly Entity[], labels: readonly Entity[]): Entity[] {
  const kept: Entity[] = [];
  let end = 0;
  for (const entity of ordered) {
    const isFree =
      entity.offset >= end &&
      !code.some((other) => overlap(entity, other)) &&
      labels.every((label) => !overlap(entity, label) || (isWithin(entity, label) && isWhole(entity)));
    if (!isFree) continue;
    kept.push(entity);
    end = endOf(entity);
  }
  return kept;
}

/** Equal styles that overlap or meet become one. */
function merged(ordered: readonly Entity[]): Entity[] {
  const kept: Entity[] = [];
  const last = new Map<string, number>();
  for (const entity of ordered) {
    const index = last.get(entity.kind);
    const before = index === undefined ? undefined : kept[index];
    if (index !== undefined && before && endOf(before) >= entity.offset) {
      kept[index] = moved(before, before.offset, Math.max(endOf(before), endOf(entity)) - before.offset);
      continue;
    }
    last.set(entity.kind, kept.push(entity) - 1);
  }
  return kept;
}

function overlap(one: Entity, other: Entity): boolean {
  return one.offset < endOf(other) && other.offset < endOf(one);
}

function isWithin(inner: Entity, outer: Entity): boolean {
  return outer.offset <= inner.offset && endOf(inner) <= endOf(outer);
}

function isWhole(entity: Entity): boolean {
  return behaviourOf(entity) === 'whole';
}
