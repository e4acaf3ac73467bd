import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { ServerFile } from '../base/file-parts.js';
import type { Caller, CallOptions } from './caller.js';
import type { Chat } from './chat.js';
import { fromLong, toLong } from './long.js';

/** Turns an upload into a file of the server's (messages.uploadMedia), which albums require. */
export async function uploadMedia(
  client: Caller,
  chat: Chat,
  media: Api.TypeInputMedia,
  options: CallOptions,
): Promise<ServerFile> {
  const made = await client.call(new Api.messages.UploadMedia({ peer: chat.peer, media }), options);
  if (made instanceof Api.MessageMediaPhoto && made.photo instanceof Api.Photo) {
    return serverFile('photo', made.photo);
  }
  if (made instanceof Api.MessageMediaDocument && made.document instanceof Api.Document) {
    return serverFile('document', made.document);
  }
  throw new FailedError(
    'MEDIA_UNKNOWN',
    `Telegram turned an uploaded file into ${made.className}, which TelePi does not know: run again.`,
  );
}

/**
 * The file as a message's media. Properties of the message rather than of the file come from `media`, the upload's or
 * the original's: the spoiler, and where a video starts.
 */
export function serverMedia(
  { kind, id, accessHash, fileReference }: ServerFile,
  media: Api.TypeInputMedia | Api.TypeMessageMedia,
): Api.TypeInputMedia {
  const spoiler = 'spoiler' in media && media.spoiler === true;
  const name = { id: toLong(id), accessHash: toLong(accessHash), fileReference };
  if (kind === 'photo') return new Api.InputMediaPhoto({ id: new Api.InputPhoto(name), spoiler });
  return new Api.InputMediaDocument({
    id: new Api.InputDocument(name),
    spoiler,
    ...('videoTimestamp' in media && media.videoTimestamp && { videoTimestamp: media.videoTimestamp }),
  });
}

/** A photo or document as the account that has received it may refer to it. */
export function serverFile(
  kind: ServerFile['kind'],
  { id, accessHash, fileReference }: Api.Photo | Api.Document,
): ServerFile {
  return {
    kind,
    id: fromLong(id),
    accessHash: fromLong(accessHash),
    fileReference: Buffer.from(fileReference),
  };
}
