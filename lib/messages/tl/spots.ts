import { Api } from 'telegram/tl/index.js';
import type { Spot } from '../recreate/plan.js';
import { type FileOfMessage, fileIn, thumbnailIn } from './files.js';
import type { MediaContent } from './media-content.js';

/** A file that is carried over: a message's own photo or file, or one at another spot of it. */
export type CarriedContent = MediaContent & {
  readonly message: Api.Message;
  readonly spot?: Spot | undefined;
};

/** The photo or file at a spot of the message; undefined when there is none (any more). */
export function contentAt(message: Api.Message, spot: Spot | undefined): CarriedContent | undefined {
  const media = mediaAt(message, spot);
  if (media instanceof Api.MessageMediaPhoto && media.photo instanceof Api.Photo) {
    return { kind: 'photo', media, photo: media.photo, message, spot };
  }
  if (media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document) {
    return { kind: 'document', media, document: media.document, message, spot };
  }
  return undefined;
}

export function fileAt(message: Api.Message, spot: Spot | undefined): FileOfMessage | undefined {
  const media = mediaAt(message, spot);
  return media && fileIn(media);
}

export function thumbnailAt(message: Api.Message, spot: Spot | undefined): FileOfMessage | undefined {
  const media = mediaAt(message, spot);
  return media && thumbnailIn(media);
}

function mediaAt(
  { media, richMessage }: Api.Message,
  spot: Spot | undefined,
): Api.TypeMessageMedia | undefined {
  if (spot === undefined) return media;
  if (richMessage) return richMediaAt(richMessage, spot);
  if (spot === 'clip') return clipOf(media);
  if (media instanceof Api.MessageMediaPoll) return pollMediaAt(media, spot);
  if (!(media instanceof Api.MessageMediaPaidMedia)) return undefined;
  const item = media.extendedMedia[placeOf(spot, 'item-')];
  return item instanceof Api.MessageExtendedMedia ? item.media : undefined;
}

function clipOf(media: Api.TypeMessageMedia | undefined): Api.TypeMessageMedia | undefined {
  if (!(media instanceof Api.MessageMediaPhoto) || !media.video) return undefined;
  return new Api.MessageMediaDocument({ document: media.video });
}

function pollMediaAt(
  { poll, results, attachedMedia }: Api.MessageMediaPoll,
  spot: Spot,
): Api.TypeMessageMedia | undefined {
  if (spot === 'poll') return attachedMedia ?? undefined;
  if (spot === 'solution') return results.solutionMedia ?? undefined;
  const answer = poll.answers[placeOf(spot, 'answer-')];
  return (answer instanceof Api.PollAnswer && answer.media) || undefined;
}

function richMediaAt({ photos, documents }: Api.RichMessage, spot: Spot): Api.TypeMessageMedia | undefined {
  const photo = photos[placeOf(spot, 'photo-')];
  if (photo) return new Api.MessageMediaPhoto({ photo });
  const document = documents[placeOf(spot, 'file-')];
  return document && new Api.MessageMediaDocument({ document });
}

function placeOf(spot: Spot, before: string): number {
  return spot.startsWith(before) ? Number(spot.slice(before.length)) : -1;
}
