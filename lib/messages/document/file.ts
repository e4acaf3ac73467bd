import type { Unknown } from './unknown.js';

/** What names a file at Telegram, without TL: everything that a download by `upload.getFile` needs. */
export interface FileReference {
  readonly source: 'photo' | 'document';
  readonly id: string;
  readonly accessHash: string;
  readonly dc: number;
  /** In bytes; a photo's is that of its largest size. */
  readonly size: number;
  readonly mime: string;
  /** Its sender's name for it. */
  readonly name?: string;
  /** Which size of a photo is meant (`thumb_size` of a location); absent for documents. */
  readonly variant?: string;
  /** Base64. It ages within hours or days; a new one comes with the same message, read again. */
  readonly fileReference: string;
}

/** A photo or file that Telegram no longer has. */
export interface GoneFile {
  readonly gone: true;
  readonly id: string;
}

export interface StoredPhoto {
  readonly reference: FileReference;
  /** When it was uploaded, in unix seconds. */
  readonly date: number;
  readonly sizes: readonly ImageSize[];
  /** Its animated forms. */
  readonly videos?: readonly VideoSize[];
  readonly hasStickers?: true;
}

export interface StoredFile {
  readonly reference: FileReference;
  /** When it was uploaded, in unix seconds. */
  readonly date: number;
  readonly thumbs?: readonly ImageSize[];
  readonly videoThumbs?: readonly VideoSize[];
  readonly image?: Dimensions;
  readonly video?: VideoFacts;
  readonly audio?: AudioFacts;
  readonly sticker?: StickerFacts;
  readonly customEmoji?: CustomEmojiFacts;
  /** Plays in a loop, without sound: a GIF. */
  readonly animated?: true;
  readonly hasStickers?: true;
  readonly unknownAttributes?: readonly Unknown[];
}

export type Photo = StoredPhoto | GoneFile | Unknown;
export type File = StoredFile | GoneFile | Unknown;

/** In pixels. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

export interface VideoFacts extends Dimensions {
  /** In seconds, with fractions. */
  readonly duration: number;
  readonly round?: true;
  readonly streamable?: true;
  readonly silent?: true;
  readonly codec?: string;
  /** The moment that stands for the whole, in seconds. */
  readonly startsAt?: number;
  /** How many bytes of it a player loads in advance. */
  readonly preloadBytes?: number;
}

export interface AudioFacts {
  /** In seconds. */
  readonly duration: number;
  readonly voice?: true;
  readonly title?: string;
  readonly performer?: string;
  /** The loudness over time, five bits each, in base64. */
  readonly waveform?: string;
}

export interface StickerFacts {
  /** The emoji that it stands for. */
  readonly emoji: string;
  readonly set: StickerSet;
  readonly mask?: true;
  readonly maskPosition?: MaskPosition;
}

export interface CustomEmojiFacts {
  /** The ordinary emoji behind it. */
  readonly emoji: string;
  readonly set: StickerSet;
  /** Needs no Premium. */
  readonly free?: true;
  /** Takes the colour of the text. */
  readonly textColored?: true;
}

/** Where a mask sits on a face: 0 forehead, 1 eyes, 2 mouth, 3 chin; shifts and scale relative to the face's width. */
export interface MaskPosition {
  readonly point: number;
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export type StickerSet =
  | { readonly kind: 'id'; readonly id: string; readonly accessHash: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'dice'; readonly emoji: string }
  /** Not in any set. */
  | { readonly kind: 'none' }
  | {
      readonly kind:
        | 'animated_emoji'
        | 'animated_emoji_animations'
        | 'premium_gifts'
        | 'emoji_generic_animations'
        | 'emoji_default_statuses'
        | 'emoji_default_topic_icons'
        | 'emoji_channel_default_statuses'
        | 'ton_gifts';
    }
  | Unknown;

/** A size of a picture. `type` is Telegram's letter for it; `bytes` of sizes that came with the message is base64. */
export type ImageSize =
  | (SizeHead & Dimensions & { readonly kind: 'file'; readonly size: number })
  /** `steps`: how many bytes each scan of the JPEG ends at. */
  | (SizeHead &
      Dimensions & { readonly kind: 'progressive'; readonly size: number; readonly steps: readonly number[] })
  | (SizeHead & Dimensions & { readonly kind: 'cached'; readonly bytes: string })
  /** A JPEG of a few pixels without its header. */
  | (SizeHead & { readonly kind: 'stripped'; readonly bytes: string })
  /** An outline, in Telegram's packed SVG path. */
  | (SizeHead & { readonly kind: 'path'; readonly bytes: string })
  | (SizeHead & { readonly kind: 'empty' })
  | Unknown;

interface SizeHead {
  readonly type: string;
}

/** An animated form of a picture. */
export type VideoSize =
  | MovingSize
  | { readonly kind: 'emoji'; readonly emoji: string; readonly colors: readonly number[] }
  | {
      readonly kind: 'sticker';
      readonly set: StickerSet;
      readonly sticker: string;
      readonly colors: readonly number[];
    }
  | Unknown;

export interface MovingSize extends SizeHead, Dimensions {
  readonly kind: 'file';
  readonly size: number;
  /** The moment that stands for the whole, in seconds. */
  readonly startsAt?: number;
}

/** What a person calls a file. */
export type FileKind =
  | 'video'
  | 'round_video'
  | 'animation'
  | 'audio'
  | 'voice'
  | 'sticker'
  | 'custom_emoji'
  | 'file';

/** The kind of a file, by its attributes. Some have several: a video sticker is a video too, and so is a GIF. */
export function fileKind({ sticker, customEmoji, animated, video, audio }: Partial<StoredFile>): FileKind {
  if (sticker) return 'sticker';
  if (customEmoji) return 'custom_emoji';
  if (animated) return 'animation';
  if (video) return video.round ? 'round_video' : 'video';
  if (audio) return audio.voice ? 'voice' : 'audio';
  return 'file';
}

/** Whether Telegram still has the file, and this version of TelePi can read what it says about it. */
export function isStored<Stored extends StoredPhoto | StoredFile>(
  file: Stored | GoneFile | Unknown | undefined,
): file is Stored {
  return file !== undefined && 'reference' in file;
}
