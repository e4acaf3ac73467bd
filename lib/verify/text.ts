import stringify from 'fast-json-stable-stringify';
import type { Entity, FormattedText } from '../messages/document/text.js';
import type { Difference } from './differences.js';
import { FOUND_BY_TELEGRAM } from './found-by-telegram.js';
import { difference } from './rules/rule.js';

/** Two of these that touch look like one, and Telegram joins or divides them as it likes. */
const JOINED: ReadonlySet<Entity['kind']> = new Set<Entity['kind']>([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
]);

/** A text or caption with its formatting, against that of the copy. Entities are compared by what they make visible. */
export function compareText(source: FormattedText, copy: FormattedText): Difference[] {
  const found: Difference[] = [];
  if (source.text !== copy.text) found.push(difference('text', 'text', source.text, copy.text));
  const [wanted, got] = [seenEntities(source), seenEntities(copy)];
  // An edited text moves all its formatting: its place says something only in equal texts.
  const form = source.text === copy.text ? stringify : withoutPlace;
  const kinds = new Set([...wanted, ...got].map(({ kind }) => kind));
  for (const kind of [...kinds].sort()) {
    const [one, other] = [wanted, got].map((all) => all.filter((entity) => entity.kind === kind));
    if (stringify(one?.map(form)) === stringify(other?.map(form))) continue;
    found.push(difference('entities', `entities.${kind}`, one, other));
  }
  return found;
}

function withoutPlace({ offset: _, length: __, ...rest }: Entity): string {
  return stringify(rest);
}

function seenEntities({ entities }: FormattedText): readonly Entity[] {
  const set = entities.filter(({ kind, length }) => !FOUND_BY_TELEGRAM.has(kind) && length > 0);
  const sorted = [...set].sort(
    (one, other) =>
      one.offset - other.offset || other.length - one.length || one.kind.localeCompare(other.kind),
  );
  return joined(sorted);
}

function joined(entities: readonly Entity[]): Entity[] {
  const result: Entity[] = [];
  for (const entity of entities) {
    const index = JOINED.has(entity.kind) ? result.findLastIndex(({ kind }) => kind === entity.kind) : -1;
    const before = result[index];
    const end = before && before.offset + before.length;
    if (!before || end === undefined || end < entity.offset) result.push(entity);
    else {
      const length = Math.max(end, entity.offset + entity.length) - before.offset;
      result[index] = { ...before, length };
    }
  }
  return result;
}
