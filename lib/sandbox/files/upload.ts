import { createHash } from 'node:crypto';
import { MIB } from '../../base/bytes.js';
import { type Contents, isSamePiece, type KnownContent, type Recognised } from './contents.js';
import { type FlightTime, InFlight } from './in-flight.js';
import type { KeptBytes } from './kept-bytes.js';
import type { Content, ContentPart } from './stored-file.js';
import { isSame, type Part } from './upload-part.js';
import { addSize, MAX_SMALL_FILE, type PartRequest, type PartSizes } from './upload-rules.js';

/** The most bytes held by an upload that isn't kept: more than a small file, less than 40 parts. */
const HELD_BYTES_LIMIT = 16 * MIB;

/** A piece this long contains a whole block of its own after any head: it is recognised as it comes. */
const UNMISTAKABLE_BYTES = 64;

/**
 * One file on its way in: a running proof of every part, and as few bytes as possible. A part that is a piece of a
 * known seed's content needs none. Others are kept while there is room for them among `KeptBytes`. Once there is none,
 * bytes are held only while the file is small (up to 10 MiB), or while they wait for earlier parts so that the SHA-256
 * of the whole can be computed in order; 16 MiB at most.
 */
export class Upload {
  readonly inFlight: InFlight;
  readonly #parts = new Map<number, Part>();
  readonly #contents: Contents;
  readonly #kept: KeptBytes;
  /** Whether everything that came of unknown content is held and counted. */
  #keeps = true;
  #sizes: PartSizes | undefined;
  #heldBytes = 0;
  #bytes = 0;
  /** Covers the parts 0 to hashed - 1, as they first came. */
  readonly #running = createHash('sha256');
  #hashed = 0;
  #changedAfterHash = false;
  #lastPiece: Recognised | undefined;
  #version = 0;
  #lastArrival = 0;

  constructor(contents: Contents, time: FlightTime, kept: KeptBytes) {
    this.#contents = contents;
    this.#kept = kept;
    this.inFlight = new InFlight(time);
  }

  /** Sum of the sizes of the parts that came, each counted once. */
  get bytes(): number {
    return this.#bytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get total(): number | undefined {
    return this.#sizes?.total;
  }

