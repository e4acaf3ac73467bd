import type { ConnectFacts, PeerFacts } from '../server/messages.js';

/**
 * The task of a driver: to carry the source's messages over, one after another, each with its text, or with a `folder`
 * to download their files into it, as many at once as it likes, or with `reads` to read the whole history and nothing
 * else. A driver is a program in any language: it reads its task as the first line of standard input, signs in with the session, prints
 * `{"event":"ready"}`, begins at the line `go`, prints `{"event":"done"}` and ends when standard input does.
 */
export interface TransferTask extends ConnectFacts {
  /** A session string, readable by TelePi, GramJS, teleproto, Telethon and gotd. */
  readonly session: string;
  readonly source: PeerFacts;
  readonly target: PeerFacts;
  readonly messageIds: readonly number[];
  /** Exists, and is empty. */
  readonly folder?: string;
  readonly reads?: boolean;
  readonly tuning: Tuning;
}

/** The varied settings; the others have TelePi's own values. Other clients have the values of their algorithm. */
export interface Tuning {
  readonly bufferBytes?: number;
  /** Connections down and up each. */
  readonly connections?: number;
  /** Requests down in flight. */
  readonly window?: number;
  /** Parts up in flight. */
  readonly slots?: number;
}

/** The driver's last line. */
export interface TransferDone {
  readonly event: 'done';
  /** How many messages of the history were read, when that was the task. */
  readonly messages?: number;
  /** The most bytes that were held for files at once, if the client counts them. */
  readonly heldBytes?: number;
  /** Delay of the event loop while it worked, in milliseconds. */
  readonly loopDelay?: { readonly p99: number; readonly max: number };
}
