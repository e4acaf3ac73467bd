import type { InlineButton, ReplyMarkup } from '../document/markup.js';
import type { FormattedText } from '../document/text.js';
import { concat, covered, join, plainText } from '../text/edit.js';

/**
 * The inline buttons of a message as lines of text, one for each that opens an address: its label, which leads there.
 * Empty when there is none. A keyboard in place of the reader's own is not part of a message.
 */
export function buttonLines(markup: ReplyMarkup | undefined): FormattedText {
  const buttons = markup?.kind === 'inline' ? markup.rows.flat() : [];
  return join(
    buttons.flatMap((button) => lineOf(button) ?? []),
    '\n',
  );
}

/** A text with its buttons' lines below it. */
export function withButtonLines(text: FormattedText, lines: FormattedText): FormattedText {
  return join([text, lines], '\n\n');
}

/** The markup without the buttons that open an address. */
export function withoutUrlButtons(markup: ReplyMarkup | undefined): ReplyMarkup | undefined {
  if (markup?.kind !== 'inline') return markup;
  const rows = markup.rows
    .map((row) => row.filter(({ action }) => action.kind !== 'url' && action.kind !== 'login'))
    .filter(({ length }) => length > 0);
  return rows.length === 0 ? undefined : { ...markup, rows };
}

function lineOf({ text, action }: InlineButton): FormattedText | undefined {
  if (action.kind !== 'url' && action.kind !== 'login') return undefined;
  const label = text.replace(/\s+/g, ' ').trim();
  if (label === '') return covered(action.url, { kind: 'link' });
  if (canBeLink(action.url)) return covered(label, { kind: 'text_link', url: action.url });
  return concat(plainText(`${label}: ${action.url}`));
}

/** Telegram drops links behind words that have another scheme (TDLib, LinkManager::get_checked_link). */
function canBeLink(url: string): boolean {
  return /^(?:https?|tg|ton|tonsite):/i.test(url) || /^[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$)/.test(url);
}
