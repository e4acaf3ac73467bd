import { fileKind, type ImageSize, type StoredFile } from '../messages/document/file.js';

/** A picture that is, or could be, a file of its own. In pixels and bytes. */
export interface SizedImage {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  /** The file itself, where Telegram sent it within the message. Base64. */
  readonly bytes?: string;
}

/** The largest of the sizes of a picture; undefined if all of them are only hints of it. */
export function largestSize(sizes: readonly ImageSize[] = []): SizedImage | undefined {
  let best: SizedImage | undefined;
  for (const size of sizes) {
    const image = imageOf(size);
    if (image && image.width * image.height > (best ? best.width * best.height : 0)) best = image;
  }
  return best;
}

function imageOf(size: ImageSize): SizedImage | undefined {
  switch (size.kind) {
    case 'file':
    case 'progressive':
      return { width: size.width, height: size.height, size: size.size };
    case 'cached': {
      const { width, height, bytes } = size;
      return { width, height, size: Buffer.byteLength(bytes, 'base64'), bytes };
    }
    case 'stripped':
    case 'path':
    case 'empty':
    case 'unknown':
      return undefined;
  }
}

/** The first thing that Telegram Desktop takes a file for. */
export function desktopType(file: StoredFile): DesktopType | undefined {
  const kind = fileKind(file);
  switch (kind) {
    case 'sticker':
    case 'custom_emoji':
      return 'sticker';
    case 'animation':
      return 'animation';
    case 'round_video':
      return 'video_message';
    case 'voice':
      return 'voice_message';
    case 'video':
      return 'video_file';
    case 'audio':
      return 'audio_file';
    case 'file':
      return undefined;
  }
}

export type DesktopType =
  | 'sticker'
  | 'video_message'
  | 'voice_message'
  | 'animation'
  | 'video_file'
  | 'audio_file';

/** The folder into which Telegram Desktop puts a file: a GIF or sticker that is a video, too, lies with the videos. */
export function desktopFolder({ video, animated, sticker, customEmoji, audio }: StoredFile): string {
  if (video && !video.round) return 'video_files';
  if (animated) return 'animations';
  if (sticker || customEmoji) return 'stickers';
  if (audio?.voice) return 'voice_messages';
  return video ? 'round_video_messages' : 'files';
}
