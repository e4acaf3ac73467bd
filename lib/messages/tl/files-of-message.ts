import { Api } from 'telegram/tl/index.js';
import { type FileKind, type FileReference, fileKind, isStored } from '../document/file.js';
import type { Spot } from '../recreate/plan.js';
import { extensionOf } from '../selection/files.js';
import { fileOf, photoOf } from './document/files.js';
import type { FileOfMessage } from './files.js';
import type { HistoryMessage } from './message.js';
import { contentAt, fileAt } from './spots.js';

/** A file of a message that a person would save. */
export interface MessageFile {
  /** Where in the message it is; undefined for the message's own photo or file. */
  readonly spot: Spot | undefined;
  readonly kind: 'photo' | FileKind;
  /** Telegram's id of the photo or file; signed. */
  readonly mediaId: bigint;
  /** Which size of a photo it is; empty for files. */
  readonly variant: string;
  /** As its sender called it: not to be trusted. */
  readonly name?: string;
  /** Without its dot: of the name, or the usual one of the type. */
  readonly extension: string;
  /** As its sender called its type: not to be trusted. */
  readonly mime: string;
  readonly file: FileOfMessage;
}

/**
 * All files of a message: its own, the items of paid media, the media of a poll, and those of a rich message. Not the
 * picture or file of a link's preview, thumbnails, covers and other qualities.
 */
export function filesOfMessage(message: HistoryMessage): readonly MessageFile[] {
  if (!(message instanceof Api.Message)) return [];
  return spotsOf(message).flatMap((spot) => fileOfSpot(message, spot) ?? []);
}

/** Whether a message has places for files; a look at what it is, without a look at the files. */
export function mayHoldFiles(message: HistoryMessage): boolean {
  return message instanceof Api.Message && spotsOf(message).length > 0;
}

function fileOfSpot(message: Api.Message, spot: Spot | undefined): MessageFile | undefined {
  const content = contentAt(message, spot);
  const file = content && fileAt(message, spot);
  if (!file) return undefined;
  if (content.kind === 'photo') {
    const photo = photoOf(content.photo);
    return isStored(photo) ? described(spot, 'photo', photo.reference, file) : undefined;
  }
  const document = fileOf(content.document);
  return isStored(document) ? described(spot, fileKind(document), document.reference, file) : undefined;
}

function described(
  spot: Spot | undefined,
  kind: MessageFile['kind'],
  reference: FileReference,
  file: FileOfMessage,
): MessageFile {
  const { id, name, variant = '' } = reference;
  return {
    spot,
    kind,
    mediaId: BigInt(id),
    variant,
    ...(name !== undefined && name !== '' && { name }),
    extension: extensionOf(reference),
    mime: reference.mime,
    file,
  };
}

/** Every place of the message at which there may be a file. */
function spotsOf({ media, richMessage }: Api.Message): readonly (Spot | undefined)[] {
  if (richMessage) {
    return [
      ...richMessage.photos.map((_, index) => `photo-${index}` as const),
      ...richMessage.documents.map((_, index) => `file-${index}` as const),
    ];
  }
  if (media instanceof Api.MessageMediaPhoto) return [undefined, 'clip'];
  if (media instanceof Api.MessageMediaDocument) return [undefined];
  if (media instanceof Api.MessageMediaPaidMedia) {
    return media.extendedMedia.map((_, index) => `item-${index}` as const);
  }
  if (media instanceof Api.MessageMediaPoll) {
    return ['poll', ...media.poll.answers.map((_, index) => `answer-${index}` as const), 'solution'];
  }
  return [];
}
