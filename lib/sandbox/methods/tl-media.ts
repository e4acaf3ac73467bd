import type { Api } from 'telegram/tl/index.js';
import { kindOf } from '../kinds/all.js';
import type { Media, Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { MethodContext } from './context.js';
import { showingOf } from './showing.js';

/** A message's media as `viewer` gets it: references to files are made for this message. */
export function tlMedia(
  context: MethodContext,
  viewer: Account,
  media: Media,
  message: Message | undefined,
): Api.TypeMessageMedia {
  return kindOf(media).show(showingOf(context, viewer, message), media);
}
