import { Api } from 'telegram/tl/index.js';
import {
  type Document,
  document,
  type Photo,
  photo,
  readDocument,
  readPhoto,
  readUploadedDocument,
  readUploadedPhoto,
} from './files.js';
import { type Reading, refusal, type Showing } from './kind.js';
import { type Geo, geo, readGeo, readVenue, type Venue, venue } from './places.js';

/** What may be attached to a poll, its answers and its explanation. */
export type Attachment = Photo | Document | Geo | Venue;

export function showAttachment(scene: Showing, media: Attachment): Api.TypeMessageMedia {
  switch (media.kind) {
    case 'photo':
      return photo.show(scene, media);
    case 'document':
      return document.show(scene, media);
    case 'geo':
      return geo.show(scene, media);
    case 'venue':
      return venue.show(scene, media);
  }
}

/** MEDIA_INVALID for other kinds of media. */
export function readAttachment(scene: Reading, input: Api.TypeInputMedia): Attachment {
  if (input instanceof Api.InputMediaGeoPoint) return readGeo(scene, input);
  if (input instanceof Api.InputMediaVenue) return readVenue(scene, input);
  const file = readFile(scene, input);
  if (!file) throw refusal('MEDIA_INVALID');
  return file;
}

/** Undefined when it isn't a photo or document. */
export function readFile(scene: Reading, input: Api.TypeInputMedia): Photo | Document | undefined {
  if (input instanceof Api.InputMediaUploadedPhoto) return readUploadedPhoto(scene, input);
  if (input instanceof Api.InputMediaPhoto) return readPhoto(scene, input);
  if (input instanceof Api.InputMediaUploadedDocument) return readUploadedDocument(scene, input);
  if (input instanceof Api.InputMediaDocument) return readDocument(scene, input);
  return undefined;
}
