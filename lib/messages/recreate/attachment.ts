import { isStored } from '../document/file.js';
import type { Media } from '../document/media.js';
import type { Reduction } from '../losses.js';
import type { Attachment, Spot } from './plan.js';

/** Media of a poll, an answer or an explanation as it is sent again; what can't be sent is counted in `lost`. */
export function attachmentOf(
  media: Media | undefined,
  spot: Spot,
  lost: Reduction[],
): Attachment | undefined {
  if (!media) return undefined;
  const attachment = known(media, spot);
  if (!attachment) lost.push('poll_media');
  return attachment;
}

function known(media: Media, spot: Spot): Attachment | undefined {
  switch (media.kind) {
    case 'location':
      return media.point && { kind: 'place', point: media.point };
    case 'venue':
      return media.point && { ...media, point: media.point };
    case 'photo':
      return isStored(media.photo) ? { kind: 'file', spot } : undefined;
    case 'video':
    case 'round_video':
    case 'animation':
    case 'audio':
    case 'voice':
    case 'sticker':
    case 'custom_emoji':
    case 'file':
      return isStored(media.file) && media.file.reference.size > 0 ? { kind: 'file', spot } : undefined;
    default:
      return undefined;
  }
}
