import { dateWords } from '../cards/words.js';
import type { PostDocument } from '../document/document.js';
import type { ForwardHeader } from '../document/headers.js';
import type { FormattedText } from '../document/text.js';
import { covered, join, plainText } from '../text/edit.js';
import type { FieldValues, Template } from './template.js';

export const ATTRIBUTION_FIELDS = ['author', 'date', 'origin', 'link'] as const;
export type AttributionField = (typeof ATTRIBUTION_FIELDS)[number];

export const DEFAULT_ATTRIBUTION = '[{author}, ]{date}[\\nForwarded from {origin}]';

/** What a document doesn't hold itself: the name of a user or chat by its marked id, and the link to the message. */
export interface Surroundings {
  readonly nameOf: (peer: number) => string | undefined;
  /** Absent for chats in which messages have no links: private chats and basic groups. */
  readonly link?: string;
}

/** The fields of a message that an attribution may name. */
export function attributionValues(
  document: PostDocument,
  { nameOf, link }: Surroundings,
): FieldValues<AttributionField> {
  const { author, signature, date } = document;
  const name = signature ?? (author === undefined ? undefined : nameOf(author));
  const origin = originName(document, nameOf);
  return {
    ...(name && { author: covered(oneLine(name), { kind: 'bold' }) }),
    date: plainText(dateWords(date)),
    ...(origin && { origin: plainText(origin) }),
    ...(link !== undefined && { link: covered(link, { kind: 'link' }) }),
  };
}

/** What an attribution says of a message. */
export function attributionLine(
  document: PostDocument,
  options: Surroundings & { readonly template: Template<AttributionField> },
): FormattedText {
  return options.template.fill(attributionValues(document, options));
}

/** A text with its attribution above or below it. */
export function attributed(
  text: FormattedText,
  document: PostDocument,
  options: Surroundings & {
    readonly template: Template<AttributionField>;
    readonly place: 'header' | 'footer';
  },
): FormattedText {
  const line = attributionLine(document, options);
  return join(options.place === 'header' ? [line, text] : [text, line], '\n\n');
}

/** The name of where a message was forwarded from, as an attribution writes it. */
export function originName(
  { forward }: Pick<PostDocument, 'forward'>,
  nameOf: Surroundings['nameOf'],
): string | undefined {
  const origin = forward && originOf(forward, nameOf);
  return origin === undefined ? undefined : oneLine(origin);
}

/** The name of where a message was forwarded from, if its attribution says it. */
export function attributedOrigin(
  document: PostDocument,
  options: Surroundings & { readonly template: Template<AttributionField> },
): string | undefined {
  const origin = originName(document, options.nameOf);
  if (!origin || !options.template.fields.has('origin')) return undefined;
  return attributionLine(document, options).text.includes(origin) ? origin : undefined;
}

function originOf(
  { from, fromName, signature }: ForwardHeader,
  nameOf: Surroundings['nameOf'],
): string | undefined {
  const name = fromName ?? (from === undefined ? undefined : nameOf(from));
  return name !== undefined && signature !== undefined ? `${name} (${signature})` : (name ?? signature);
}

/** Names are chosen by strangers: they must not look like lines of the template. */
function oneLine(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}
