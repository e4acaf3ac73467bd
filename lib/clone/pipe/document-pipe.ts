import { FailedError } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import type { PostDocument } from '../../messages/document/document.js';
import { answeredDocument } from '../../messages/transform/answer.js';
import { FormFault } from '../../messages/transform/form.js';
import { Program, type ProgramOptions } from './program.js';

export interface DocumentPipeOptions extends ProgramOptions {
  /** Within which each message must be answered, in milliseconds. */
  readonly deadlineMs: number;
}

/**
 * A program that changes documents: it is given one a line, in the order in which they were asked for, and answers each
 * with a line: the document changed, or null to leave the message out. A fault of any kind stops the run and never
 * means null.
 */
export class DocumentPipe {
  readonly #program: Program;
  readonly #deadlineMs: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ deadlineMs, ...options }: DocumentPipeOptions) {
    this.#deadlineMs = deadlineMs;
    this.#program = new Program(options);
  }

  /**
   * The document as the program wants it, or null. The deadline begins when the program has answered everything before.
   * @throws FailedError PIPE_ANSWER, with the path of the fault; else as Program.ask.
   */
  ask(document: PostDocument, signal: AbortSignal): Promise<PostDocument | null> {
    const asked = this.#turn.then(async () => {
      signal.throwIfAborted();
      return this.#program.ask(JSON.stringify(document), this.#deadlineMs, signal);
    });
    this.#turn = asked.catch(() => {});
    return asked.then((line) => answerOf(document, line));
  }

  close(): Promise<void> {
    return this.#program.close();
  }
}

function answerOf(document: PostDocument, line: string): PostDocument | null {
  try {
    return answeredDocument(document, JSON.parse(line));
  } catch (error) {
    const fault =
      error instanceof SyntaxError ? 'it is not JSON' : error instanceof FormFault && error.message;
    if (!fault) throw error;
    throw new FailedError(
      'PIPE_ANSWER',
      `The program of --pipe gave a wrong answer for message ${shownId(document.id)}: ${fault}. The run has stopped in front of it: run again when the program is fixed.`,
      {
        cause: error,
        fields: { sourceId: shownId(document.id), ...(error instanceof FormFault && { path: error.path }) },
      },
    );
  }
}
