import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import type { SentContent } from '../../base/fingerprint.js';
import { photoFile } from './files.js';

/**
 * Whether a message may be the copy of one with this fingerprint. A photo that Telegram didn't accept as a photo was
 * sent as a file; as a photo it is re-encoded and has another size.
 */
export function looksAs(content: SentContent): (message: Api.Message) => boolean {
  return (message) => {
    const seen = sentContentOf(message);
    if (!seen || seen.textHash !== content.textHash) return false;
    if (content.kind === 'photo' && seen.kind === 'photo') return true;
    const isPhotoAsFile = content.kind === 'photo' && seen.kind === 'document';
    if (seen.kind !== content.kind && !isPhotoAsFile) return false;
    return content.size === undefined || seen.size === undefined || seen.size === content.size;
  };
}

/** What a message looks like; undefined for a kind that TelePi doesn't send: a poll, a place. */
export function sentContentOf({ message, media }: Api.Message): SentContent | undefined {
  if (!media || media instanceof Api.MessageMediaEmpty || media instanceof Api.MessageMediaWebPage) {
    return sentContent('text', message || linkOf(media));
  }
  if (media instanceof Api.MessageMediaPhoto) {
    return sentContent(
      'photo',
      message,
      media.photo instanceof Api.Photo ? photoFile(media.photo) : undefined,
    );
  }
  if (!(media instanceof Api.MessageMediaDocument)) return undefined;
  const { document } = media;
  return sentContent('document', message, document instanceof Api.Document ? document : undefined);
}

/** A message that is a link preview alone is found by its link. */
function linkOf(media: Api.TypeMessageMedia | undefined): string {
  const preview = media instanceof Api.MessageMediaWebPage ? media.webpage : undefined;
  return (preview && 'url' in preview && preview.url) || '';
}

/** As sentContentOf, for a message that isn't sent yet. A GIF may be turned into a video on the way. */
export function sentContent(
  kind: SentContent['kind'],
  text: string,
  file?: { readonly size: number | Api.Document['size']; readonly mimeType?: string },
): SentContent {
  const textHash = createHash('sha256').update(text).digest('hex');
  const size = file && file.mimeType !== 'image/gif' ? Number(file.size) : undefined;
  return { kind, textHash, ...(size !== undefined && { size }) };
}
