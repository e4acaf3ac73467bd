import type { Api } from 'telegram/tl/index.js';
import { PART_SIZE } from '../../base/bytes.js';
import type { Clock } from '../../base/clock.js';
import type { FilePart, PartUploader } from '../../base/file-parts.js';
import type { Random } from '../../base/random.js';
import type { ByteBudget } from '../../pace/byte-budget.js';
import { classify } from '../../refusals/classify.js';
import { inputFile } from '../../telegram/upload.js';
import type { PartSource } from '../../transfer/options.js';
import { transferFile } from '../../transfer/transfer.js';

/** The content of a file, read piece by piece; whoever hands it out has compared it with what was kept. */
export interface Content {
  /** In bytes, at least 1. */
  readonly size: number;
  /** `length` bytes from `start` on. */
  read(start: number, length: number, signal: AbortSignal): Promise<Buffer>;
}

export interface UploadScene {
  readonly uploader: PartUploader;
  readonly budget: ByteBudget;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** How often a file is uploaded whose parts Telegram has dropped before they were used. */
const MOST_UPLOADS = 5;

/**
 * Uploads a file and makes the call that uses it; once more under another id while Telegram says that parts of it are missing.
 */
export async function withUpload<T>(
  scene: UploadScene,
  name: string,
  content: Content,
  use: (file: Api.TypeInputFile) => Promise<T>,
): Promise<T> {
  for (let uploads = 1; ; uploads += 1) {
    const uploaded = await transferFile({
      ...scene,
      name,
      size: content.size,
      fileId: scene.random.bytes(8).readBigInt64BE(),
      source: sourceOf(content),
    });
    try {
      return await use(inputFile(uploaded));
    } catch (error) {
      if (classify(error).kind !== 'missing-part' || uploads === MOST_UPLOADS) throw error;
    }
  }
}

/** A text that is held in memory. */
export function textContent(text: string): Content {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    read: async (start, length) => bytes.subarray(start, start + length),
  };
}

function sourceOf(content: Content): PartSource {
  return {
    async *open({ offset, limit }, lease, signal): AsyncGenerator<FilePart> {
      const end = Math.min(offset + limit, content.size);
      for (let start = offset; start < end; start += PART_SIZE) {
        const length = Math.min(PART_SIZE, end - start);
        await lease.acquire(length, signal);
        yield { bytes: await content.read(start, length, signal), release: () => undefined };
      }
    },
  };
}
