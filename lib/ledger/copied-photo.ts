import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file.js';

/** In a job's folder. */
export const PHOTO_FILE = 'chat_photo.json';

/**
 * Which photo of the source the target has. Telegram draws an uploaded photo again, under an id of its own, so nothing
 * else shows that the two are the same. Ids are decimal.
 */
export interface CopiedPhoto {
  readonly source: string;
  readonly target: string;
}

/** Undefined before a photo was copied. */
export async function readCopiedPhoto(folder: string): Promise<CopiedPhoto | undefined> {
  const fix = 'Delete it: the photo is then set once more';
  const found = await readJsonFile(join(folder, PHOTO_FILE), fix);
  if (typeof found !== 'object' || found === null) return undefined;
  const { source, target } = found as Partial<Record<keyof CopiedPhoto, unknown>>;
  return typeof source === 'string' && typeof target === 'string' ? { source, target } : undefined;
}

export async function writeCopiedPhoto(folder: string, photo: CopiedPhoto): Promise<void> {
  await writeJsonFile(join(folder, PHOTO_FILE), photo);
}
