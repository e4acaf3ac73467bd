import { Api } from 'telegram/tl/index.js';
import type { ServerFile } from '../base/file-parts.js';
import { contentOf, type DocumentContent, type MediaContent } from '../messages/tl/content.js';
import { fetchMessage } from '../telegram/history.js';
import { serverFile } from '../telegram/server-file.js';
import type { Run } from './run.js';

/** Files of the source that a copy refers to directly, because an upload of the same bytes would be worth less. */
export interface Borrowed {
  /** A sticker of a set: an uploaded one would belong to no set and lose its effects. */
  readonly document?: ServerFile;
  /** A video's own cover. */
  readonly cover?: Api.InputPhoto;
}

/** The files that a message's copy should refer to. Their references are as old as the message. */
export function borrowedOf(content: MediaContent): Borrowed {
  if (content.kind !== 'document') return {};
  const { videoCover } = content.media;
  return {
    ...(isOfSet(content) && { document: serverFile('document', content.document) }),
    ...(videoCover instanceof Api.Photo && { cover: inputPhoto(videoCover) }),
  };
}

/** As `borrowedOf`, with fresh references; undefined when the message is gone or holds another file now. */
export async function borrowAgain(
  { client, source, means, signal }: Pick<Run, 'client' | 'source' | 'means' | 'signal'>,
  { message, ...content }: MediaContent & { readonly message: Api.Message },
): Promise<Borrowed | undefined> {
  const now = await fetchMessage(client, source, message.id, signal);
  const fresh = now && contentOf(now, means);
  if (content.kind !== 'document' || fresh?.kind !== 'document') return undefined;
  return String(fresh.document.id) === String(content.document.id) ? borrowedOf(fresh) : undefined;
}

function isOfSet({ document }: DocumentContent): boolean {
  return document.attributes.some(
    (attribute) =>
      attribute instanceof Api.DocumentAttributeSticker &&
      !(attribute.stickerset instanceof Api.InputStickerSetEmpty),
  );
}

function inputPhoto({ id, accessHash, fileReference }: Api.Photo): Api.InputPhoto {
  return new Api.InputPhoto({ id, accessHash, fileReference });
}
