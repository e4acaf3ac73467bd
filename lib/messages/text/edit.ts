import type { Entity, FormattedText } from '../document/text.js';
import { behaviourOf, endOf, mayBeCut, moved } from './behaviour.js';
import { pairEnd, pairStart } from './boundaries.js';

/** Puts `by` in place of the UTF-16 units from `from` up to `to`; with `from === to` it is inserted there. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: FormattedText;
}

/** An entity without its place. */
export type Style = { [E in Entity as E['kind']]: Omit<E, 'offset' | 'length'> }[Entity['kind']];

export function plainText(text: string): FormattedText {
  return { text, entities: [] };
}

/** A text that one entity covers, as far as there is text. */
export function covered(text: string, style: Style): FormattedText {
  return { text, entities: text === '' ? [] : [{ ...style, offset: 0, length: text.length }] };
}

export function concat(...texts: readonly FormattedText[]): FormattedText {
  const entities: Entity[] = [];
  let text = '';
  for (const each of texts) {
    for (const entity of each.entities) entities.push(moved(entity, entity.offset + text.length));
    text += each.text;
  }
  return { text, entities };
}

/** Joins the texts that aren't empty. */
export function join(texts: readonly FormattedText[], separator: string): FormattedText {
  const present = texts.filter(({ text }) => text !== '');
  return concat(...present.flatMap((text, index) => (index === 0 ? [text] : [plainText(separator), text])));
}

/**
 * The UTF-16 units from `from` up to `to`, with what lies in them of each entity. Both are moved in front of a surrogate
 * pair that they would cut, so slices that meet lose nothing. An entity that means nothing when it is cut is left out.
 */
export function slice({ text, entities }: FormattedText, from: number, to = text.length): FormattedText {
  const start = pairStart(text, from);
  const end = Math.max(start, pairStart(text, to));
  const kept = entities.flatMap((entity): Entity[] => {
    const offset = Math.max(entity.offset, start);
    const length = Math.min(endOf(entity), end) - offset;
    if (length <= 0 || (length < entity.length && !mayBeCut(entity))) return [];
    return [moved(entity, offset - start, length)];
  });
  return { text: text.slice(start, end), entities: kept };
}

export function insert(text: FormattedText, at: number, inserted: FormattedText): FormattedText {
  return replaceRanges(text, [{ from: at, to: at, by: inserted }]);
}

/**
 * Makes all edits at once; their places are those in the text as it is, in any order. An edit that would cut a surrogate
 * pair takes the whole pair.
 *
 * An entity around the replaced words, or of just these words, covers the new ones; one that is replaced in part covers
 * the rest. Text that is inserted at an entity's edge stays outside. An entity that stands for its exact words is left
 * out when they change, but a link or hashtag in which a part is replaced remains one as long as it is one word.
 * @throws RangeError when two edits overlap.
 */
export function replaceRanges(whole: FormattedText, edits: readonly Edit[]): FormattedText {
  const { text } = whole;
  const placed = placeEdits(text, edits);
  const pieces: string[] = [];
  const entities: Entity[] = [];
  let at = 0;
  for (const edit of placed) {
    pieces.push(text.slice(at, edit.from), edit.by.text);
    for (const entity of edit.by.entities) entities.push(moved(entity, entity.offset + edit.newFrom));
    at = edit.to;
  }
  pieces.push(text.slice(at));
  const kept = whole.entities.flatMap((entity) => carried(entity, placed));
  return { text: pieces.join(''), entities: [...kept, ...entities].sort(inOrder) };
}

/** The text without what the server trims at both ends: blanks and control characters, as TDLib does before a send. */
export function trim(text: FormattedText): FormattedText {
  return trimStart(trimEnd(text));
}

export function trimStart(text: FormattedText): FormattedText {
  let from = 0;
  while (isTrimmed(text.text, from)) from += 1;
  return from === 0 ? text : slice(loosened(text), from);
}

export function trimEnd(text: FormattedText): FormattedText {
  let to = text.text.length;
  while (isTrimmed(text.text, to - 1)) to -= 1;
  return to === text.text.length ? text : slice(loosened(text), 0, to);
}

/** Whether nothing of it would be seen. */
export function isBlank({ text }: FormattedText): boolean {
  return text.trim() === '';
}

/** By offset, the outer of two before the inner one. */
export function inOrder(one: Entity, other: Entity): number {
  return one.offset - other.offset || other.length - one.length;
}

interface PlacedEdit extends Edit {
  /** Where `by` begins and ends in the new text. */
  readonly newFrom: number;
  readonly newTo: number;
}

function placeEdits(text: string, edits: readonly Edit[]): PlacedEdit[] {
  const ordered = edits
    .map(({ from, to, by }) => ({
      from: pairStart(text, from),
      to: to > from ? pairEnd(text, to) : pairStart(text, to),
      by,
    }))
    .sort((one, other) => one.from - other.from || one.to - other.to);
  let shift = 0;
  let before = 0;
  return ordered.map(({ from, to, by }) => {
    if (from < before || to < from) throw new RangeError('Edits of a text must not overlap.');
    before = to;
    const newFrom = from + shift;
    shift += by.text.length - (to - from);
    return { from, to, by, newFrom, newTo: newFrom + by.text.length };
  });
}

/** The entity in the new text; empty when nothing of it is left. */
function carried(entity: Entity, edits: readonly PlacedEdit[]): Entity[] {
  const offset = newStart(entity.offset, edits);
  const length = newEnd(endOf(entity), edits) - offset;
  if (length <= 0) return [];
  const touching = edits.filter((edit) => touches(edit, entity));
  if (touching.length > 0 && !mayBeCut(entity) && !remainsOneWord(entity, touching)) return [];
  return [moved(entity, offset, length)];
}

function newStart(start: number, edits: readonly PlacedEdit[]): number {
  let shift = 0;
  for (const { from, to, newTo } of edits) {
    if (to <= start) shift = newTo - to;
    else if (from < start) return newTo;
    else break;
  }
  return start + shift;
}

function newEnd(end: number, edits: readonly PlacedEdit[]): number {
  let shift = 0;
  for (const { from, to, newFrom, newTo } of edits) {
    if (from === to && from === end) continue;
    if (to <= end) shift = newTo - to;
    else if (from < end) return newFrom;
    else break;
  }
  return end + shift;
}

function touches({ from, to }: Edit, { offset, length }: Entity): boolean {
  const end = offset + length;
  return from === to ? offset < from && from < end : from < end && offset < to;
}

function remainsOneWord(entity: Entity, edits: readonly Edit[]): boolean {
  if (behaviourOf(entity) !== 'found') return false;
  return edits.every(
    ({ from, to, by }) => from > entity.offset && to <= endOf(entity) && !/\s/.test(by.text),
  );
}

/** Blanks at the ends of an entity that can't be cut don't belong to it. */
function loosened({ text, entities }: FormattedText): FormattedText {
  return {
    text,
    entities: entities.map((entity) => {
      if (mayBeCut(entity)) return entity;
      let [from, to] = [entity.offset, endOf(entity)];
      while (from < to && isTrimmed(text, from)) from += 1;
      while (from < to && isTrimmed(text, to - 1)) to -= 1;
      return from < to ? moved(entity, from, to - from) : entity;
    }),
  };
}

function isTrimmed(text: string, index: number): boolean {
  return text.charCodeAt(index) <= 0x20;
}
