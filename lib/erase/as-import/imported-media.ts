import { Api } from 'telegram/tl/index.js';
import type { StoredFile } from '../../messages/document/file.js';
import type { FileOfEntry } from './entries.js';

/** How messages.uploadImportedMedia names an uploaded file, so that it is shown as what it was. */
export function importedMedia(
  { reference, facts }: FileOfEntry,
  file: Api.TypeInputFile,
): Api.TypeInputMedia {
  if (!facts) return new Api.InputMediaUploadedPhoto({ file });
  return new Api.InputMediaUploadedDocument({
    file,
    mimeType: reference.mime,
    attributes: documentAttributes(facts),
    ...(!isConverted(facts) && { forceFile: true }),
    ...(facts.video && !facts.animated && { nosoundVideo: true }),
  });
}

/** Without force_file, the server may turn a plain file into something else. */
function isConverted({ video, audio, animated, sticker, customEmoji }: StoredFile): boolean {
  return [video, audio, animated, sticker, customEmoji].some((each) => each !== undefined);
}

/** What a file is, as TL says it. */
export function documentAttributes({
  reference,
  image,
  video,
  audio,
  sticker,
  animated,
}: StoredFile): Api.TypeDocumentAttribute[] {
  return [
    ...(reference.name === undefined
      ? []
      : [new Api.DocumentAttributeFilename({ fileName: reference.name })]),
    ...(image ? [new Api.DocumentAttributeImageSize({ w: image.width, h: image.height })] : []),
    ...(video ? [videoAttribute(video)] : []),
    ...(audio ? [audioAttribute(audio)] : []),
    ...(sticker
      ? [new Api.DocumentAttributeSticker({ alt: sticker.emoji, stickerset: new Api.InputStickerSetEmpty() })]
      : []),
    ...(animated ? [new Api.DocumentAttributeAnimated()] : []),
  ];
}

function videoAttribute(video: NonNullable<StoredFile['video']>): Api.DocumentAttributeVideo {
  const { duration, width, height, round, streamable } = video;
  return new Api.DocumentAttributeVideo({
    duration,
    w: width,
    h: height,
    ...(round && { roundMessage: true }),
    ...(streamable && { supportsStreaming: true }),
  });
}

function audioAttribute(audio: NonNullable<StoredFile['audio']>): Api.DocumentAttributeAudio {
  const { duration, voice, title, performer, waveform } = audio;
  return new Api.DocumentAttributeAudio({
    duration,
    ...(voice && { voice: true }),
    ...(title !== undefined && { title }),
    ...(performer !== undefined && { performer }),
    ...(waveform !== undefined && { waveform: Buffer.from(waveform, 'base64') }),
  });
}
