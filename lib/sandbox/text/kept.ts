import type { Entity, EntityKind, StyledText } from '../world/entity.js';
import { type FindOptions, foundIn } from './found.js';
import { endOf, isWithin, overlap, type Span } from './spans.js';

/** Kinds that Telegram finds by itself. It doesn't take them from a client. */
export const FOUND: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'mention',
  'hashtag',
  'cashtag',
  'botCommand',
  'url',
  'email',
  'phone',
  'bankCard',
]);

/**
 * A text as Telegram keeps it: with what it finds by itself, and of the entities that were set the ones that may be
 * together (core.telegram.org/bots/api#messageentity, TDLib's `fix_entities`). Code holds nothing else. Quotes aren't
 * nested, and hold links and mentions whole or not at all. Links, mentions, custom emoji and dates don't overlap, but
 * a link may hold custom emoji. Styles lie over everything but code, and equal ones that meet are one. What is found
 * gives way to code, links, dates and custom emoji. A text that was kept once is kept as it is.
 */
export function asKept({ text, entities }: StyledText, options: FindOptions): StyledText {
  const found = foundIn(text, options);
  if (found.length === 0 && entities.length === 0) return { text, entities };
  const set = entities
    .flatMap((entity) => (FOUND.has(entity.kind) ? [] : inside(entity, text.length)))
    .sort(inKeptOrder);
  const quotes = apart(set.filter(({ kind }) => kind === 'blockquote'));
  const whole = apart(set.filter(({ kind }) => kind !== 'blockquote' && !STYLES.has(kind))).filter((entity) =>
    fitsQuotes(entity, quotes),
  );
  const code = whole.filter(({ kind }) => CODE.has(kind));
  const styles = cutOut(joined(set.filter(({ kind }) => STYLES.has(kind))), code);
  const free = found.filter(
    (entity) => fitsQuotes(entity, quotes) && !whole.some((other) => overlap(entity, other)),
  );
  return { text, entities: [...quotes, ...whole, ...styles, ...free].sort(inKeptOrder) };
}

/** By offset, the longer first; of equal ones the outer kind first. */
function inKeptOrder(one: Entity, other: Entity): number {
  return (
    one.offset - other.offset ||
    other.length - one.length ||
    rank(one) - rank(other) ||
    one.kind.localeCompare(other.kind)
  );
}

/** TDLib's `get_type_priority`. */
function rank({ kind }: Entity): number {
  const index = RANKS.findIndex((kinds) => kinds.includes(kind));
  return index < 0 ? RANKS.length : index;
}

const STYLES: ReadonlySet<EntityKind> = new Set<EntityKind>([
  'bold',
  'italic',
  'underline',
  'strike',
  'spoiler',
]);
const CODE: ReadonlySet<EntityKind> = new Set<EntityKind>(['code', 'pre']);
const LABELS: ReadonlySet<EntityKind> = new Set<EntityKind>(['textUrl', 'mentionName']);
const RANKS: readonly (readonly EntityKind[])[] = [
  ['blockquote'],
  ['pre'],
  ['code'],
  ['date'],
  ['textUrl', 'mentionName'],
  [...FOUND],
  ['bold'],
  ['italic'],
  ['underline'],
  ['strike'],
  ['spoiler'],
  ['customEmoji'],
];

/** The part of an entity that lies in the text. */
function inside(entity: Entity, size: number): Entity[] {
  const offset = Math.max(0, entity.offset);
  const length = Math.min(endOf(entity), size) - offset;
  return length > 0 ? [{ ...entity, offset, length }] : [];
}

/** Of entities that overlap, the first and outer one stays; custom emoji stay in a link. */
function apart(ordered: readonly Entity[]): Entity[] {
  const kept: Entity[] = [];
  let [outer, inner]: (Entity | undefined)[] = [];
  for (const entity of ordered) {
    const isFree = !outer || endOf(outer) <= entity.offset;
    const isHeld =
      outer && LABELS.has(outer.kind) && entity.kind === 'customEmoji' && isWithin(entity, outer);
    if (!isFree && !(isHeld && (!inner || endOf(inner) <= entity.offset))) continue;
    if (isFree) outer = entity;
    else inner = entity;
    kept.push(entity);
  }
  return kept;
}

function fitsQuotes(entity: Span, quotes: readonly Entity[]): boolean {
  return quotes.every((quote) => !overlap(entity, quote) || isWithin(entity, quote));
}

/** Equal styles that overlap or meet become one. */
function joined(ordered: readonly Entity[]): Entity[] {
  const latest = new Map<EntityKind, Entity>();
  const done: Entity[] = [];
  for (const entity of ordered) {
    const before = latest.get(entity.kind);
    if (before && endOf(before) >= entity.offset) {
      const end = Math.max(endOf(before), endOf(entity));
      latest.set(entity.kind, { ...before, length: end - before.offset });
      continue;
    }
    if (before) done.push(before);
    latest.set(entity.kind, entity);
  }
  return [...done, ...latest.values()];
}

/** What of the entities lies outside code. */
function cutOut(entities: readonly Entity[], code: readonly Entity[]): Entity[] {
  return entities.flatMap((entity) => {
    const parts: Entity[] = [];
    let from = entity.offset;
    for (const hole of code.filter((each) => overlap(each, entity))) {
      if (hole.offset > from) parts.push({ ...entity, offset: from, length: hole.offset - from });
      from = endOf(hole);
    }
    if (from < endOf(entity)) parts.push({ ...entity, offset: from, length: endOf(entity) - from });
    return parts;
  });
}
