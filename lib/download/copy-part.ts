import { PART_ENDING } from '../base/part-file.js';

/**
 * Where a copy within the disk is until it is complete. A download never continues it: of a copy that was cut off nobody knows which
 * of its bytes are durable. It has the name of the download's file under way, with another sign in front of the key.
 * @param part as `partPathOf` returns it for this key
 */
export function copyPartOf(part: string, key: string): string {
  const [download, copy] = [`.${key}${PART_ENDING}`, `${SIGN}${key}${PART_ENDING}`];
  return part.slice(0, -download.length) + copy;
}

/** Whether the file under way at a path is a copy, of the content with this key. */
export function isCopyPart(path: string, key: string): boolean {
  return path.endsWith(`${SIGN}${key}${PART_ENDING}`);
}

/** The key in the name of a file under way, of a download or a copy: keys have neither sign. */
export function keyInPart(name: string): string | undefined {
  if (!name.endsWith(PART_ENDING)) return undefined;
  const stem = name.slice(0, -PART_ENDING.length);
  const at = Math.max(stem.lastIndexOf('.'), stem.lastIndexOf(SIGN));
  return at < 0 ? undefined : stem.slice(at + 1);
}

const SIGN = '~';
