import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import type { Random } from '../base/random.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import type { FutureSalt } from '../mtproto/salts.js';
import type { Patience } from '../pace/patience.js';
import type { SendPacer } from '../pace/send-pacer.js';
import type { SharedPace } from '../pace/shared-pace.js';
import type { WaitBoard } from '../pace/wait-board.js';
import type { DcAddress } from './dc-address.js';
import type { SessionStore } from './session-store.js';
import type { TelepiSession } from './session-string.js';

/** Says whether the session may be used now: asked before each connection, and before each request. */
export interface SessionGuard {
  readonly mayPass: boolean;
  /** Resolves when it may be used; what it throws ends the request. */
  pass(): Promise<void>;
}

export interface TelepiClientOptions {
  readonly apiId: number;
  readonly session: TelepiSession;
  readonly store: SessionStore;
  /** Salts under the session's key that an earlier process was given. */
  readonly salts?: readonly FutureSalt[];
  /** The server that the user named; undefined for Telegram's own. */
  readonly given: DcAddress | undefined;
  readonly testDc: boolean;
  /** The proxy for every connection; undefined: direct connections to Telegram. */
  readonly proxy: ProxyAddress | undefined;
  readonly guard?: SessionGuard | undefined;
  readonly crypto: MessageCrypto;
  readonly patience: Patience;
  /** `patience` reports its waits to it. */
  readonly waits: WaitBoard;
  /** `patience` reports its waits to it. */
  readonly sendPacer: SendPacer;
  /** It learns from the client whose account it is. */
  readonly shared?: SharedPace | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}
