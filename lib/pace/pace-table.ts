/** What the processes of an account share about one gate (see gateOf). Times in milliseconds, by the clock of the table. */
export interface SharedGate {
  readonly gate: string;
  /** How often it was changed; 0: it isn't there yet. */
  readonly revision: number;
  /** Until when Telegram wants no call; absent: it has never asked for a wait. */
  readonly openAt?: number;
  /** Telegram's words for that: `FLOOD_WAIT_12`. */
  readonly reason?: string;
  /** Where that was met. */
  readonly host: string;
  /** What is known of the turns: see paceText. */
  readonly learnt?: string;
}

/** Where the processes of an account write it down for one another. Its calls may fail, and may take long. */
export interface PaceTable {
  /** All gates of an account, and the time by the table's clock. Undefined: nobody has ever written anything. */
  read(
    accountId: number,
  ): Promise<{ readonly now: number; readonly rows: readonly SharedGate[] } | undefined>;
  /** Makes it ready to be written: from then on `read` isn't undefined. */
  prepare(): Promise<void>;
  /** Writes a gate, unless it was changed since it had that revision; returns whether it did. */
  write(accountId: number, gate: SharedGate): Promise<boolean>;
}
