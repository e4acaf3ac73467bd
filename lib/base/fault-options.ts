/**
 * How a call handles temporary faults: those of the server, which answers with 500 and the like, and those of the
 * connection.
 */
export interface FaultOptions {
  /**
   * A 500 is thrown as it is once the call has been answered with nothing else for this many milliseconds; so is the
   * first 500 after an attempt without an answer, because the outcome of that attempt isn't known. Default: neither.
   */
  readonly answersMs?: number | undefined;
  /** Called at each fault, with the milliseconds for which the call has met nothing else. */
  readonly onFault?: ((error: unknown, forMs: number) => void) | undefined;
  /** Resolves when an attempt may begin: called before each, and no time that Telegram takes to answer. */
  readonly ready?: ((signal: AbortSignal) => Promise<void>) | undefined;
}
