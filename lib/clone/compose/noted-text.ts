import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';

/** A text that is sent, as the ledger keeps it: others read `text` and `entities` of it. */
export interface Noted extends FormattedText {
  readonly losses: readonly Reduction[];
  readonly noPreview?: true;
  /** Where the link preview leads. */
  readonly previewUrl?: string;
}

/** A text in the words of the ledger. */
export function notedText(
  { text, entities }: FormattedText,
  more: Omit<Noted, keyof FormattedText> = { losses: [] },
): string {
  return JSON.stringify({ text, entities, ...more } satisfies Noted);
}
