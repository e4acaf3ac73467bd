import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import type { PostDocument } from '../messages/document/document.js';
import { isStored, type StoredFile, type StoredPhoto } from '../messages/document/file.js';
import type { FileMedia, Media } from '../messages/document/media.js';
import { largestSize } from './rules/file.js';
import { richForm } from './rules/rich.js';
import { stable } from './rules/stable.js';

/**
 * What a message looks like, in 16 hexadecimal digits: its text and what can be said about its media without reading
 * them. A message and a faithful copy of it look the same, and so do two messages with the same content.
 */
export function lookOf({ text, media, richMessage }: PostDocument): string {
  const seen = { text, media: mediaLook(media), ...(richMessage && { rich: richForm(richMessage) }) };
  return createHash('sha256').update(stringify(seen)).digest('hex').slice(0, 16);
}

/** What can be compared of a message's media between the chats, apart from details that may be reduced. */
export function mediaLook(media: Media | undefined): unknown {
  if (media === undefined || media.kind === 'web_page') return undefined;
  if (media.kind === 'photo') {
    const { photo } = media;
    return { kind: 'photo', size: isStored<StoredPhoto>(photo) ? largestSize(photo.sizes) : undefined };
  }
  if (!isFile(media)) return { kind: media.kind, media: namesOf(media) };
  const { file, kind } = media;
  if (!isStored<StoredFile>(file)) return { kind };
  const { size, mime, name } = file.reference;
  return { kind, size, mime, name, duration: file.video?.duration ?? file.audio?.duration };
}

export function isFile(media: Media): media is FileMedia {
  return 'file' in media;
}

function namesOf(media: Media): unknown {
  if (media.kind === 'poll') return { question: media.question.text, answers: media.answers.length };
  if (media.kind === 'dice') return media.emoji;
  return stable(media);
}
