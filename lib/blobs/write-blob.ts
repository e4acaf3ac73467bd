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
  let sha256: string;
  try {
    for await (const part of content.parts(writer.parts, signal)) {
      signal.throwIfAborted();
      await writer.append(part);
    }
    sha256 = await writer.finish();
  } catch (error) {
    // The first error says what went wrong.
    await writer.close().catch(() => undefined);
    throw error;
  }
  await writer.close();
  return sha256;
}
