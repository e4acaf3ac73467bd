import { orAborted } from '../base/abort.js';
import { deferred } from '../base/deferred.js';
import { connectionLost } from '../refusals/telegram-error.js';
import type { Answer } from './answers.js';
import type { Connection } from './connection.js';
import type { Request } from './request.js';

/** Opens a connection that accepts calls at once. It may name a connection that it has dialled, which is still opening. */
export type OpenLine = (onDialled: (connection: Connection) => void) => Promise<Connection>;

/** The connection for calls to one DC: opened when one is needed, and again after it is lost. */
export class CallLine {
  readonly #open: OpenLine;
  /** The first connection, from when it is dialled. */
  readonly #dialled = deferred<Connection>();
  #connection: Connection | undefined;
  #opening: Promise<Connection> | undefined;
  #drops = 0;

  /** `open` is never called while an earlier call of it is running. */
  constructor(open: OpenLine) {
    this.#open = open;
  }

  /**
   * Makes one call. Its answer may be an error of the server; rejects with CONNECTION_LOST or TIMEOUT, with the error
   * that kept the connection from opening, or at once with the signal's reason. With `ahead` it goes by the very first
   * connection while that is still opening, and so shares its first round trips.
   */
  async ask(request: Request, signal: AbortSignal, { ahead = false } = {}): Promise<Answer> {
    const opened = this.connected();
    const connection = await orAborted(
      ahead ? Promise.race([opened, this.#dialled.promise]) : opened,
      signal,
    );
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
      const connection = await this.#open(this.#dialled.resolve);
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
