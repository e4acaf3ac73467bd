import { KIB, MIB, PART_SIZE } from '../../base/bytes.js';
import { RpcError } from '../rpc.js';

/** TL: upload.saveFilePart (`total` undefined) or upload.saveBigFilePart. */
export interface PartRequest {
  readonly fileId: bigint;
  readonly index: number;
  /** -1: not known yet (a streamed upload). */
  readonly total: number | undefined;
  readonly bytes: Buffer;
}

/** The sizes of the parts that an upload has so far. All except the last are equal. */
export interface PartSizes {
  /** The size of the largest part. */
  readonly full: number;
  /** The one shorter part, which makes it the last. */
  readonly short: { readonly index: number; readonly size: number } | undefined;
  /** The lowest and the highest index: equal while there is only one part. */
  readonly lowest: number;
  readonly highest: number;
  /** From the last request that named one; -1 while it isn't known. */
  readonly total: number | undefined;
}

/** help.getAppConfig: upload_max_fileparts_default and upload_max_fileparts_premium. */
export const MAX_PARTS = 4000;
export const MAX_PARTS_PREMIUM = 8000;

/** A larger file can't be sent as inputFile, only as inputFileBig. */
export const MAX_SMALL_FILE = 10 * MIB;

/**
 * Refuses a single part for the same reasons as upload.saveFilePart and upload.saveBigFilePart
 * (core.telegram.org/api/files, "Uploading files").
 */
export function checkPart(part: PartRequest, maxParts: number): void {
  const { index, total, bytes } = part;
  if (isKnown(total) && (total < 1 || total > maxParts)) throw new RpcError(400, 'FILE_PARTS_INVALID');
  const end = isKnown(total) ? total : maxParts;
  if (index < 0 || index >= end) throw new RpcError(400, 'FILE_PART_INVALID');
  if (bytes.length === 0) throw new RpcError(400, 'FILE_PART_EMPTY');
  if (bytes.length > PART_SIZE) throw new RpcError(400, 'FILE_PART_TOO_BIG');
  const mayBeLast = !isKnown(total) || index === total - 1;
  if (!mayBeLast && !isPartSize(bytes.length)) throw new RpcError(400, 'FILE_PART_SIZE_INVALID');
}

/**
 * The sizes once `part` has been added to those in `sizes`. Refuses a part of another size than the parts before it, a
 * second short part, parts after a short one, and a total that differs from an earlier one. While the total is unknown,
 * the parts must come in order.
 */
export function addSize(sizes: PartSizes | undefined, part: PartRequest): PartSizes {
  const { index, bytes } = part;
  const total = agreeTotal(sizes?.total, part);
  if (part.total === -1 && index > (sizes?.highest ?? -1) + 1) {
    throw new RpcError(400, 'FILE_PART_SIZE_INVALID');
  }
  const lowest = Math.min(sizes?.lowest ?? index, index);
  const highest = Math.max(sizes?.highest ?? index, index);
  if (isKnown(total) && index >= total) throw new RpcError(400, 'FILE_PART_INVALID');
  if (isKnown(total) && highest >= total) throw new RpcError(400, 'FILE_PARTS_INVALID');
  if (!sizes || lowest === highest) return { full: bytes.length, short: undefined, lowest, highest, total };
  const { full, short } = spread(sizes, index, bytes.length);
  const last = isKnown(total) ? total - 1 : highest;
  if (short && short.index !== last) throw new RpcError(400, 'FILE_PART_SIZE_CHANGED');
  if (!isPartSize(full)) throw new RpcError(400, 'FILE_PART_SIZE_INVALID');
  return { full, short, lowest, highest, total };
}

function spread(sizes: PartSizes, index: number, size: number): Pick<PartSizes, 'full' | 'short'> {
  const { full, short, lowest, highest } = sizes;
  if (size === full) return { full, short: short?.index === index ? undefined : short };
  if (size < full && (!short || short.index === index)) return { full, short: { index, size } };
  // The last part of the file came first: the others are larger.
  if (size > full && lowest === highest) return { full: size, short: { index: highest, size: full } };
  throw new RpcError(400, 'FILE_PART_SIZE_CHANGED');
}

/**
 * A total stays the same once it is named; -1 may become known once (core.telegram.org/api/files, "Streamed uploads").
 */
function agreeTotal(before: number | undefined, part: PartRequest): number | undefined {
  if (before === undefined || before === -1) return part.total;
  if (part.total !== before && part.total !== -1) throw new RpcError(400, 'FILE_PARTS_INVALID');
  return before;
}

function isKnown(total: number | undefined): total is number {
  return total !== undefined && total !== -1;
}

/** part_size % 1024 = 0 and 524288 % part_size = 0. */
function isPartSize(size: number): boolean {
  return size % KIB === 0 && PART_SIZE % size === 0;
}
