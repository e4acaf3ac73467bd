import type { PostDocument } from '../document/document.js';
import type { File, Photo } from '../document/file.js';
import type { InlineButton } from '../document/markup.js';
import type { Reduction } from '../losses.js';
import { hasEffect } from './effect.js';
import { isFile } from './file.js';
import type { Means } from './means.js';

/**
 * Whether Telegram forwards a message: not one of which nothing is left, nor media that delete themselves, nor a public poll
 * into a channel (BROADCAST_PUBLIC_VOTERS_FORBIDDEN).
 */
export function isForwardable({ text, media, richMessage }: PostDocument, { target }: Means): boolean {
  if (!media) return text !== '' || richMessage !== undefined;
  if ('selfDestructs' in media && media.selfDestructs) return false;
  if (media.kind === 'photo') return !isGone(media.photo);
  if (isFile(media)) return !isGone(media.file);
  return !(media.kind === 'poll' && media.publicVoters && target === 'channel');
}

/** Whether Telegram no longer has a file. */
function isGone(file: Photo | File | undefined): boolean {
  return file === undefined || 'gone' in file;
}

/**
 * What a forward lacks, apart from replies. Of a bot's buttons those survive that open a link or sign in to a website
 * (Bot API, changes of 31 May 2019). The bot through which it was sent stays named, but not one that answers for somebody.
 */
export function lossesOfForward(post: PostDocument): Reduction[] {
  const { markup, viaBusinessBot, viaGuest } = post;
  const buttons = markup?.kind === 'inline' ? markup.rows.flat() : [];
  return [
    ...(buttons.some((button) => !isLink(button)) ? (['buttons'] as const) : []),
    ...((viaBusinessBot ?? viaGuest) === undefined ? [] : (['via_bot'] as const)),
    ...(hasEffect(post) ? (['effect'] as const) : []),
  ];
}

function isLink({ action }: InlineButton): boolean {
  return action.kind === 'url' || action.kind === 'login';
}
