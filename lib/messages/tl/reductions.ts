import { Api } from 'telegram/tl/index.js';
import type { Reduction } from '../losses.js';
import type { Content } from './content.js';

/** The losses that are known before anything is sent, except replies. */
export function reductionsOf(content: Exclude<Content, { kind: 'skip' }>): Reduction[] {
  const { message } = content;
  const lost: Reduction[] = [];
  if (message.pinned) lost.push('pinned');
  if (message.replyMarkup instanceof Api.ReplyInlineMarkup) lost.push('buttons');
  if ((message as Api.Message & { readonly effect?: unknown }).effect) lost.push('effect');
  if (content.kind === 'photo') {
    if (content.photo.hasStickers) lost.push('attached_stickers');
    if (content.media.livePhoto) lost.push('live_photo');
  }
  if (content.kind === 'document') {
    if (
      content.document.attributes.some((attribute) => attribute instanceof Api.DocumentAttributeHasStickers)
    ) {
      lost.push('attached_stickers');
    }
  }
  return lost;
}
