import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { orAborted } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import { FailedError, messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';

export interface ProgramOptions {
  readonly words: readonly [program: string, ...words: string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The bytes of an answer, at most: many times what the largest document needs. */
const LONGEST_LINE = 16 * 1024 * 1024;
/** How long a program may take to end once its input has ended, and then once more after SIGTERM, in milliseconds. */
const GRACE_MS = 3_000;
const LAST_WORDS = 500;

/**
 * A program that answers each line that it is given with one line. It runs in a process group of its own, so that its
 * children end with it. It doesn't see what a clone is allowed to do: the variables of SECRETS aren't inherited.
 */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #clock: Clock;
  readonly #failed = new AbortController();
  readonly #exited: Promise<void>;
  readonly #program: string;
  #buffer = '';
  #waiting: (() => void) | undefined;
  #lastWords = '';
  #closing: Promise<void> | undefined;

  constructor({ words: [program, ...words], environment, clock, log }: ProgramOptions) {
    this.#clock = clock;
    this.#program = program;
    setMaxListeners(0, this.#failed.signal);
    this.#child = spawn(program, words, {
      stdio: 'pipe',
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: withoutSecrets(environment),
    });
    const { stdin, stdout, stderr } = this.#child;
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#fail('PIPE_ENDED', `ended with ${signal ?? `exit status ${code}`}${this.#words()}`);
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#fail('PIPE_NOT_STARTED', `could not be started: ${whyNotStarted(error)}`);
        resolve();
      });
    });
    // A program that has closed its input is heard of by its end.
    stdin.on('error', () => {});
    stdout.setEncoding('utf8');
    stdout.on('data', (text: string) => this.#take(text));
    stderr.setEncoding('utf8');
    stderr.on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
      log.info('pipe_said', { text });
    });
  }

  /**
   * Gives the program a line and returns its answer. One line at a time: the next call comes after the answer.
   * @param deadlineMs within which the answer must come.
   * @throws FailedError PIPE_NOT_STARTED, PIPE_ENDED, PIPE_TIMEOUT, PIPE_ANSWER; the program is then useless.
   */
  async ask(line: string, deadlineMs: number, signal: AbortSignal): Promise<string> {
    this.#throwIfFailed();
    if (this.#buffer !== '') throw this.#fail('PIPE_ANSWER', 'wrote a line that was not asked for');
    const answered = new AbortController();
    const late = this.#clock.sleep(deadlineMs, answered.signal).then(
      () => {
        throw this.#fail('PIPE_TIMEOUT', `gave no answer within ${deadlineMs / 1000} s`);
      },
      () => '',
    );
    try {
      const answer = this.#exchange(line);
      answer.catch(() => {});
      return await orAborted(orAborted(Promise.race([answer, never(late)]), this.#failed.signal), signal);
    } finally {
      answered.abort();
    }
  }

  async #exchange(line: string): Promise<string> {
    const { stdin } = this.#child;
    if (!stdin.write(`${line}\n`)) {
      // A program that has closed its input never takes the line: its end is what is reported.
      await new Promise<void>((resolve) => {
        stdin.once('drain', resolve);
      });
    }
    for (let end = this.#buffer.indexOf('\n'); ; end = this.#buffer.indexOf('\n')) {
      if (end >= 0) {
        const answer = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 1);
        return answer;
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  #take(text: string): void {
    this.#buffer += text;
    if (this.#buffer.length > LONGEST_LINE) {
      this.#fail('PIPE_ANSWER', `wrote a line of more than ${LONGEST_LINE} characters`);
      this.#buffer = '';
    }
    this.#waiting?.();
  }

  /** Ends the program: its input first, then itself. Resolves when neither it nor a child of its group runs any more. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const isGood = !this.#failed.signal.aborted;
    this.#child.stdin.end();
    if (isGood) await this.#exitWithin(GRACE_MS);
    this.#kill('SIGTERM');
    await this.#exitWithin(GRACE_MS);
    this.#kill('SIGKILL');
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
    await this.#exited;
  }

  async #exitWithin(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#exited, this.#clock.sleep(ms, over.signal).catch(() => {})]);
    over.abort();
  }

  /** The whole group, also when the program itself has ended and left children behind. */
  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #throwIfFailed(): void {
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
  }

  /** The first fault is the one that counts. */
  #fail(code: string, what: string): unknown {
    if (!this.#failed.signal.aborted) {
      const advice = 'Nothing was left out because of it: run again when the program is fixed.';
      this.#failed.abort(
        new FailedError(code, `The program of --pipe, ${this.#program}, ${what}. ${advice}`),
      );
    }
    return this.#failed.signal.reason;
  }

  #words(): string {
    const last = this.#lastWords.trim().split('\n').at(-1)?.trim() ?? '';
    return last === '' ? '' : `, its last words being ${JSON.stringify(last)}`;
  }
}

/** The variables by which somebody could act as the user: no program that is only shown messages needs them. */
const SECRETS = /^(?:TG_.*|DATABASE_URL|S3_.*|AWS_.*)$/i;

function withoutSecrets(environment: ProgramOptions['environment']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRETS.test(name)));
}

/** Only the rejection of a promise counts. */
function never<T>(promise: Promise<T>): Promise<never> {
  return promise.then(() => new Promise<never>(() => {}));
}

function whyNotStarted(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such program';
  return error.code === 'EACCES' ? 'it may not be executed' : messageOf(error);
}
