import { Api } from 'telegram/tl/index.js';
import type { StoredFile } from '../files/stored-file.js';
import { readFile } from '../kinds/attachment.js';
import { readChecklist } from '../kinds/checklist.js';
import { readContact } from '../kinds/contact.js';
import { readDice } from '../kinds/dice.js';
import { readPoll } from '../kinds/input-poll.js';
import type { Reading } from '../kinds/kind.js';
import { readPaidMedia } from '../kinds/paid-media.js';
import { readGeo, readGeoLive, readVenue } from '../kinds/places.js';
import { refuseShown } from '../kinds/shown.js';
import { readStory } from '../kinds/story.js';
import { readWebPage } from '../kinds/web-page.js';
import type { Media } from '../world/message.js';
import type { PeerId } from '../world/peer-id.js';
import type { ContentKind } from '../world/rights.js';
import type { Call, MethodContext } from './context.js';
import { readingOf } from './reading.js';

/**
 * The media of a message to `peer` that an InputMedia asks for; each kind of `kinds` has its own refusals. MEDIA_EMPTY
 * when it names nothing, MEDIA_INVALID for kinds that nobody may send here.
 */
export function mediaOf(context: MethodContext, call: Call, input: Api.TypeInputMedia, peer: PeerId): Media {
  const scene = readingOf(context, call, peer);
  return readFile(scene, input) ?? plainMedia(scene, input);
}

/** The rights needed to send it. */
export function contentKind(context: MethodContext, media: Media): ContentKind {
  switch (media.kind) {
    case 'document':
      return kindOfDocument(context.files.get(media.fileId));
    case 'webpage':
      return 'text';
    case 'photo':
    case 'poll':
      return media.kind;
    case 'checklist':
      return 'poll';
    case 'paid':
    case 'story':
      return 'photo';
    case 'dice':
      return 'sticker';
    default:
      return 'other';
  }
}

function kindOfDocument(file: StoredFile | undefined): ContentKind {
  const attributes = file?.attributes ?? [];
  if (attributes.some(({ type }) => type === 'sticker')) return 'sticker';
  if (attributes.some(({ type }) => type === 'animated')) return 'gif';
  for (const attribute of attributes) {
    if (attribute.type === 'video') return attribute.roundMessage ? 'round' : 'video';
    if (attribute.type === 'audio') return attribute.voice ? 'voice' : 'audio';
  }
  return 'document';
}

function plainMedia(scene: Reading, input: Api.TypeInputMedia): Media {
  if (input instanceof Api.InputMediaGeoPoint) return readGeo(scene, input);
  if (input instanceof Api.InputMediaGeoLive) return readGeoLive(scene, input);
  if (input instanceof Api.InputMediaVenue) return readVenue(scene, input);
  if (input instanceof Api.InputMediaContact) return readContact(scene, input);
  if (input instanceof Api.InputMediaWebPage) return readWebPage(scene, input);
  if (input instanceof Api.InputMediaDice) return readDice(scene, input);
  if (input instanceof Api.InputMediaPoll) return readPoll(scene, input);
  if (input instanceof Api.InputMediaTodo) return readChecklist(scene, input);
  if (input instanceof Api.InputMediaPaidMedia) return readPaidMedia(scene, input);
  if (input instanceof Api.InputMediaStory) return readStory(scene, input);
  return refuseShown(scene, input);
}
