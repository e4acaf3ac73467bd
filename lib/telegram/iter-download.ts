import { PART_SIZE } from '../base/bytes.js';
import type { Clock } from '../base/clock.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { FilePart } from '../base/file-parts.js';
import type { PartLines } from '../mtproto/parts/lines.js';
import type { Patience } from '../pace/patience.js';
import { DownloadPace } from './download-pace.js';
import { orderedWindow } from './download-window.js';
import { FileReference, type Location } from './file-reference.js';
import { followFile, type Whereabouts } from './follow-file.js';
import type { Long } from './long.js';
import { type PlannedPart, planParts } from './part-plan.js';

/** The share of a byte budget that counts the parts: acquired before each request, released by the consumer. */
export interface DownloadLease {
  acquire(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when at most `bytes` are held through the lease. */
  heldAtMost(bytes: number, signal?: AbortSignal): Promise<void>;
  release(bytes: number): void;
}

export interface IterDownloadOptions {
  /** First byte. A multiple of 1,024. Default 0. */
  readonly offset?: number | Long;
  /** Exact number of bytes. Default: to the end. */
  readonly limit?: number;
  /** Bytes per request and per yielded buffer. Default 524,288. */
  readonly requestSize?: number;
  /** The file's DC; corrected on FILE_MIGRATE_X. Default: the home DC. */
  readonly dcId?: number;
  readonly signal?: AbortSignal;
  /**
   * The announced size of the file in bytes: a server that sends more or less fails the download. Default: not known.
   */
  readonly size?: number;
  /** Requests in flight. Default: as many as the way to the DC holds, from 8 to 64. */
  readonly window?: number;
  /** Each part's bytes are acquired before the part is requested. The consumer releases those of the parts it got. */
  readonly lease?: DownloadLease;
  /**
   * How many bytes the consumer has on their way at once. With a lease, no more is held than these, the bytes in
   * flight, and as much again: so a consumer that is slower than the source doesn't fill the budget. Default: no such
   * limit.
   */
  readonly sinkBytes?: number;
  /** The file's current location, shared by all who read it. Default: `location`, until its reference is refused. */
  readonly reference?: FileReference;
  /** How each request handles temporary faults. */
  readonly faults?: FaultOptions | undefined;
}

/** The parts of the client that reading a file needs. */
export interface FileReader {
  readonly clock: Clock;
  readonly patience: Patience;
  readonly parts: PartLines;
  readonly homeDcId: number;
}

interface Part {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** See TelepiClient.iterDownload. */
export function iterDownload(
  client: FileReader,
  location: Location,
  options: IterDownloadOptions,
): AsyncGenerator<Buffer, void, unknown> {
  const { size, lease, limit, requestSize = PART_SIZE, window, sinkBytes } = options;
  const plan = planParts({ offset: Number(options.offset ?? 0), limit, requestSize, size });
  const pace = new DownloadPace(requestSize);
  const reader = new PartReader(client, location, options, pace);
  const width = (): number => Math.max(1, window ?? pace.width);
  return handOut(
    orderedWindow<Part>({
      width,
      count: plan.count,
      signal: options.signal,
      async acquire(index, signal) {
        if (!lease) return;
        const { wanted } = plan.part(index);
        reader.heldBack = true;
        if (sinkBytes !== undefined) {
          await lease.heldAtMost(sinkBytes + 2 * width() * requestSize - wanted, signal);
        }
        await lease.acquire(wanted, signal);
        reader.heldBack = false;
      },
      giveBack: (index) => lease?.release(plan.part(index).wanted),
      isLast: ({ last }) => last,
      async fetch(index, signal) {
        const part = plan.part(index);
        const bytes = await reader.read(part, signal);
        const wanted = bytes.length > part.wanted ? bytes.subarray(0, part.wanted) : bytes;
        return { bytes: wanted, last: size === undefined && bytes.length < part.limit };
      },
    }),
    (index, bytes) => lease?.release(plan.part(index).wanted - bytes.length),
  );
}

/** As iterDownload, in parts of PART_SIZE whose memory is reused once they have been released. */
export async function* downloadParts(
  client: FileReader,
  location: Location,
  options: IterDownloadOptions,
): AsyncGenerator<FilePart, void, unknown> {
  const { buffers } = client.parts;
  for await (const bytes of iterDownload(client, location, options)) yield* buffers.parts(bytes);
}

/**
 * Empty answers (the end of a file of unknown size) aren't yielded; the surplus that was acquired for a short one goes
 * back.
 */
function handOut(
  parts: AsyncGenerator<Part, void, unknown>,
  settle: (index: number, bytes: Buffer) => void,
): AsyncGenerator<Buffer, void, unknown> {
  let index = 0;
  const generator: AsyncGenerator<Buffer, void, unknown> = {
    async next() {
      for (;;) {
        const { done, value } = await parts.next();
        if (done || !value) return { done: true, value: undefined };
        settle(index, value.bytes);
        index += 1;
        if (value.bytes.length > 0) return { done: false, value: value.bytes };
      }
    },
    async return() {
      await parts.return();
      return { done: true, value: undefined };
    },
    throw: (error) => parts.throw(error) as Promise<never>,
    [Symbol.asyncIterator]: () => generator,
  };
  return generator;
}

/** Reads single parts, wherever the file has moved and whatever its current reference. */
class PartReader {
  readonly #client: FileReader;
  readonly #pace: DownloadPace;
  readonly #file: Whereabouts;
  readonly #faults: FaultOptions | undefined;
  /** In TL, for one generation of the reference. */
  #location: { readonly generation: number; readonly bytes: Buffer } | undefined;
  #inFlight = 0;
  /** Whether the next part is waiting for the consumer. */
  heldBack = false;

  constructor(client: FileReader, location: Location, options: IterDownloadOptions, pace: DownloadPace) {
    this.#client = client;
    this.#pace = pace;
    this.#faults = options.faults;
    this.#file = {
      reference: options.reference ?? new FileReference(location),
      dcId: options.dcId ?? client.homeDcId,
    };
  }

  read(part: PlannedPart, signal: AbortSignal): Promise<Buffer> {
    return followFile(this.#file, () => this.#request(part, signal), signal);
  }

  async #request(part: PlannedPart, signal: AbortSignal): Promise<Buffer> {
    const { clock, parts } = this.#client;
    const range = { location: this.#locationBytes(), offset: part.offset, limit: part.limit };
    const ask = (attempt: AbortSignal): Promise<Buffer> => parts.getFile(this.#file.dcId, range, attempt);
    this.#inFlight += 1;
    const bytes = await this.#client.patience.run('upload.getFile', ask, signal, this.#faults).finally(() => {
      this.#inFlight -= 1;
    });
    this.#pace.answered({
      now: clock.monotonic(),
      bytes: bytes.length,
      connections: parts.connections('download', this.#file.dcId),
      heldBack: this.heldBack || this.#inFlight < this.#pace.width / 2,
    });
    requireSize(part, bytes.length);
    return bytes;
  }

  /** Written once for each reference. */
  #locationBytes(): Buffer {
    const { generation, location } = this.#file.reference;
    if (this.#location?.generation !== generation) {
      this.#location = { generation, bytes: location.getBytes() };
    }
    return this.#location.bytes;
  }
}

function requireSize({ offset, limit, expected }: PlannedPart, got: number): void {
  if (expected === undefined ? got <= limit : got === expected) return;
  throw new FailedError(
    'SIZE_MISMATCH',
    `The server sent ${got} bytes at offset ${offset} of a file where ${expected ?? `at most ${limit}`} were announced; the file was not sent.`,
    { fields: { offset, expected, got } },
  );
}
