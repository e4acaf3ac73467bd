import { Api } from 'telegram/tl/index.js';
import type { ServerFile } from '../base/file-parts.js';
import type { Via } from '../base/ways.js';
import type { MediaContent } from '../messages/tl/media-content.js';
import { type CarriedContent, contentAt } from '../messages/tl/spots.js';
import { fetchMessage } from '../telegram/history.js';
import { serverFile } from '../telegram/server-file.js';
import type { Run } from './run.js';

/** Files of the source that a copy refers to directly. */
export interface Borrowed {
  /**
   * Any photo or document of a run that sends by reference; otherwise a sticker or custom emoji of a set, since an uploaded
   * one would belong to no set and lose its effects, and a GIF, which thus stays the one that people have saved.
   */
  readonly document?: ServerFile;
  /** A video's own cover. */
  readonly cover?: Api.InputPhoto;
}

/** The files that a message's copy should refer to. Their references are as old as the message. */
export function borrowedOf(content: MediaContent, via: Via): Borrowed {
  const byReference = via === 'reference' || via === 'auto';
  if (content.kind !== 'document') return byReference ? { document: serverFile('photo', content.photo) } : {};
  const { videoCover } = content.media;
  return {
    ...((byReference || isOfSet(content) || isGif(content)) && {
      document: serverFile('document', content.document),
    }),
    ...(videoCover instanceof Api.Photo && { cover: inputPhoto(videoCover) }),
  };
}

/** As `borrowedOf`, with fresh references; undefined when the message is gone or holds another file now. */
export async function borrowAgain(
  { client, source, signal }: Pick<Run, 'client' | 'source' | 'signal'>,
  { content, via }: { readonly content: CarriedContent; readonly via: Via },
): Promise<Borrowed | undefined> {
  const now = await fetchMessage(client, source, content.message.id, signal);
  const fresh = now && contentAt(now, content.spot);
  if (!fresh) return undefined;
  return fileIdOf(fresh) === fileIdOf(content) ? borrowedOf(fresh, via) : undefined;
}

function fileIdOf(content: MediaContent): string {
  return String(content.kind === 'photo' ? content.photo.id : content.document.id);
}

/** Whether it is a sticker, or a custom emoji, that belongs to a set. */
export function isOfSet(content: MediaContent): boolean {
  if (content.kind !== 'document') return false;
  return content.document.attributes.some(
    (attribute) =>
      (attribute instanceof Api.DocumentAttributeSticker ||
        attribute instanceof Api.DocumentAttributeCustomEmoji) &&
      !(attribute.stickerset instanceof Api.InputStickerSetEmpty),
  );
}

function isGif(content: MediaContent): boolean {
  if (content.kind !== 'document') return false;
  return content.document.attributes.some((attribute) => attribute instanceof Api.DocumentAttributeAnimated);
}

function inputPhoto({ id, accessHash, fileReference }: Api.Photo): Api.InputPhoto {
  return new Api.InputPhoto({ id, accessHash, fileReference });
}
