import type { ExtendedMedia } from '../document/commerce.js';
import { isStored } from '../document/file.js';
import type { Media } from '../document/media.js';
import { cardForMissing, cardOr } from './card.js';
import type { Spot } from './plan.js';
import type { Planner } from './planner.js';

/**
 * Photos and videos that this account has paid for, or has posted, are sent as an ordinary album. What it may not see is
 * never copied, not even blurred.
 */
export const planPaid: Planner<'paid_media'> = ({ items }, post, means) => {
  const isHidden = items.some((item) => item.kind !== 'media');
  if (isHidden || items.length === 0) return cardOr(means, 'paid_media', 'paid media', post);
  const spots = items.flatMap((item, index): Spot[] => (isThere(item) ? [`item-${index}`] : []));
  const [first, ...more] = spots;
  if (first === undefined) return cardForMissing(post, means, undefined, 'paid media');
  const isReduced = spots.length < items.length;
  return { kind: 'items', first, more, losses: ['price', ...(isReduced ? (['album'] as const) : [])] };
};

function isThere(item: ExtendedMedia<Media>): boolean {
  if (item.kind !== 'media') return false;
  const { media } = item;
  if (!media) return false;
  if (media.kind === 'photo') return isStored(media.photo);
  return 'file' in media && isStored(media.file) && media.file.reference.size > 0;
}
