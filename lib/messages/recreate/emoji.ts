import type { FormattedText } from '../document/text.js';
import type { Reduction } from '../losses.js';
import type { Means } from './means.js';

/** Without Premium, Telegram replaces custom emoji with the plain ones behind them, except in Saved Messages. */
export function lostEmoji(
  texts: readonly FormattedText[],
  { premium, target }: Pick<Means, 'premium' | 'target'>,
): Reduction[] {
  if (premium || target === 'saved') return [];
  const isThere = texts.some(({ entities }) => entities.some(({ kind }) => kind === 'custom_emoji'));
  return isThere ? ['custom_emoji'] : [];
}
