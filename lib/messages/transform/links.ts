import type { Entity, FormattedText } from '../document/text.js';
import { endOf } from '../text/behaviour.js';
import { covered, type Edit, replaceRanges } from '../text/edit.js';
import { type MessageLink, readMessageLink, type WrittenLink, writeMessageLink } from './message-link.js';

/** Where a message that is linked to is found now; undefined when the link should stay as it is. */
export type FindCopy = (link: MessageLink) => MessageLink | undefined;

/** The links to messages in a text: the visible ones, and the ones behind other words. */
export function messageLinksIn({ text, entities }: FormattedText): MessageLink[] {
  return entities.flatMap((entity) => readMessageLink(urlOf(entity, text) ?? '') ?? []);
}

/** Where a link to a message leads now, written in the form it had; itself for anything else. */
export function rewriteMessageLink(url: string, findCopy: FindCopy): string {
  const link = readMessageLink(url);
  const copy = link && findCopy(link);
  return copy ? writtenAs(copy, link) : url;
}

/** The text with its links to messages leading to the copies of these, each written in the form it had; itself if there are none. */
export function rewriteMessageLinks(whole: FormattedText, findCopy: FindCopy): FormattedText {
  const { text } = whole;
  const rewritten = (entity: Entity): string | undefined => {
    const link = readMessageLink(urlOf(entity, text) ?? '');
    const copy = link && findCopy(link);
    return copy && writtenAs(copy, link);
  };
  const entities = whole.entities.map((entity) => {
    const url = entity.kind === 'text_link' ? rewritten(entity) : undefined;
    return url === undefined ? entity : { ...entity, url };
  });
  const edits = whole.entities.flatMap((entity): Edit[] => {
    const url = entity.kind === 'link' ? rewritten(entity) : undefined;
    if (url === undefined) return [];
    return [{ from: entity.offset, to: endOf(entity), by: covered(url, { kind: 'link' }) }];
  });
  if (edits.length === 0) {
    return entities.every((entity, index) => entity === whole.entities[index]) ? whole : { text, entities };
  }
  // The links that are replaced come with their replacement.
  const others = entities.filter(
    (entity) => entity.kind !== 'link' || !edits.some(({ from }) => from === entity.offset),
  );
  return replaceRanges({ text, entities: others }, edits);
}

function writtenAs(copy: MessageLink, { form }: WrittenLink): string {
  return writeMessageLink(copy, form);
}

function urlOf(entity: Entity, text: string): string | undefined {
  if (entity.kind === 'text_link') return entity.url;
  return entity.kind === 'link' ? text.slice(entity.offset, endOf(entity)) : undefined;
}
