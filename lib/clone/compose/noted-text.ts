import type { RichPage } from '../../messages/document/rich-page.js';
import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';

/** A text that is sent, as the ledger keeps it: others read `text`, `entities` and `rich` of it. */
export interface Noted extends FormattedText {
  readonly losses: readonly Reduction[];
  readonly noPreview?: true;
  /** Where the link preview leads. */
  readonly previewUrl?: string;
  /** The words and the layout of a rich message as it is sent. Its photos and files have the ids of the target. */
  readonly rich?: Pick<RichPage, 'blocks' | 'rightToLeft'>;
}

/**
 * A text in the words of the ledger, with what else its message loses. Mentions aren't among that: whoever sends the
 * text again finds out which of them are lost.
 */
export function notedText({ text, entities }: FormattedText, more: Omit<Noted, keyof FormattedText>): string {
  const losses = more.losses.filter((loss) => loss !== 'mention');
  return JSON.stringify({ text, entities, ...more, losses } satisfies Noted);
}
