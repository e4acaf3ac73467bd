import type { BlobStore, NewBlob } from './store.js';

export interface BlobContent extends NewBlob {
  /** The content from part `from` on: pieces of PART_SIZE, the last one shorter. */
  parts(from: number, signal: AbortSignal): AsyncIterable<Buffer>;
}

/**
 * Puts one file into a store, from the part where an earlier writer of the same key stopped.
 * @returns the SHA-256
 * @throws what `parts` throws; otherwise as BlobStore.write and BlobWriter.
 */
export async function writeBlob(
  store: BlobStore,
  content: BlobContent,
  signal: AbortSignal,
): Promise<string> {
  const writer = await store.write(content, signal);
  try {
    for await (const part of content.parts(writer.parts, signal)) {
      signal.throwIfAborted();
      await writer.append(part);
    }
    return await writer.finish();
  } finally {
    await writer.close();
  }
}
