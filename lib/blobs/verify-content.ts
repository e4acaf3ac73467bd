import { createHash } from 'node:crypto';
import { blobDamaged } from './errors.js';
import type { BlobStore } from './store.js';

/** BlobStore.verify by BlobStore.open. */
export async function verifyContent(
  store: Pick<BlobStore, 'place' | 'open'>,
  sha256: string,
  signal: AbortSignal,
): Promise<number> {
  const { size, stream } = await store.open(sha256, {}, signal);
  const hash = createHash('sha256');
  try {
    for await (const bytes of stream) hash.update(bytes as Buffer);
  } catch (error) {
    // The stream's own error would hide the reason.
    signal.throwIfAborted();
    throw error;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw blobDamaged(store.place, sha256, `its SHA-256 is ${found}`);
  return size;
}
