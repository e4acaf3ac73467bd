import type { PostDocument } from '../document/document.js';
import type { Surroundings } from './attribution.js';
import { CAPTION_FIELDS, captionBy } from './caption.js';
import { readRegexReplace, readReplace } from './replace.js';
import { type Strippable, strip } from './strip.js';
import { readTemplate } from './template.js';

/** Changes what is sent for a message. */
export type Transform = (document: PostDocument, surroundings: Surroundings) => PostDocument;

export interface TransformRules {
  /** `from=>to` each. */
  readonly replace: readonly string[];
  /** `pattern=>to` each. */
  readonly replaceRegex: readonly string[];
  readonly strip: readonly Strippable[];
  readonly captionTemplate: string | undefined;
  /** The words that name each of them in an error. Default: their flags. */
  readonly origins?: Readonly<Partial<Record<'replace' | 'replaceRegex' | 'captionTemplate', string>>>;
}

/**
 * The transforms that rules ask for, in this order: replacements, those by patterns, stripping, the caption's template.
 * Undefined when there are none.
 * @throws UsageError BAD_REPLACE, BAD_TEMPLATE.
 */
export function readTransforms({
  replace,
  replaceRegex,
  strip: wanted,
  captionTemplate,
  origins = {},
}: TransformRules): Transform | undefined {
  const replacements = [
    ...replace.map((rule) => readReplace(rule, origins.replace)),
    ...replaceRegex.map((rule) => readRegexReplace(rule, origins.replaceRegex)),
  ];
  const steps: Transform[] = replacements.map((step) => (document) => ({ ...document, ...step(document) }));
  if (wanted.length > 0) steps.push((document) => strip(document, new Set(wanted)));
  if (captionTemplate !== undefined) {
    const template = readTemplate(
      captionTemplate,
      CAPTION_FIELDS,
      origins.captionTemplate ?? '--caption-template',
    );
    steps.push((document, surroundings) => ({
      ...document,
      ...captionBy(template, document, surroundings),
    }));
  }
  if (steps.length === 0) return undefined;
  return (document, surroundings) => steps.reduce((changed, step) => step(changed, surroundings), document);
}
