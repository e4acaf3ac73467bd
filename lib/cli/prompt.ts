import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { orAborted } from '../base/abort.js';
import { UsageError } from '../base/errors.js';
import { plain } from './plain.js';

export interface PromptStreams {
  readonly stdin: NodeJS.ReadStream;
  /** Where questions are shown: standard error, so that they never mix with results. */
  readonly terminal: NodeJS.WritableStream;
}

export interface Question {
  /** What the question asks for, as in "phone number". */
  readonly noun: string;
  /** What is shown in place of the noun, as in "Type forget to continue". */
  readonly shown?: string;
  /** More words after the noun, such as the server's hint: whatever they contain, they are shown on one line. */
  readonly hint?: string;
  /** Whether to hide the answer while it is typed. */
  readonly hidden: boolean;
  /** Shown when standard input ends first. */
  readonly fix: string;
  /** The whole sentence that is shown then in place of `fix`, if nobody can be asked. */
  readonly ended?: string | undefined;
}

/**
 * Asks the user. On a terminal each question is shown, and a hidden answer isn't echoed; elsewhere each question
 * takes the next line of standard input, in the order in which they are asked.
 */
export class Prompter {
  readonly #streams: PromptStreams;
  readonly #signal: AbortSignal;
  readonly #lines: string[] = [];
  readonly #asked: ((line: string | undefined) => void)[] = [];
  #reader: Interface | undefined;
  #ended = false;
  #hidden = false;

  constructor(streams: PromptStreams, signal: AbortSignal) {
    this.#streams = streams;
    this.#signal = signal;
  }

  /** Whether a person can answer. */
  get interactive(): boolean {
    return this.#streams.stdin.isTTY === true;
  }

  /** @throws UsageError when standard input has ended; the signal's reason when it aborts. */
  async ask(question: Question): Promise<string> {
    this.#signal.throwIfAborted();
    this.#open();
    this.#hidden = question.hidden;
    const hint = question.hint ? ` (${plain(question.hint)})` : '';
    if (this.interactive) this.#streams.terminal.write(`${question.shown ?? question.noun}${hint}: `);
    const answer = await orAborted(this.#nextLine(), this.#signal);
    if (this.interactive && question.hidden) this.#streams.terminal.write('\n');
    if (answer === undefined) {
      throw new UsageError(
        'NO_ANSWER',
        (this.interactive ? undefined : question.ended) ??
          `Standard input ended before the ${question.noun} was given: ${question.fix}.`,
      );
    }
    return answer;
  }

  /** Releases standard input. */
  close(): void {
    this.#reader?.close();
    this.#streams.stdin.pause();
  }

  #open(): void {
    if (this.#reader) return;
    const reader = createInterface({
      input: this.#streams.stdin,
      ...(this.interactive ? { output: this.#echo(), terminal: true } : { terminal: false }),
      historySize: 0,
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    reader.on('line', (line) => {
      const waiting = this.#asked.shift();
      if (waiting) waiting(line);
      else this.#lines.push(line);
    });
    reader.on('close', () => {
      this.#ended = true;
      for (const waiting of this.#asked.splice(0)) waiting(undefined);
    });
    // In raw mode the terminal sends no signal for Ctrl-C: readline sees the key.
    reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.#reader = reader;
  }

  /** The part of the answer that readline shows: everything, or nothing while it is hidden. */
  #echo(): Writable {
    const { terminal } = this.#streams;
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#hidden) terminal.write(chunk);
        done();
      },
    });
  }

  #nextLine(): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined || this.#ended) return Promise.resolve(line);
    return new Promise((resolve) => {
      this.#asked.push(resolve);
    });
  }
}
