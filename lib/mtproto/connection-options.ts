import type { MessageQueue } from '../crypto/message-queue.js';
import type { Answer } from './answers.js';
import type { Route } from './proxy/route.js';
import type { WhenIdle } from './pulse.js';
import type { SessionOptions } from './session.js';

export interface ConnectionOptions extends SessionOptions {
  readonly host: string;
  readonly port: number;
  /** The largest packet that is accepted, in bytes; 1 MiB and 64 KiB by default. */
  readonly mostPacketBytes?: number;
  /** The route through a proxy; absent: a direct connection. */
  readonly route?: Route | undefined;
  /** Shared by all connections, so that messages of two of them are sealed or opened at once. */
  readonly queue: MessageQueue;
  readonly introduction: Buffer;
  readonly whenIdle: WhenIdle;
  /** Its first requests are small reads: with a salt, all go out before the server has sent anything. */
  readonly eager?: boolean;
  /** Aborts when everything is to close. */
  readonly closing: AbortSignal;
  /** Called when the server has sent something: from now on the connection can take many requests. */
  readonly onProven: () => void;
  /** Called once. Requests that were under way have been rejected with CONNECTION_LOST or TIMEOUT by then. */
  readonly onClose: (reason: Error) => void;
  /** Messages that the server sends of its own accord: the TL of updates, overwritten after the call returns. */
  readonly onPush?: (body: Buffer) => void;
}

/** A request that is under way. */
export interface Call {
  /** A file's bytes are in memory from `buffers`, which the receiver then owns. */
  readonly answer: Promise<Answer>;
  /** Gives up the answer; `answer` never settles then. */
  cancel(): void;
}
