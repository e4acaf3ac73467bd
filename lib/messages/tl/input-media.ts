import { Api } from 'telegram/tl/index.js';
import { previewUrl, type TextContent } from './content.js';
import type { DocumentContent, MediaContent, PhotoContent } from './media-content.js';

/** The media of a copy, made of its uploaded file (inputMediaUploadedPhoto, inputMediaUploadedDocument). */
export function inputMedia(
  content: MediaContent,
  file: Api.TypeInputFile,
  thumb?: Api.TypeInputFile,
): Api.TypeInputMedia {
  if (content.kind === 'photo') {
    return new Api.InputMediaUploadedPhoto({ file, ...(content.media.spoiler && { spoiler: true }) });
  }
  const { media, document } = content;
  return new Api.InputMediaUploadedDocument({
    file,
    mimeType: document.mimeType,
    attributes: document.attributes,
    ...(thumb && { thumb }),
    ...(media.spoiler && { spoiler: true }),
    ...(media.videoTimestamp && { videoTimestamp: media.videoTimestamp }),
    ...(isPlainFile(content) && { forceFile: true }),
    ...(isVideo(content) && { nosoundVideo: true }),
  });
}

/** A photo that Telegram doesn't accept as a photo: sent as a file, with its picture unchanged. */
export function photoAsFile(
  { photo, media }: PhotoContent,
  file: Api.TypeInputFile,
): Api.InputMediaUploadedDocument {
  return new Api.InputMediaUploadedDocument({
    file,
    mimeType: 'image/jpeg',
    attributes: [new Api.DocumentAttributeFilename({ fileName: `photo_${photo.id}.jpg` })],
    forceFile: true,
    ...(media.spoiler && { spoiler: true }),
  });
}

/** A video with a cover that its sender chose. */
export function withCover(media: Api.TypeInputMedia, cover: Api.InputPhoto): Api.TypeInputMedia {
  if (media instanceof Api.InputMediaUploadedDocument || media instanceof Api.InputMediaDocument) {
    media.videoCover = cover;
  }
  return media;
}

/**
 * The preview as media (inputMediaWebPage), for previews whose layout or link the sender chose, and for previews
 * that are the whole message; undefined for previews that the server makes from the text by itself.
 */
export function inputPreview({
  preview,
  message,
}: TextContent & { readonly message: Api.Message }): Api.InputMediaWebPage | undefined {
  if (!preview) return undefined;
  const isAll = !message.message;
  if (!(isAll || preview.forceLargeMedia || preview.forceSmallMedia || preview.manual)) return undefined;
  const url = previewUrl(preview);
  if (!url) return undefined;
  return new Api.InputMediaWebPage({
    url,
    ...(!isAll && { optional: true }),
    ...(preview.forceLargeMedia && { forceLargeMedia: true }),
    ...(preview.forceSmallMedia && { forceSmallMedia: true }),
  });
}

const CONVERTED = [
  Api.DocumentAttributeVideo,
  Api.DocumentAttributeAudio,
  Api.DocumentAttributeAnimated,
  Api.DocumentAttributeSticker,
  Api.DocumentAttributeCustomEmoji,
] as const;

/** A file that is shown as a file whatever its type: without force_file, the server may turn it into something else. */
function isPlainFile({ document }: DocumentContent): boolean {
  return !document.attributes.some((attribute) => CONVERTED.some((type) => attribute instanceof type));
}

/** A video that isn't an animation: without nosound_video, the server turns a silent one into an animation. */
function isVideo({ document }: DocumentContent): boolean {
  const { attributes } = document;
  return (
    attributes.some((attribute) => attribute instanceof Api.DocumentAttributeVideo) &&
    !attributes.some((attribute) => attribute instanceof Api.DocumentAttributeAnimated)
  );
}
