import type { Writable } from 'node:stream';
import { escapeUnsafe, plain } from './plain.js';
import type { Redactor } from './redactor.js';

/** The two streams of a command, and how it speaks on them: for people, or as JSON for machines. */
export interface OutputStreams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/**
 * Results go to standard output, words about the work to standard error. Everything that is written is one line,
 * free of control characters and of known secrets. A reader that goes away (EPIPE) is no error: `readerGone` says so.
 */
export class Output {
  readonly streams: OutputStreams;
  readonly json: boolean;
  readonly #redactor: Redactor;
  #printer: ((line: string) => void) | undefined;
  readonly #gone = new AbortController();

  constructor(streams: OutputStreams, json: boolean, redactor: Redactor) {
    this.streams = streams;
    this.json = json;
    this.#redactor = redactor;
    streams.stdout.on('error', this.#onError);
    streams.stderr.on('error', this.#onError);
  }

  /** Aborted once standard output can't be written any more. */
  get readerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** One line of result, for people. With --json there are none. */
  line(text = ''): void {
    if (this.json) return;
    const line = this.#safe(text);
    if (this.#printer) this.#printer(line);
    else this.#write(`${line}\n`);
  }

  /** One line of result, for machines. Without --json there are none. */
  record(fields: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#write(`${escapeUnsafe(JSON.stringify(this.#redactor.value(fields)))}\n`);
  }

  /** One line about the work, on standard error. */
  note(text: string): void {
    const line = this.#safe(text);
    if (this.#printer && this.streams.stderr.isTTY) this.#printer(line);
    else this.streams.stderr.write(`${line}\n`);
  }

  /** While something is drawn on the terminal, lines for it go through `printer`, which puts them above. */
  printThrough(printer: ((line: string) => void) | undefined): void {
    this.#printer = printer;
  }

  /** Takes the listeners off the streams. */
  close(): void {
    this.streams.stdout.off('error', this.#onError);
    this.streams.stderr.off('error', this.#onError);
  }

  #safe(text: string): string {
    return plain(this.#redactor.text(text));
  }

  #write(text: string): void {
    if (!this.#gone.signal.aborted) this.streams.stdout.write(text);
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    this.#gone.abort();
  };
}
