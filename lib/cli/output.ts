import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { reasonOfSystem } from '../base/errors.js';
import { escapeUnsafe, plain } from './plain.js';
import type { Redactor } from './redactor.js';

/** The two streams of a command, and the form of its output: for people, or as JSON for machines. */
export interface OutputStreams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/**
 * Results go to standard output, messages about the work to standard error. Everything written is one line, free of
 * control characters and known secrets. A reader that goes away (EPIPE) is not an error: see `readerGone`. Any other
 * error of standard output (a full disk) is reported once on standard error, and is `fault`.
 */
export class Output {
  readonly streams: OutputStreams;
  readonly json: boolean;
  readonly #redactor: Redactor;
  #printer: ((line: string) => void) | undefined;
  readonly #gone = new AbortController();
  #fault: Error | undefined;

  constructor(streams: OutputStreams, json: boolean, redactor: Redactor) {
    this.streams = streams;
    this.json = json;
    this.#redactor = redactor;
    streams.stdout.on('error', this.#onStdoutError);
    // Nowhere is left to report it.
    streams.stderr.on('error', ignore);
  }

  /** Why standard output can't be written, unless its reader merely went away. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Aborted once standard output can't be written any more. */
  get readerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Prints a text of our own that has several lines, such as help. */
  print(text: string): void {
    this.#write(`${text}\n`);
  }

  /** Writes one line of the result, for people; nothing with --json. */
  line(text = ''): void {
    if (this.json) return;
    const line = this.#safe(text);
    if (this.#printer) this.#printer(line);
    else this.#write(`${line}\n`);
  }

  /** Writes one line of the result, for machines; nothing without --json. */
  record(fields: Readonly<Record<string, unknown>>): void {
    if (this.json) this.#write(`${escapeUnsafe(JSON.stringify(this.#redactor.value(fields)))}\n`);
  }

  /** Writes one line about the work, on standard error. */
  note(text: string): void {
    const line = this.#safe(text);
    if (this.#printer && this.streams.stderr.isTTY) this.#printer(line);
    else this.streams.stderr.write(`${line}\n`);
  }

  /** While something is drawn on the terminal, its lines go through `printer`, which puts them above. */
  printThrough(printer: ((line: string) => void) | undefined): void {
    this.#printer = printer;
  }

  /** Resolves when everything written has arrived, or can't. */
  async flush(): Promise<void> {
    const { stdout, stderr } = this.streams;
    for (const stream of [stdout, stderr]) await new Promise<void>((done) => stream.write('', () => done()));
    // An error's event comes after its callback.
    await nextTurn();
  }

  /** Removes the listeners from the streams. */
  close(): void {
    this.streams.stdout.off('error', this.#onStdoutError);
    this.streams.stderr.off('error', ignore);
  }

  #safe(text: string): string {
    return plain(this.#redactor.text(text));
  }

  #write(text: string): void {
    if (!this.#gone.signal.aborted) this.streams.stdout.write(text);
  }

  readonly #onStdoutError = (error: NodeJS.ErrnoException): void => {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    if (isReaderGone(error, this.streams.stdout.isTTY === true)) return;
    this.#fault = error;
    this.note(`telepi: Standard output can't be written: ${reasonOfSystem(error)}.`);
  };
}

/** A terminal that was closed answers with EIO. */
function isReaderGone({ code }: NodeJS.ErrnoException, terminal: boolean): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || (terminal && code === 'EIO');
}

function ignore(): void {}
