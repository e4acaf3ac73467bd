import { Api } from 'telegram/tl/index.js';
import type { DocumentAttribute, PhotoSize, StickerSet, StoredFile } from '../files/stored-file.js';
import { toLong } from '../tl.js';
import { present } from './present.js';

/** A photo with a reference. */
export function tlPhoto(file: StoredFile, fileReference: Buffer): Api.Photo {
  return new Api.Photo({
    ...(file.attributes.some(({ type }) => type === 'has-stickers') ? { hasStickers: true } : {}),
    id: toLong(file.id),
    accessHash: toLong(file.accessHash),
    fileReference,
    date: file.date,
    sizes: file.sizes.map(tlPhotoSize),
    dcId: file.dcId,
  });
}

/** A document with a reference. */
export function tlDocument(file: StoredFile, fileReference: Buffer): Api.Document {
  return new Api.Document(
    present({
      id: toLong(file.id),
      accessHash: toLong(file.accessHash),
      fileReference,
      date: file.date,
      mimeType: file.mimeType,
      size: toLong(file.size),
      thumbs: file.sizes.length > 0 ? file.sizes.map(tlPhotoSize) : undefined,
      dcId: file.dcId,
      attributes: file.attributes.map(tlAttribute),
    }),
  );
}

function tlPhotoSize({ type, width, height, size }: PhotoSize): Api.PhotoSize {
  return new Api.PhotoSize({ type, w: width, h: height, size });
}

function tlAttribute(attribute: DocumentAttribute): Api.TypeDocumentAttribute {
  switch (attribute.type) {
    case 'filename':
      return new Api.DocumentAttributeFilename({ fileName: attribute.name });
    case 'image-size':
      return new Api.DocumentAttributeImageSize({ w: attribute.width, h: attribute.height });
    case 'animated':
      return new Api.DocumentAttributeAnimated();
    case 'has-stickers':
      return new Api.DocumentAttributeHasStickers();
    case 'video': {
      const { width: w, height: h, type: _, ...rest } = attribute;
      return new Api.DocumentAttributeVideo({ ...rest, w, h });
    }
    case 'audio': {
      const { waveform, type: _, ...rest } = attribute;
      return new Api.DocumentAttributeAudio({
        ...rest,
        ...(waveform === undefined ? {} : { waveform: Buffer.from(waveform, 'hex') }),
      });
    }
    case 'sticker':
      return new Api.DocumentAttributeSticker({
        mask: attribute.mask ?? false,
        alt: attribute.alt,
        stickerset: tlStickerSet(attribute.set),
        ...(attribute.maskCoords ? { maskCoords: new Api.MaskCoords(attribute.maskCoords) } : {}),
      });
    case 'custom-emoji':
      return new Api.DocumentAttributeCustomEmoji({
        free: attribute.free ?? false,
        textColor: attribute.textColor ?? false,
        alt: attribute.alt,
        stickerset: tlStickerSet(attribute.set),
      });
  }
}

function tlStickerSet(set: StickerSet): Api.TypeInputStickerSet {
  switch (set.kind) {
    case 'none':
      return new Api.InputStickerSetEmpty();
    case 'id':
      return new Api.InputStickerSetID({
        id: toLong(BigInt(set.id)),
        accessHash: toLong(BigInt(set.accessHash)),
      });
    case 'name':
      return new Api.InputStickerSetShortName({ shortName: set.shortName });
  }
}
