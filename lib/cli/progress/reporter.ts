import type { CloneEvent } from '../../clone/events.js';

/** A wait that Telegram, or a fault on the way to it, asks for. */
export interface ReportedWait {
  readonly method: string;
  /** `FLOOD_WAIT_12`, or a fault such as CONNECTION_LOST. */
  readonly reason: string;
  readonly ms: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The events of a run: in the clone, and on its connection. */
export type RunEvent = CloneEvent | (ReportedWait & { readonly kind: 'wait' });

/** Shows a run in progress: as bars on a terminal, plain lines, or JSON lines. */
export interface Reporter {
  show(event: RunEvent): void;
  /** Ends drawing; nothing of it is left behind. */
  close(): Promise<void>;
}
