import type { MessageDocument } from '../../messages/document/document.js';
import type { DocumentTexts } from '../../messages/document/essence.js';
import type { FileReference } from '../../messages/document/file.js';
import { filesOf } from '../../messages/selection/files.js';
import { kindOf, type SelectableKind } from '../../messages/selection/kinds.js';
import { deflated } from '../deflated.js';
import { timeText } from '../times.js';
import { clipped } from '../values.js';
import type { MediaType } from './schema.js';

/** A message as it is given to the store. */
export interface MessageToSave {
  readonly document: MessageDocument;
  /** The message as Telegram sent it, with the layer of its schema. */
  readonly raw?: { readonly tl: Buffer; readonly layer: number };
}

/** The columns of a message that follow from its document, the document's texts, and its TL. */
export function contentColumns({ document, raw }: MessageToSave, { canonical, essenceHash }: DocumentTexts) {
  const file = fileOf(document);
  return {
    date: 'date' in document ? timeText(document.date * 1000) : null,
    sender_id: ('author' in document ? document.author : undefined) ?? null,
    topic_id: ('topic' in document ? document.topic : undefined) ?? null,
    album_id: document.kind === 'message' && document.album !== undefined ? BigInt(document.album) : null,
    media_type: mediaTypeOf(document),
    media_id: file ? BigInt(file.id) : null,
    file_name: file?.name === undefined ? null : clipped(file.name, NAME_LENGTH),
    file_size: file?.size ?? null,
    mime_type: file ? clipped(file.mime, NAME_LENGTH) : null,
    text: document.kind === 'message' ? document.text : null,
    document: canonical,
    document_hash: essenceHash,
    raw: raw ? deflated(raw.tl) : null,
    raw_layer: raw?.layer ?? null,
  };
}

/** The columns of a file that its media has. */
export function fileColumns({ size, mime, name }: FileReference) {
  return {
    size,
    mime_type: clipped(mime, NAME_LENGTH),
    file_name: name === undefined ? null : clipped(name, NAME_LENGTH),
  };
}

const NAME_LENGTH = 255;

/** The file that a person means by the message's file: the first, for a message that is sold with several. */
function fileOf(document: MessageDocument): FileReference | undefined {
  return filesOf(document)[0];
}

const MEDIA_TYPES: Readonly<Partial<Record<SelectableKind, MediaType>>> = {
  text: 'none',
  service: 'none',
  photo: 'photo',
  video: 'video',
  round_video: 'video',
  animation: 'animation',
  audio: 'audio',
  voice: 'voice',
  sticker: 'sticker',
  custom_emoji: 'sticker',
  file: 'document',
};

/** The word by which people look for a message. */
export function mediaTypeOf(document: MessageDocument): MediaType {
  return MEDIA_TYPES[kindOf(document)] ?? 'other';
}
