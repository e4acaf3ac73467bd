import { type FileHandle, open } from 'node:fs/promises';
import { correctedText, type RawValue } from './raw-value.js';
import { type Correction, INCOMPLETE, isBlank, LINE_FEED, scanValue } from './scan-value.js';

/** How much of a file is read at once, in bytes. */
const PIECE = 2 ** 20;
/** One value, such as a message, may take as much memory; no program writes larger ones. */
const MOST_BYTES = 2 ** 28;

/** The file ends, or holds something senseless, in the middle of a value. */
export class CutOff extends Error {
  /** Where the value begins, or where the senseless byte is, in bytes from the beginning of the file. */
  readonly offset: number;

  constructor(offset: number) {
    super('The file ends before its JSON does.');
    this.offset = offset;
  }
}

/** Reads the JSON of a file value by value, whatever the file's size. Whoever opens it closes it. */
export class ByteWindow {
  readonly #file: FileHandle;
  /** In bytes, when it was opened. */
  readonly size: number;
  #buffer = Buffer.allocUnsafe(2 * PIECE);
  #start = 0;
  #end = 0;
  /** Where in the file the buffer's first byte stands. */
  #base = 0;
  #isWhole = false;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  static async open(path: string): Promise<ByteWindow> {
    const file = await open(path, 'r');
    try {
      return new ByteWindow(file, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Where the next byte stands in the file. */
  get offset(): number {
    return this.#base + this.#start;
  }

  /** The next byte that isn't a blank, which stays; undefined at the end of the file. */
  async peek(): Promise<number | undefined> {
    for (;;) {
      while (this.#start < this.#end && isBlank(this.#buffer[this.#start])) this.#start += 1;
      if (this.#start < this.#end) return this.#buffer[this.#start];
      if (!(await this.#more())) return undefined;
    }
  }

  /** Steps over one byte, which `peek` has shown. */
  step(): void {
    this.#start += 1;
  }

  /** The first bytes of the file; before anything was read. */
  async head(length: number): Promise<Buffer> {
    while (this.#end < length && (await this.#more()));
    return this.#buffer.subarray(0, Math.min(length, this.#end));
  }

  /** The value that begins at the next byte. @throws CutOff when the file ends before it does */
  async value(): Promise<RawValue> {
    for (;;) {
      const value = this.valueAtHand();
      if (value) return value;
      if (this.#end - this.#start > MOST_BYTES || !(await this.#more())) throw new CutOff(this.offset);
    }
  }

  /** The value at the next byte, which isn't a blank, if all of it is in memory. */
  valueAtHand(): RawValue | undefined {
    const corrections: Correction[] = [];
    const end = scanValue(this.#buffer, this.#start, this.#end, corrections);
    if (end === INCOMPLETE) return undefined;
    const text = correctedText(this.#buffer, this.#start, end, corrections);
    const value = { text, offset: this.offset };
    this.#start = end;
    return value;
  }

  /**
   * The next line, without its end; undefined at the end of the file. `isWhole`: a line feed ends it.
   * @throws CutOff for a line of more than 256 MiB
   */
  async line(): Promise<(RawValue & { readonly isWhole: boolean }) | undefined> {
    for (;;) {
      const found = this.#buffer.indexOf(LINE_FEED, this.#start);
      const isWhole = found >= 0 && found < this.#end;
      if (!isWhole && this.#end - this.#start > MOST_BYTES) throw new CutOff(this.offset);
      if (!isWhole && (await this.#more())) continue;
      if (this.#start === this.#end) return undefined;
      const end = isWhole ? found : this.#end;
      const line = { text: this.#buffer.toString('utf8', this.#start, end), offset: this.offset, isWhole };
      this.#start = isWhole ? end + 1 : end;
      return line;
    }
  }

  /** As `peek`, among the bytes that are in memory. */
  peekAtHand(): number | undefined {
    while (this.#start < this.#end && isBlank(this.#buffer[this.#start])) this.#start += 1;
    return this.#start < this.#end ? this.#buffer[this.#start] : undefined;
  }

  async #more(): Promise<boolean> {
    if (this.#isWhole) return false;
    this.#makeRoom();
    // From where the last read ended, since a pipe knows no other place.
    const { bytesRead } = await this.#file.read(this.#buffer, this.#end, PIECE, null);
    this.#end += bytesRead;
    this.#isWhole = bytesRead === 0;
    return !this.#isWhole;
  }

  #makeRoom(): void {
    if (this.#buffer.length - this.#end >= PIECE) return;
    const left = this.#end - this.#start;
    // A value that fills the buffer gets twice the room, so that reading a large one stays linear.
    const room =
      left + PIECE > this.#buffer.length ? Buffer.allocUnsafe(this.#buffer.length * 2) : this.#buffer;
    this.#buffer.copy(room, 0, this.#start, this.#end);
    this.#buffer = room;
    this.#base += this.#start;
    this.#start = 0;
    this.#end = left;
  }
}
