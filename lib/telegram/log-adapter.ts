import { Logger } from 'telegram';
import { LogLevel } from 'telegram/extensions/Logger.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

const LONGEST_MESSAGE = 200;

/**
 * The library's log lines as events of ours, one level lower: what it calls an error is mostly a connection that is
 * made again. Its debug lines are left out (a dozen for each part), and so is what it prints of a server's answer.
 */
export class LibraryLog extends Logger {
  readonly #log: Log;

  constructor(log: Log) {
    super(LogLevel.INFO);
    this.#log = log;
  }

  override log(level: LogLevel, message: string, error?: unknown): void {
    const fields = {
      message: withoutContent(message),
      ...(error === undefined ? {} : { error: withoutContent(messageOf(error)) }),
    };
    if (level === LogLevel.ERROR) this.#log.warn('library', fields);
    else this.#log.debug('library', fields);
  }
}

/** "Received response without parent request: ..." goes on with the answer itself. */
function withoutContent(message: string): string {
  const [first = ''] = message.split(/(?<=without parent request)|\n/);
  return first.slice(0, LONGEST_MESSAGE);
}
