import type { Entity, FormattedText } from '../document/text.js';
import { behaviourOf } from './behaviour.js';
import { normalise } from './normalise.js';

/** More entities are ignored by the server (limits.tginfo.me), which counts none that it finds by itself. */
export const MOST_ENTITIES = 100;

export interface Sendable {
  readonly text: FormattedText;
  /** Formatting had to be left out that Telegram won't find in the text by itself. */
  readonly isReduced: boolean;
}

/**
 * A text with the entities that a request may hold: without the marks of Telegram's AI editor and whatever is newer than
 * this version, and MOST_ENTITIES at most. Of more, the server's own finds go first, then the last ones.
 */
export function sendable({ text, entities }: FormattedText): Sendable {
  const settable = entities.filter((entity) => entity.length > 0 && isSettable(entity));
  const kept = settable.length > MOST_ENTITIES ? fewEnough({ text, entities: settable }) : settable;
  const isReduced = !entities.every(isSettable) || kept.length > MOST_ENTITIES;
  return { text: { text, entities: kept.slice(0, MOST_ENTITIES) }, isReduced };
}

/** Whether a request may hold such an entity. */
export function isSettable({ kind }: Entity): boolean {
  return !NEVER_SET.has(kind);
}

const NEVER_SET: ReadonlySet<Entity['kind']> = new Set([
  'diff_insert',
  'diff_delete',
  'diff_replace',
  'unknown',
]);

/** As few as possible without losing formatting; there may still be too many. */
function fewEnough(text: FormattedText): readonly Entity[] {
  const { entities } = normalise(text);
  let surplus = entities.length - MOST_ENTITIES;
  const kept: Entity[] = [];
  for (const entity of entities.toReversed()) {
    const isLeftOut = surplus > 0 && behaviourOf(entity) === 'found';
    if (isLeftOut) surplus -= 1;
    else kept.push(entity);
  }
  return kept.reverse();
}
