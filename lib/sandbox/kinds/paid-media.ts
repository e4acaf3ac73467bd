import { Api } from 'telegram/tl/index.js';
import { fromLong, toLong } from '../tl.js';
import { readFile } from './attachment.js';
import { type Document, document, type Photo, photo } from './files.js';
import { type MediaKind, type Reading, refusal, type Showing } from './kind.js';

/** Photos and videos that are seen for Stars. */
export interface PaidMedia {
  readonly kind: 'paid';
  readonly stars: bigint;
  readonly items: readonly (Photo | Document)[];
  /** The accounts that see them: who sent it, and who has paid. */
  readonly seenBy: readonly number[];
}

export const paidMedia: MediaKind<PaidMedia> = {
  show: (scene, { stars, items, seenBy }) =>
    new Api.MessageMediaPaidMedia({
      starsAmount: toLong(stars),
      extendedMedia: items.map((item) =>
        seenBy.includes(scene.viewer)
          ? new Api.MessageExtendedMedia({ media: shown(scene, item) })
          : preview(scene, item),
      ),
    }),
};

const MOST_ITEMS = 10;
/** help.getAppConfig: stars_paid_post_amount_max. */
const MOST_STARS = 10_000n;

/**
 * core.telegram.org/api/paid-media: EXTENDED_MEDIA_PEER_INVALID but in channels that allow it, EXTENDED_MEDIA_EMPTY,
 * EXTENDED_MEDIA_INVALID for more than ten items or others than photos and videos, EXTENDED_MEDIA_AMOUNT_INVALID.
 */
export function readPaidMedia(scene: Reading, input: Api.InputMediaPaidMedia): PaidMedia {
  const { kind, takesPaidMedia } = scene.target;
  if (kind !== 'broadcast' || !takesPaidMedia) throw refusal('EXTENDED_MEDIA_PEER_INVALID');
  const { extendedMedia } = input;
  if (extendedMedia.length === 0) throw refusal('EXTENDED_MEDIA_EMPTY');
  if (extendedMedia.length > MOST_ITEMS) throw refusal('EXTENDED_MEDIA_INVALID');
  const stars = fromLong(input.starsAmount);
  if (stars < 1n || stars > MOST_STARS) throw refusal('EXTENDED_MEDIA_AMOUNT_INVALID');
  const items = extendedMedia.map((item) => readItem(scene, item));
  return { kind: 'paid', stars, items, seenBy: [scene.me.id] };
}

function readItem(scene: Reading, input: Api.TypeInputMedia): Photo | Document {
  const file = readFile(scene, input);
  const stored = file && scene.files.get(file.fileId);
  const isVideo = stored?.attributes.some(
    (attribute) => attribute.type === 'video' && !attribute.roundMessage,
  );
  if (!file || (file.kind === 'document' && !isVideo)) throw refusal('EXTENDED_MEDIA_INVALID');
  return file;
}

function shown(scene: Showing, item: Photo | Document): Api.TypeMessageMedia {
  return item.kind === 'photo' ? photo.show(scene, item) : document.show(scene, item);
}

/** The size and a few blurred pixels. */
function preview(scene: Showing, item: Photo | Document): Api.MessageExtendedMediaPreview {
  const { w, h, duration } = sizeOf(scene, item);
  const thumb = new Api.PhotoStrippedSize({ type: 'i', bytes: Buffer.from([1, 40, 22, ...BLURRED]) });
  return new Api.MessageExtendedMediaPreview({
    w,
    h,
    thumb,
    ...(duration === undefined ? {} : { videoDuration: Math.round(duration) }),
  });
}

/** The body of a grey picture, in the form of core.telegram.org/api/files, "Stripped thumbnails". */
const BLURRED = [0xca, 0xa2, 0x8a, 0x28, 0xa0, 0x02, 0x8a, 0x28, 0xa0, 0x0f] as const;

function sizeOf(scene: Showing, item: Photo | Document): { w: number; h: number; duration?: number } {
  if (item.kind === 'photo') {
    const largest = scene.photo(item.fileId).sizes.at(-1);
    return largest instanceof Api.PhotoSize ? { w: largest.w, h: largest.h } : { w: 0, h: 0 };
  }
  const { attributes } = scene.document(item.fileId);
  const video = attributes.find((attribute) => attribute instanceof Api.DocumentAttributeVideo);
  return { w: video?.w ?? 0, h: video?.h ?? 0, duration: video?.duration ?? 0 };
}
