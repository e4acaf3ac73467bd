import type { Media } from '../world/message.js';
import type { PeerId } from '../world/peer-id.js';
import { checklist } from './checklist.js';
import { contact } from './contact.js';
import { dice } from './dice.js';
import { document, photo } from './files.js';
import type { MediaKind } from './kind.js';
import { paidMedia } from './paid-media.js';
import { geo, geoLive, venue } from './places.js';
import { poll } from './poll.js';
import { shown } from './shown.js';
import { story } from './story.js';
import { webPage } from './web-page.js';

/** The kind of some media. */
export function kindOf({ kind }: Media): MediaKind<Media> {
  return KINDS[kind] as MediaKind<Media>;
}

/** Everybody whom the media names: an answer has to describe them. */
export function peersOfMedia(media: Media | undefined): readonly PeerId[] {
  return media ? (kindOf(media).peers?.(media) ?? []) : [];
}

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
