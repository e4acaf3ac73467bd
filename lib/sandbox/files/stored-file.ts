/**
 * Where a file's bytes come from. `seed`: a function of seed and offset, after a short `head` that makes it look like
 * its type; nothing is held. `bytes`: held, as small uploads are. `parts`: a large upload, held as it came. `lost`: an
 * upload larger than the sandbox keeps: its proof remains, its bytes don't.
 */
export type Content =
  | { readonly kind: 'seed'; readonly seed: string; readonly head: ContentHead }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'parts'; readonly parts: readonly ContentPart[] }
  | { readonly kind: 'lost' };

/** Bytes of a large upload: held, or known to be a piece of seeded content. */
export type ContentPart =
  | { readonly size: number; readonly bytes: Buffer }
  | { readonly size: number; readonly piece: { readonly of: SeededContent; readonly offset: number } };

export type SeededContent = Extract<Content, { kind: 'seed' }>;

/** The first bytes of seeded content: none, a type's magic number, or a whole small JPEG of this width and height. */
export type ContentHead =
  | { readonly kind: 'none' }
  | { readonly kind: 'magic'; readonly mimeType: string }
  | {
      readonly kind: 'jpeg';
      readonly width: number;
      readonly height: number;
      /** How often it has been drawn again; default: never. */
      readonly drawn?: number;
    };

/** One of a photo's sizes, or a document's thumbnail (TL: photoSize). */
export interface PhotoSize {
  /** s, m, x, y or w: the box it fits into is 100, 320, 800, 1280 or 2560 pixels. */
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
  readonly content: Content;
}

/** A photo or document as Telegram keeps it: immutable, named by id and access hash, living on one DC. */
export interface StoredFile {
  readonly kind: 'photo' | 'document';
  readonly id: bigint;
  readonly accessHash: bigint;
  readonly dcId: number;
  /** Seconds since the Unix epoch. */
  readonly date: number;
  /** In bytes; for a photo, those of its largest size. */
  readonly size: number;
  /** For a photo, image/jpeg. */
  readonly mimeType: string;
  /** For a photo: whether it has stickers, and nothing else. */
  readonly attributes: readonly DocumentAttribute[];
  /** A photo's sizes, smallest first; a document's thumbnails. */
  readonly sizes: readonly PhotoSize[];
  /** For a photo, that of its largest size. */
  readonly content: Content;
  /** The upload it was made from; see `uploadProof`. */
  readonly uploadKey?: string;
}

/** TL: DocumentAttribute*, as plain data. Durations in seconds. */
export type DocumentAttribute =
  | { readonly type: 'filename'; readonly name: string }
  | { readonly type: 'image-size'; readonly width: number; readonly height: number }
  | { readonly type: 'animated' }
  | { readonly type: 'has-stickers' }
  | VideoAttribute
  | AudioAttribute
  | StickerAttribute
  | CustomEmojiAttribute;

export interface VideoAttribute {
  readonly type: 'video';
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  readonly roundMessage?: boolean;
  readonly supportsStreaming?: boolean;
  readonly nosound?: boolean;
  readonly preloadPrefixSize?: number;
  readonly videoStartTs?: number;
  readonly videoCodec?: string;
}

export interface AudioAttribute {
  readonly type: 'audio';
  readonly duration: number;
  readonly voice?: boolean;
  readonly title?: string;
  readonly performer?: string;
  /** Hexadecimal. */
  readonly waveform?: string;
}

export interface StickerAttribute {
  readonly type: 'sticker';
  readonly alt: string;
  readonly set: StickerSet;
  readonly mask?: boolean;
  readonly maskCoords?: {
    readonly n: number;
    readonly x: number;
    readonly y: number;
    readonly zoom: number;
  };
}

export interface CustomEmojiAttribute {
  readonly type: 'custom-emoji';
  readonly alt: string;
  readonly set: StickerSet;
  readonly free?: boolean;
  readonly textColor?: boolean;
}

/** TL: inputStickerSetEmpty, inputStickerSetID, inputStickerSetShortName. Decimal strings keep 64 bits in JSON. */
export type StickerSet =
  | { readonly kind: 'none' }
  | { readonly kind: 'id'; readonly id: string; readonly accessHash: string }
  | { readonly kind: 'name'; readonly shortName: string };
