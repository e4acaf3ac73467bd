import type { MessageDocument } from './document.js';
import { type File, type FileKind, type FileReference, fileKind, isStored, type Photo } from './file.js';
import type { Media } from './media.js';
import type { PollMedia } from './poll.js';
import type { RichPage } from './rich-page.js';

/** A file of a document that a person would save. */
export interface DocumentFile {
  readonly reference: FileReference;
  readonly kind: 'photo' | FileKind;
}

/**
 * The files of a message by its document: the same ones as those of `filesOfMessage`, in the same order. A file's place in this
 * list numbers it in paths, and the order of a document's keys says nothing, since the store sorts them.
 */
export function filesOfDocument(document: MessageDocument): readonly DocumentFile[] {
  if (document.kind !== 'message') return [];
  const { media, richMessage } = document;
  if (richMessage) return filesOfPage(richMessage);
  return media ? filesOfMedia(media) : [];
}

function filesOfPage({ photos, files }: RichPage): readonly DocumentFile[] {
  return [...photos.flatMap(asPhoto), ...files.flatMap(asFile)];
}

function filesOfMedia(media: Media): readonly DocumentFile[] {
  if (media.kind === 'photo') return [...ownFile(media), ...('clip' in media ? asFile(media.clip) : [])];
  if (media.kind === 'paid_media') {
    return media.items.flatMap((item) => ('media' in item ? ownFile(item.media) : []));
  }
  return media.kind === 'poll' ? filesOfPoll(media) : ownFile(media);
}

function filesOfPoll({ media, answers, results }: PollMedia<Media>): readonly DocumentFile[] {
  const ofAnswers = answers.map((answer) => ('media' in answer ? answer.media : undefined));
  return [media, ...ofAnswers, results.solutionMedia].flatMap(ownFile);
}

/** Not what belongs to it: a photo's clip, a video's cover and other qualities. */
function ownFile(media: Media | undefined): readonly DocumentFile[] {
  if (media?.kind === 'photo') return 'photo' in media ? asPhoto(media.photo) : [];
  return media && 'file' in media ? asFile(media.file) : [];
}

/** A photo of which no size is a file of its own can't be saved. */
function asPhoto(photo: Photo | undefined): readonly DocumentFile[] {
  if (!isStored(photo) || photo.reference.variant === undefined) return [];
  return [{ reference: photo.reference, kind: 'photo' }];
}

function asFile(file: File | undefined): readonly DocumentFile[] {
  return isStored(file) ? [{ reference: file.reference, kind: fileKind(file) }] : [];
}
