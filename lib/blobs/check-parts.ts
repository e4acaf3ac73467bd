import { PART_SIZE, partCount } from '../base/bytes.js';
import { blobCut } from './errors.js';
import type { NewBlob } from './store.js';

/** @throws FailedError BLOB_CUT unless `bytes` is as long as part `index` must be. */
export function checkPart({ key, size }: NewBlob, index: number, bytes: Buffer): void {
  const due = Math.min(PART_SIZE, size - index * PART_SIZE);
  if (bytes.byteLength !== due || due === 0)
    throw blobCut(key, `part ${index} came with ${bytes.byteLength} bytes instead of ${due}`);
}

/** @throws FailedError BLOB_CUT unless `parts` are all. */
export function checkComplete({ key, size }: NewBlob, parts: number): void {
  const due = partCount(size);
  if (parts < due) throw blobCut(key, `${parts} of its ${due} parts came`);
}
