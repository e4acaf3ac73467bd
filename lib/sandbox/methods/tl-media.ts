import type { Api } from 'telegram/tl/index.js';
import { checklist } from '../kinds/checklist.js';
import { contact } from '../kinds/contact.js';
import { dice } from '../kinds/dice.js';
import { document, photo } from '../kinds/files.js';
import type { MediaKind } from '../kinds/kind.js';
import { paidMedia } from '../kinds/paid-media.js';
import { geo, geoLive, venue } from '../kinds/places.js';
import { poll } from '../kinds/poll.js';
import { shown } from '../kinds/shown.js';
import { story } from '../kinds/story.js';
import { webPage } from '../kinds/web-page.js';
import type { Media, Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import type { MethodContext } from './context.js';
import { showingOf } from './showing.js';

/** Every kind of media that a message can hold. */
const KINDS: { readonly [K in Media['kind']]: MediaKind<Extract<Media, { kind: K }>> } = {
  photo,
  document,
  geo,
  geoLive,
  venue,
  contact,
  poll,
  checklist,
  paid: paidMedia,
  story,
  shown,
  webpage: webPage,
  dice,
};

/** A message's media as `viewer` gets it: references to files are made for this message. */
export function tlMedia(
  context: MethodContext,
  viewer: Account,
  media: Media,
  message: Message | undefined,
): Api.TypeMessageMedia {
  return kindOf(media).show(showingOf(context, viewer, message), media);
}

/** Everybody whom the media names: an answer has to describe them. */
export function peersOfMedia(media: Media | undefined): readonly PeerId[] {
  return media ? (kindOf(media).peers?.(media) ?? []) : [];
}

function kindOf({ kind }: Media): MediaKind<Media> {
  return KINDS[kind] as MediaKind<Media>;
}
