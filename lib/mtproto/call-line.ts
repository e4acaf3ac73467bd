import { orAborted } from '../base/abort.js';
import { connectionLost } from '../refusals/telegram-error.js';
import type { Answer } from './answers.js';
import type { Connection } from './connection.js';
import type { Request } from './request.js';

/** The connection for calls to one DC: opened when one is needed, and again after it is lost. */
export class CallLine {
  readonly #open: () => Promise<Connection>;
  #connection: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #drops = 0;

  /**
   * `open` returns a connection that accepts calls at once. It is never called while an earlier call of it is running.
   */
  constructor(open: () => Promise<Connection>) {
    this.#open = open;
  }

  /**
   * Makes one call. Its answer may be an error of the server; rejects with CONNECTION_LOST or TIMEOUT, with the error
   * that kept the connection from opening, or at once with the signal's reason.
   */
  async ask(request: Request, signal: AbortSignal): Promise<Answer> {
    const connection = await orAborted(this.connected(), signal);
    signal.throwIfAborted();
    const call = connection.request(request);
    try {
      return await orAborted(call.answer, signal);
    } finally {
      call.cancel();
    }
  }

  connected(): Promise<Connection> {
    if (this.#connection && !this.#connection.closed) return Promise.resolve(this.#connection);
    this.#opening ??= this.#opened();
    return this.#opening;
  }

  /** Calls under way fail with CONNECTION_LOST; the next one opens another connection. */
  drop(reason: Error): void {
    this.#connection?.close(reason);
    this.#connection = undefined;
    this.#opening = undefined;
    this.#drops += 1;
  }

  async #opened(): Promise<Connection> {
    const drops = this.#drops;
    try {
      const connection = await this.#open();
      if (drops === this.#drops) {
        this.#connection = connection;
        return connection;
      }
      connection.close(new Error('another is opened in its place'));
      throw connectionLost('connect');
    } finally {
      if (drops === this.#drops) this.#opening = undefined;
    }
  }
}
