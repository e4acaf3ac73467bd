import type { Clock } from '../base/clock.js';
import type { FilePart, PartUploader, RangeHash } from '../base/file-parts.js';
import type { PartSet } from '../base/part-set.js';
import type { ByteBudget, ByteLease } from '../pace/byte-budget.js';

/** Which bytes of a file to read, and how fast they can be sent on. */
export interface PartRange {
  readonly offset: number;
  readonly limit: number;
  /** How many bytes the reader has on their way at once: only these and the bytes that replace them need be ahead. */
  readonly sinkBytes?: number;
  /** How many bytes to ask for at once: PART_SIZE, or a multiple of it up to LARGEST_REQUEST. Default PART_SIZE. */
  readonly requestSize?: number;
}

/** Where a file's bytes come from. */
export interface PartSource {
  /**
   * The parts of `range` in order, each of PART_SIZE except the last, which has the rest. Bytes are acquired from
   * `lease` before they are requested, one acquire of its length for each request; the reader gives them back. Ends soon
   * after `signal` aborts, and leaves no request, listener or timer. Whoever takes a part releases it when it has been
   * sent.
   */
  open(range: PartRange, lease: ByteLease, signal: AbortSignal): AsyncIterable<FilePart>;
  /**
   * The SHA-256 of ranges of the file, beginning with the one that holds `offset`; as many as the server returns, none
   * when it has none (upload.getFileHashes). Ends soon after `signal` aborts.
   */
  hashes?(offset: number, signal: AbortSignal): Promise<readonly RangeHash[]>;
}

/** Reading one file, whatever its sink is. */
export interface SourceOptions {
  /** The file's name, for its InputFile and for people. */
  readonly name: string;
  /** Announced size in bytes; at least 1. */
  readonly size: number;
  readonly source: PartSource;
  readonly budget: ByteBudget;
  /** How many parts the sink has on their way at once. */
  readonly sinkParts: number;
  /** As PartRange. */
  readonly requestSize?: number;
  /** Whether to compare every part that is read with the hashes of `source` before it is passed on; no by default. */
  readonly verifySource?: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Called when a part has arrived, has been taken by the sink, or has been acknowledged. */
  readonly onProgress?: (progress: TransferProgress) => void;
}

export interface TransferOptions extends Omit<SourceOptions, 'sinkParts' | 'requestSize'> {
  /** Random, and the same when a transfer is repeated. */
  readonly fileId: bigint;
  readonly uploader: PartUploader;
  /** How many parts are sent at once; 10 by default. */
  readonly slots?: number;
  /**
   * Parts that the server acknowledged earlier under the same file id: they aren't sent again. Those of a big file
   * aren't read again either; a small file is read whole, for its md5.
   */
  readonly done?: PartSet;
  /** Called when the server has acknowledged part `index`, never after the transfer's end. Must not throw. */
  readonly onAcknowledged?: (index: number) => void;
  /** With `verifySource`: part `index` doesn't match its hash and is going to be read again. */
  readonly onMisread?: (index: number) => void;
}

export interface TransferProgress {
  readonly name: string;
  readonly size: number;
  /** Bytes of the parts that needn't be read: they count as arrived and acknowledged from the start. */
  readonly bytesBefore: number;
  /** Bytes that have arrived from the source. */
  readonly bytesDown: number;
  /** Bytes that the server has acknowledged. */
  readonly bytesUp: number;
  /** How many parts slots are sending. */
  readonly partsInFlight: number;
  /** How many bytes of the budget this transfer holds: requested, arrived, queued, being sent. */
  readonly heldBytes: number;
  /** Acknowledged bytes per second, over the last few seconds. */
  readonly bytesPerSecond: number;
}
