import { Api } from 'telegram';
import type { FileStore } from '../../lib/sandbox/files/file-store.js';
import { toLong } from '../../lib/sandbox/tl.js';

/** A new photo of the sandbox, as a request names it. */
export function inputPhotoOf(files: FileStore): Api.InputPhoto {
  const photo = files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
  return new Api.InputPhoto({
    id: toLong(photo.id),
    accessHash: toLong(photo.accessHash),
    fileReference: files.referenceFor(photo, 'test'),
  });
}
