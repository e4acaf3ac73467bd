import type { FileTally } from './tally.js';

/** A wait as a reporter tells it. */
export interface ReportedWait {
  readonly method: string;
  /** `FLOOD_WAIT_12`, or a fault such as CONNECTION_LOST. */
  readonly reason: string;
  readonly ms: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What a run tells while it goes on, to bars on a terminal, plain lines, or JSON lines. */
export interface Reporter {
  /** `total` messages lie before the run, the first with id `firstId` or more; undefined when the server doesn't tell. */
  plan(total: number | undefined, firstId: number): void;
  transfer(file: FileTally): void;
  transferEnded(file: Pick<FileTally, 'sourceId' | 'name'>): void;
  sent(sourceIds: readonly number[], targetIds: readonly number[], bytes: number): void;
  /** An earlier run has sent it. */
  sentBefore(sourceId: number): void;
  skipped(sourceId: number, reason: string): void;
  /** `reason` is Telegram's word, `message` a sentence. */
  failed(sourceId: number, reason: string, message: string): void;
  /** Sent, but without something of the original. */
  reduced(sourceId: number, kind: string): void;
  topicCreated(sourceTopic: number, targetTopic: number, title: string): void;
  wait(wait: ReportedWait): void;
  /** Ends drawing; nothing of it is left behind. */
  close(): Promise<void>;
}
