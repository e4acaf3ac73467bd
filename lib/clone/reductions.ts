import { Api } from 'telegram';
import type { Content } from './classify.js';

/**
 * What a copy lacks of its original, though the message itself was sent. Stable, counted and shown as the reasons
 * of skipped messages are.
 */
export type Reduction =
  /** It answers a message that has no copy. */
  | 'reply'
  /** Buttons of a bot: only that bot can send them. */
  | 'buttons'
  /** A mention of somebody without a @name whom this account hasn't met. */
  | 'mention'
  /** Entities that Telegram refused. */
  | 'entities'
  /** The animation that is played when the message arrives. */
  | 'effect'
  /** The file's own thumbnail could not be had: Telegram makes another one. */
  | 'thumbnail'
  | 'video_cover'
  | 'live_photo'
  | 'attached_stickers'
  /** How the link preview is laid out; the preview itself is there. */
  | 'preview_layout'
  /** The topic's emoji icon, which needs Premium. */
  | 'topic_icon';

/** What is known to get lost before anything is sent, replies aside. */
export function reductionsOf(content: Exclude<Content, { kind: 'skip' }>): Reduction[] {
  const { message } = content;
  const lost: Reduction[] = [];
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
    if (content.media.videoCover) lost.push('video_cover');
  }
  return lost;
}
