import type { PostDocument } from '../document/document.js';
import type { Entity, FormattedText } from '../document/text.js';
import { endOf } from '../text/behaviour.js';
import { isInsidePair } from '../text/boundaries.js';
import { entityForm, markupForm } from './document-form.js';
import { FormFault, list, record, string, within } from './form.js';

/** The fields that a program may change: what a copy can take over from its answer. */
const CHANGEABLE: ReadonlySet<string> = new Set(['text', 'entities', 'markup']);

/**
 * What a program made of a document that it was given as JSON: the document with its text, entities and buttons, or
 * null when the message should be left out. Each field must have the document's form, and every other field must be as
 * it was: a change that no copy could show would be lost in silence.
 * @throws FormFault with the path of the first fault.
 */
export function answeredDocument(asked: PostDocument, answer: unknown): PostDocument | null {
  if (answer === null) return null;
  const given = record(answer, '');
  // JSON knows no field without a value.
  const before = JSON.parse(JSON.stringify(asked)) as Readonly<Record<string, unknown>>;
  for (const name of new Set([...Object.keys(before), ...Object.keys(given)])) {
    if (!CHANGEABLE.has(name)) assertSame(before[name], given[name], name);
  }
  string(given['text'], 'text');
  list(entityForm)(given['entities'], 'entities');
  if (given['markup'] !== undefined) markupForm(given['markup'], 'markup');
  const text = given as unknown as FormattedText & Pick<PostDocument, 'markup'>;
  for (const [index, entity] of text.entities.entries())
    assertInside(entity, text.text, `entities[${index}]`);
  const { markup: _, ...rest } = asked;
  return {
    ...rest,
    text: text.text,
    entities: text.entities,
    ...(text.markup && { markup: text.markup }),
  };
}

function assertInside(entity: Entity, text: string, path: string): void {
  if (endOf(entity) > text.length) {
    throw new FormFault(
      within(path, 'length'),
      `at most ${text.length - entity.offset}: the text has ${text.length} UTF-16 units`,
    );
  }
  for (const at of [entity.offset, endOf(entity)]) {
    if (isInsidePair(text, at))
      throw new FormFault(path, 'around whole characters: it cuts a surrogate pair');
  }
}

function assertSame(before: unknown, now: unknown, path: string): void {
  if (before === now) return;
  if (Array.isArray(before) && Array.isArray(now) && before.length === now.length) {
    for (const [index, each] of before.entries()) assertSame(each, now[index], `${path}[${index}]`);
    return;
  }
  if (isRecord(before) && isRecord(now)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      assertSame(before[name], now[name], within(path, name));
    }
    return;
  }
  throw new FormFault(path, `as it was: only ${[...CHANGEABLE].join(', ')} can be changed`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
