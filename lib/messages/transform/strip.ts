import type { PostDocument } from '../document/document.js';
import type { Entity, FormattedText } from '../document/text.js';
import { endOf } from '../text/behaviour.js';
import { type Edit, plainText, replaceRanges } from '../text/edit.js';
import { withoutUrlButtons } from './buttons.js';

export const STRIPPABLE = ['links', 'mentions', 'hashtags'] as const;
export type Strippable = (typeof STRIPPABLE)[number];

/**
 * The message without these. What stands in the text itself (an address, an @name, a #tag) is removed with one of the
 * blanks around it; words that merely lead somewhere stay as words. Without links it has no link preview and no buttons
 * that open an address either.
 */
export function strip(document: PostDocument, wanted: ReadonlySet<Strippable>): PostDocument {
  const { text, entities } = stripText(document, wanted);
  const { markup, media, ...rest } = { ...document, text, entities };
  const without = wanted.has('links');
  const keptMarkup = without ? withoutUrlButtons(markup) : markup;
  const keptMedia = without && media?.kind === 'web_page' ? undefined : media;
  return { ...rest, ...(keptMarkup && { markup: keptMarkup }), ...(keptMedia && { media: keptMedia }) };
}

function stripText({ text, entities }: FormattedText, wanted: ReadonlySet<Strippable>): FormattedText {
  const kept = entities.filter((entity) => !leads(entity, wanted));
  const edits: Edit[] = [];
  for (const entity of entities.filter((each) => stands(each, wanted))) {
    const edit = removal(text, entity);
    if (edit.from >= (edits.at(-1)?.to ?? 0)) edits.push(edit);
  }
  return replaceRanges({ text, entities: kept }, edits);
}

function stands({ kind }: Entity, wanted: ReadonlySet<Strippable>): boolean {
  if (kind === 'link') return wanted.has('links');
  return kind === 'mention' ? wanted.has('mentions') : kind === 'hashtag' && wanted.has('hashtags');
}

function leads({ kind }: Entity, wanted: ReadonlySet<Strippable>): boolean {
  return kind === 'text_link' ? wanted.has('links') : kind === 'mention_name' && wanted.has('mentions');
}

/** The entity's words, and the blank that would be left over: before them, or after them at a line's start. */
function removal(text: string, entity: Entity): Edit {
  const [from, to] = [entity.offset, endOf(entity)];
  const before = text[from - 1];
  const after = text[to];
  const atEnd = after === undefined || /\s/.test(after);
  if (before === ' ' && atEnd) return { from: from - 1, to, by: plainText('') };
  const atStart = before === undefined || before === '\n';
  return { from, to: atStart && after === ' ' ? to + 1 : to, by: plainText('') };
}