  /** The highest index plus 1. */
  get end(): number {
    return (this.#sizes?.highest ?? -1) + 1;
  }

  /** Time of the latest part, by Clock.monotonic(). */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Changes whenever the content does. */
  get version(): number {
    return this.#version;
  }

  /** How often each part came, by index. */
  get arrivals(): readonly number[] {
    return Array.from({ length: this.end }, (_, index) => this.#parts.get(index)?.arrivals ?? 0);
  }

  save(request: PartRequest, now: number): void {
    this.#sizes = addSize(this.#sizes, request);
    this.#lastArrival = now;
    const { index, bytes } = request;
    const before = this.#parts.get(index);
    const piece = this.#contents.recognise(bytes, this.#hintFor(index));
    this.#lastPiece = piece ?? this.#lastPiece;
    const hash = piece ? undefined : createHash('sha256').update(bytes).digest();
    const part: Part = {
      size: bytes.length,
      hash,
      piece,
      bytes: undefined,
      isCounted: false,
      arrivals: (before?.arrivals ?? 0) + 1,
      arrivedAt: now,
      present: true,
    };
    const changed = before !== undefined && !isSame(before, part);
    if (changed && index < this.#hashed) this.#changedAfterHash = true;
    if (!before?.present || changed) this.#version += 1;
    this.#drop(before);
    this.#bytes += part.size - (before?.size ?? 0);
    this.#parts.set(index, part);
    this.#hold(index, part, bytes);
    this.#hashInOrder(bytes, index);
  }

  /** The lowest index below `count` of a part that never came, was lost, or came before `deadline`. */
  missing(count: number, deadline: number): number | undefined {
    for (let index = 0; index < count; index += 1) {
      const part = this.#parts.get(index);
      if (!part?.present || part.arrivedAt < deadline) return index;
    }
    return undefined;
  }

  /** Loses parts (all of them without `indices`), as Telegram does after minutes or hours. */
  expire(indices?: readonly number[]): void {
    for (const [index, part] of this.#parts) {
      if (indices && !indices.includes(index)) continue;
      part.present = false;
      this.#drop(part);
      this.#version += 1;
    }
  }

  /** The whole content when no part is missing: known content, bytes, parts, or lost. */
  content(): Content {
    for (const [index, part] of this.#parts) this.#recogniseLate(index, part);
    const known = this.#contents.ofSize(this.#parts.get(0)?.piece, this.#bytes);
    if (known && this.#isWhole(known)) return known.content;
    if (this.#bytes > MAX_SMALL_FILE) return this.#keeps ? this.#inParts() : { kind: 'lost' };
    const bytes = this.#join();
    if (!bytes) return { kind: 'lost' };
    return this.#contents.pictureOf(bytes)?.content ?? { kind: 'bytes', bytes };
  }

  /**
   * `content()` for a file to hold for good: the file owns its bytes from now on, or they are lost when there are too
   * many.
   */
  keep(content: Content): Content {
    if (content.kind !== 'bytes' && content.kind !== 'parts') return content;
    if (!this.#keeps) return { kind: 'lost' };
    for (const part of this.#parts.values()) part.isCounted = false;
    return content;
  }

  /**
   * SHA-256 of the whole in hexadecimal. Undefined only when it can't be known: when the parts of a large file of
   * unknown content came further out of order than 16 MiB, or a part was replaced by another after it had been hashed.
   */
  async sha256(): Promise<string | undefined> {
    if (this.#hashed === this.end && !this.#changedAfterHash) return this.#running.copy().digest('hex');
    const hash = createHash('sha256');
    for (let index = 0; index < this.end; index += 1) {
      const bytes = this.#read(index);
      if (!bytes) return undefined;
      hash.update(bytes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return hash.digest('hex');
  }

  /** SHA-256 in hexadecimal of the part as it last came; undefined when it never came. */
  partHash(index: number): string | undefined {
    const part = this.#parts.get(index);
    if (!part) return undefined;
    if (part.hash) return part.hash.toString('hex');
    return createHash('sha256')
      .update(this.#read(index) ?? '')
      .digest('hex');
  }

  #hintFor(index: number): Recognised | undefined {
    const piece = this.#lastPiece;
    const full = this.#sizes?.full;
    return piece && full ? { known: piece.known, offset: index * full } : undefined;
  }

  #isWhole(known: KnownContent): boolean {
    const full = this.#sizes?.full ?? 0;
    for (const [index, { piece }] of this.#parts) {
      if (!isSamePiece(piece, { known, offset: index * full })) return false;
    }
    return true;
  }

  #inParts(): Content {
    const parts: ContentPart[] = [];
    for (let index = 0; index < this.end; index += 1) {
      const { size, piece, bytes } = this.#parts.get(index) ?? {};
      if (size === undefined) return { kind: 'lost' };
      if (piece) parts.push({ size, piece: { of: piece.known.content, offset: piece.offset } });
      else if (bytes) parts.push({ size, bytes });
      else return { kind: 'lost' };
    }
    return { kind: 'parts', parts };
  }

  #join(): Buffer | undefined {
    const all: Buffer[] = [];
    for (let index = 0; index < this.end; index += 1) {
      const bytes = this.#read(index);
      if (!bytes) return undefined;
      all.push(bytes);
    }
    const whole = Buffer.concat(all);
    let offset = 0;
    for (const part of this.#parts.values()) if (part.bytes) part.bytes = undefined;
    for (let index = 0; index < this.end; index += 1) {
      const part = this.#parts.get(index);
      if (part && !part.piece) part.bytes = whole.subarray(offset, offset + part.size);
      offset += part?.size ?? 0;
    }
    return whole;
  }

  #read(index: number): Buffer | undefined {
    const part = this.#parts.get(index);
    if (!part?.piece) return part?.bytes;
    const { known, offset } = part.piece;
    return this.#contents.read(known.content, known.size, offset, part.size);
  }

  #hold(index: number, part: Part, bytes: Buffer): void {
    if (part.piece) return;
    if (this.#keeps && !this.#kept.take(bytes.length)) this.#keepNoLonger();
    part.isCounted = this.#keeps;
    if (this.#bytes > MAX_SMALL_FILE) this.#letGoOfHashed();
    const isNeeded = this.#keeps || this.#bytes <= MAX_SMALL_FILE || index > this.#hashed;
    const fits = this.#keeps || this.#heldBytes + bytes.length <= HELD_BYTES_LIMIT;
    if (!isNeeded || !fits) return;
    // A slice of a much larger buffer would keep all of the buffer alive.
    part.bytes = bytes.buffer.byteLength > 2 * bytes.length ? Buffer.from(bytes) : bytes;
    this.#heldBytes += bytes.length;
  }

  /**
   * There is no room for all of it: the counted bytes are given back, and any that exceed the limit without counting
   * are dropped.
   */
  #keepNoLonger(): void {
    this.#keeps = false;
    for (const part of this.#parts.values()) {
      if (part.isCounted) this.#kept.giveBack(part.size);
      part.isCounted = false;
    }
    if (this.#bytes > MAX_SMALL_FILE) this.#letGoOfHashed();
    for (const part of this.#parts.values()) if (this.#heldBytes > HELD_BYTES_LIMIT) this.#drop(part);
  }

  #letGoOfHashed(): void {
    if (this.#heldBytes === 0 || this.#keeps) return;
    for (const [index, part] of this.#parts) {
      if (index >= this.#hashed) continue;
      this.#recogniseLate(index, part);
      this.#drop(part);
    }
  }

  /** The few bytes at the end of a file can be recognised only after another part has been. */
  #recogniseLate(index: number, part: Part): void {
    if (part.piece || !part.bytes || part.bytes.length >= UNMISTAKABLE_BYTES) return;
    part.piece = this.#contents.recognise(part.bytes, this.#hintFor(index));
    if (part.piece) this.#drop(part);
  }

  #drop(part: Part | undefined): void {
    if (!part?.bytes) return;
    this.#heldBytes -= part.bytes.length;
    part.bytes = undefined;
    if (part.isCounted) this.#kept.giveBack(part.size);
    part.isCounted = false;
  }

  #hashInOrder(bytes: Buffer, index: number): void {
    // A piece of known content can be read again when needed, unless others are held until it has been hashed.
    if (this.#parts.get(index)?.piece && this.#heldBytes === 0) return;
    this.#hashWhatIsThere(index);
    if (index !== this.#hashed) return;
    this.#running.update(bytes);
    this.#hashed += 1;
    this.#hashWhatIsThere(this.end);
    if (this.#bytes > MAX_SMALL_FILE) this.#letGoOfHashed();
  }

  #hashWhatIsThere(end: number): void {
    while (this.#hashed < end) {
      const next = this.#read(this.#hashed);
      if (!next) return;
      this.#running.update(next);
      this.#hashed += 1;
    }
  }
}
