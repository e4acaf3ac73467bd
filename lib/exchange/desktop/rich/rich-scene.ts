import { isStored, type StoredFile, type StoredPhoto } from '../../../messages/document/file.js';
import type { RichPage } from '../../../messages/document/rich-page.js';
import { largestSize } from '../../file-facts.js';
import { describedFile, NOT_INCLUDED, TOO_LARGE } from '../file-keys.js';
import type { JsonObject } from '../json.js';
import { type DesktopScene, unlessEmpty } from '../scene.js';

/** A rich message's scene: its blocks name photos and files by their ids. */
export interface RichScene {
  readonly scene: DesktopScene;
  fileKeys(id: string): JsonObject;
  /** `name`: of the photo where it belongs to something else; its dimensions bear it, too. */
  photoKeys(id: string, name?: string): JsonObject;
}

export function richScene({ photos, files }: RichPage, scene: DesktopScene): RichScene {
  const storedPhotos = new Map(
    photos.filter((each) => isStored(each)).map((each) => [each.reference.id, each]),
  );
  const storedFiles = new Map(
    files.filter((each) => isStored(each)).map((each) => [each.reference.id, each]),
  );
  return {
    scene,
    fileKeys: (id) => keysOfFile(storedFiles.get(id), scene),
    photoKeys: (id, name) => keysOfPhoto(storedPhotos.get(id), name, scene),
  };
}

function keysOfFile(file: StoredFile | undefined, { files }: DesktopScene): JsonObject {
  if (!file) return { file_skip_reason: 'unavailable', file_size: 0 };
  const { reference, thumbs } = file;
  const thumb = largestSize(thumbs);
  return {
    ...pathOrReason('file', files.at(reference.id)),
    file_name: unlessEmpty(reference.name),
    file_size: reference.size,
    ...(thumb && {
      ...pathOrReason('thumbnail', files.thumbAt(reference.id)),
      thumbnail_file_size: thumb.size,
    }),
    ...Object.fromEntries(describedFile(file)),
  };
}

function keysOfPhoto(
  photo: StoredPhoto | undefined,
  name: string | undefined,
  { files }: DesktopScene,
): JsonObject {
  const image = photo && largestSize(photo.sizes);
  const key = name ?? 'photo';
  const prefix = name === undefined ? '' : `${name}_`;
  return {
    ...(photo ? pathOrReason(key, files.at(photo.reference.id)) : { [`${key}_skip_reason`]: 'unavailable' }),
    [`${key}_file_size`]: photo?.reference.size ?? 0,
    [`${prefix}width`]: image?.width,
    [`${prefix}height`]: image?.height,
  };
}

/** A rich message has reasons in place of sentences. */
function pathOrReason(key: string, path: string): JsonObject {
  const reason = REASONS.get(path) ?? (path.startsWith('(') ? 'unavailable' : undefined);
  return reason === undefined ? { [key]: path } : { [`${key}_skip_reason`]: reason };
}

const REASONS: ReadonlyMap<string, string> = new Map([
  [NOT_INCLUDED, 'file_type'],
  [TOO_LARGE, 'file_size'],
]);
