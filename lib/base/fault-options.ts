/** How a call treats temporary faults: of the server, which answers with 500 and the like, and of the way to it. */
export interface FaultOptions {
  /**
   * A 500 is thrown as it came when the call has been answered with nothing else for so many milliseconds; so is the
   * first one that comes after an attempt without an answer, since what that one did isn't known. Default: neither.
   */
  readonly answersMs?: number | undefined;
  /** Called at each fault, with the milliseconds for which the call has met nothing else. */
  readonly onFault?: ((error: unknown, forMs: number) => void) | undefined;
}
