import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;

export interface RotatingFileOptions {
  readonly path: string;
  /** A line that would exceed this begins a new file; the old one becomes `path.1`, that one `path.2`, and so on. */
  readonly maxBytes: number;
  /** The number of files; the oldest is deleted. */
  readonly maxFiles: number;
  /** Called for each line that couldn't be written. The stream itself continues. */
  readonly onFault: (error: Error) => void;
}

/**
 * A log file that rotates by size; each new file has mode 600. Winston's own File transport loses lines when files
 * change under load, and doesn't report a full disk. Writes are synchronous: a log has few lines, and they should be
 * there after process.exit too.
 */
export class RotatingFile extends Writable {
  readonly #options: RotatingFileOptions;
  #file: number | undefined;
  #size = 0;

  constructor(options: RotatingFileOptions) {
    super({ decodeStrings: true });
    this.#options = options;
  }

  override _write(line: Buffer, _encoding: BufferEncoding, done: () => void): void {
    try {
      this.#append(line);
    } catch (error) {
      this.#options.onFault(error as Error);
    }
    done();
  }

  override _final(done: () => void): void {
    this.#close();
    done();
  }

  #append(line: Buffer): void {
    let file = this.#file ?? this.#open();
    if (this.#size > 0 && this.#size + line.length > this.#options.maxBytes) {
      this.#close();
      this.#shift();
      file = this.#open();
    }
    for (let written = 0; written < line.length; ) {
      const count = writeSync(file, line, written);
      written += count;
      this.#size += count;
    }
  }

  #open(): number {
    // Opened this way, a named pipe that nobody reads is an error instead of an endless wait.
    const file = openSync(this.#options.path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600);
    this.#file = file;
    this.#size = fstatSync(file).size;
    return file;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #shift(): void {
    const { path, maxFiles } = this.#options;
    const nameOf = (age: number): string => (age === 0 ? path : `${path}.${age}`);
    for (let age = maxFiles - 2; age >= 0; age -= 1) {
      try {
        renameSync(nameOf(age), nameOf(age + 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
