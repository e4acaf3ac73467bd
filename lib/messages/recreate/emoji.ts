import type { FormattedText } from '../document/text.js';
import type { Reduction } from '../losses.js';
import { isSettable } from '../text/sendable.js';
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

/** What the texts inside a poll or checklist lose: mentions by id aren't allowed there. */
export function lostInside(
  texts: readonly FormattedText[],
  means: Pick<Means, 'premium' | 'target'>,
): Reduction[] {
  const entities = texts.flatMap((text) => text.entities);
  return [
    ...lostEmoji(texts, means),
    ...(entities.some(({ kind }) => kind === 'mention_name') ? (['mention'] as const) : []),
    ...(entities.every(isSettable) ? [] : (['entities'] as const)),
  ];
}
