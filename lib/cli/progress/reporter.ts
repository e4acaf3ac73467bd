import type { CloneEvent } from '../../clone/events.js';

/** A wait that Telegram asks for, or that a fault on the way to it makes necessary. */
export interface ReportedWait {
  readonly method: string;
  /** `FLOOD_WAIT_12`, or a fault such as CONNECTION_LOST. */
  readonly reason: string;
  readonly ms: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The machine on which another process of the account has met it. */
  readonly metOn?: string;
}

/** The events of a verification. */
type VerifyEvent =
  /** How many messages to go through, when Telegram says so. */
  | { readonly kind: 'verify'; readonly total: number | undefined }
  /** Messages that were compared, and bytes that were read for it. */
  | { readonly kind: 'checked'; readonly messages: number; readonly bytes: number };

/** The events of a run: those of the clone or the verification, and those of its connection. */
export type RunEvent = CloneEvent | VerifyEvent | (ReportedWait & { readonly kind: 'wait' });

/** Shows work in progress: as bars on a terminal, plain lines, or JSON lines. */
export interface Reporter<Event = RunEvent> {
  show(event: Event): void;
  /** Stops drawing and leaves nothing behind. */
  close(): Promise<void>;
}
