import type { Api } from 'telegram/tl/index.js';

/** A photo, with the media that it comes in. */
export interface PhotoContent {
  readonly kind: 'photo';
  readonly media: Api.MessageMediaPhoto;
  readonly photo: Api.Photo;
}

/** A file, with the media that it comes in. */
export interface DocumentContent {
  readonly kind: 'document';
  readonly media: Api.MessageMediaDocument;
  readonly document: Api.Document;
}

export type MediaContent = PhotoContent | DocumentContent;
