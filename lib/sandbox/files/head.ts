import { drawJpeg } from './jpeg.js';
import type { ContentHead } from './stored-file.js';

/** Magic numbers by MIME type, so that a file looks like its type; a smaller size cuts them short. */
const MAGIC: Readonly<Record<string, string>> = {
  'image/png': '89504e470d0a1a0a',
  'image/gif': '474946383961',
  'image/webp': '524946460000000057454250',
  'image/jpeg': 'ffd8ffe0',
  'application/pdf': '255044462d312e370a',
  'application/zip': '504b0304',
  'audio/mpeg': '4944330300',
  'audio/ogg': '4f67675300020000',
  'video/mp4': '000000186674797069736f6d0000020069736f6d6d703432',
  'video/quicktime': '00000014667479707174202000000000',
  'video/webm': '1a45dfa3',
  'application/x-tgsticker': '1f8b0800',
};

/** The beginning of seeded content of this type. */
export function headFor(mimeType: string): ContentHead {
  return mimeType in MAGIC ? { kind: 'magic', mimeType } : { kind: 'none' };
}

export function headBytes(head: ContentHead, seed: string): Buffer {
  if (head.kind === 'none') return Buffer.alloc(0);
  if (head.kind === 'magic') return Buffer.from(MAGIC[head.mimeType] ?? '', 'hex');
  return drawJpeg(seed, head.width, head.height, head.drawn);
}
