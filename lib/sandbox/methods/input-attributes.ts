import { Api } from 'telegram/tl/index.js';
import type { DocumentAttribute, StickerSet } from '../files/stored-file.js';
import { onlySet } from '../flags.js';
import { present } from './present.js';

/**
 * The attributes of inputMediaUploadedDocument as the file store keeps them. nosound_video, which clients set so that a
 * silent video isn't turned into an animation, is not an attribute: whether there is sound depends on the file itself.
 */
export function attributesOf({ attributes }: Api.InputMediaUploadedDocument): DocumentAttribute[] {
  return attributes.flatMap((attribute) => attributeOf(attribute) ?? []);
}

function attributeOf(attribute: Api.TypeDocumentAttribute): DocumentAttribute | undefined {
  if (attribute instanceof Api.DocumentAttributeFilename)
    return { type: 'filename', name: attribute.fileName };
  if (attribute instanceof Api.DocumentAttributeImageSize) {
    return { type: 'image-size', width: attribute.w, height: attribute.h };
  }
  if (attribute instanceof Api.DocumentAttributeAnimated) return { type: 'animated' };
  if (attribute instanceof Api.DocumentAttributeHasStickers) return { type: 'has-stickers' };
  if (attribute instanceof Api.DocumentAttributeVideo) return video(attribute);
  if (attribute instanceof Api.DocumentAttributeAudio) return audio(attribute);
  if (attribute instanceof Api.DocumentAttributeSticker) return sticker(attribute);
  if (attribute instanceof Api.DocumentAttributeCustomEmoji) {
    const { alt, free, textColor } = attribute;
    return { type: 'custom-emoji', alt, set: NO_SET, ...onlySet({ free, textColor }) };
  }
  return undefined;
}

function video(attribute: Api.DocumentAttributeVideo): DocumentAttribute {
  const { duration, w, h, roundMessage, supportsStreaming, nosound } = attribute;
  return {
    type: 'video',
    duration,
    width: w,
    height: h,
    ...onlySet({ roundMessage, supportsStreaming, nosound }),
    ...present({
      preloadPrefixSize: attribute.preloadPrefixSize ?? undefined,
      videoStartTs: attribute.videoStartTs ?? undefined,
      videoCodec: attribute.videoCodec ?? undefined,
    }),
  };
}

function audio({
  duration,
  voice,
  title,
  performer,
  waveform,
}: Api.DocumentAttributeAudio): DocumentAttribute {
  return {
    type: 'audio',
    duration,
    ...onlySet({ voice }),
    ...present({
      title: title ?? undefined,
      performer: performer ?? undefined,
      waveform: waveform?.toString('hex'),
    }),
  };
}

function sticker({ alt, mask, maskCoords }: Api.DocumentAttributeSticker): DocumentAttribute {
  const coords = maskCoords && { n: maskCoords.n, x: maskCoords.x, y: maskCoords.y, zoom: maskCoords.zoom };
  return {
    type: 'sticker',
    alt,
    set: NO_SET,
    ...onlySet({ mask }),
    ...(coords ? { maskCoords: coords } : {}),
  };
}

/** An uploaded file belongs to no set, whatever its uploader says: sets are made by methods of their own. */
const NO_SET: StickerSet = { kind: 'none' };
