/** How many messages Telegram accepts in how long, as far as floods have shown. */
export interface Estimate {
  readonly windowMs: number;
  readonly items: number;
  /** False while it rests on a single flood, whose window may have begun before the first message that was seen. */
  readonly sure: boolean;
  /** The interval between two messages while it isn't sure. */
  readonly cautiousMs: number;
}

/** A stretch of time in which messages are counted. */
export interface Window {
  /** Its first message was sent between these moments: only the server knows which message that was. */
  readonly earliest: number;
  readonly latest: number;
  readonly items: number;
}

/** Everything that a MessageBudget knows, as plain data. */
export interface BudgetState {
  readonly estimate?: Estimate | undefined;
  /** Messages since the last flood, or ever. */
  readonly since?: Window | undefined;
  readonly sinceFlood: boolean;
  readonly window?: Window | undefined;
  /** Messages near the window's end: the server may already count them in the next one. */
  readonly next?: Window | undefined;
  /** Messages of the latest send. */
  readonly latest: number;
  /** Default: that of a window of which nothing is known. */
  readonly slackShare?: number | undefined;
  /** Whether the server counts messages however long they take, so that going slower would not help. */
  readonly countsAlone: boolean;
  /** Since when no refusal has asked for a wait; absent: none ever has. */
  readonly calmSince?: number | undefined;
}
