import type { PostDocument } from '../document/document.js';
import type { FormattedText } from '../document/text.js';
import type { SkipReason } from '../losses.js';
import { join, plainText } from '../text/edit.js';
import type { Means } from './means.js';
import type { Plan } from './plan.js';

/**
 * A card in place of a message, followed by the message's own text; without cards, the message is skipped. `words` say
 * what stood there. `ownText`: false for a text that is part of what nobody should see any more.
 */
export function cardOr(
  means: Pick<Means, 'cards'>,
  reason: SkipReason,
  words: string,
  { text, entities }: FormattedText,
  { ownText = true }: { readonly ownText?: boolean } = {},
): Plan {
  if (!means.cards) return { kind: 'skip', reason };
  const card = plainText(`[${words}]`);
  return {
    kind: 'written',
    text: ownText ? join([card, { text, entities }], '\n\n') : card,
    reason,
    losses: ['card'],
  };
}

/** For media that Telegram has lost or that this version of TelePi can't read. */
export function cardForMissing(
  post: PostDocument,
  means: Means,
  file: { readonly kind: 'unknown' } | { readonly gone: true } | undefined,
  name: string,
): Plan {
  if (file && 'kind' in file) return cardOr(means, 'unsupported', `${name} of a newer kind`, post);
  return cardOr(means, 'media_gone', `${name} that no longer exists`, post);
}
