/** A refusal in Telegram's words: `new RpcError(420, 'FLOOD_WAIT_3')`. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

/** A permanent authorization key and the account signed in with it. */
export interface AuthKey {
  readonly id: bigint;
  readonly key: Buffer;
  /** The account that signed in with this key, if any. */
  userId: number | undefined;
}

/**
 * The caller, session and connection of a request. One object for each request; session and connection are stable
 * identities.
 */
export interface Caller {
  readonly dcId: number;
  /** The permanent key: a temporary one has been resolved through auth.bindTempAuthKey. */
  readonly key: AuthKey;
  /** MTProto session id. */
  readonly sessionId: bigint;
  /** Number of the TCP connection, from 1. */
  readonly connectionId: number;
  /** From invokeWithLayer; 0 before the first. */
  readonly layer: number;
  /** Whether the request came inside invokeWithoutUpdates. */
  readonly withoutUpdates: boolean;
}

/**
 * Answers one request. `request` is the library's TL object; the answer is a TL object, a boolean, or an array for
 * a Vector. A refusal is a thrown RpcError; anything else thrown reaches the client as 500 INTERNAL and the log.
 */
// biome-ignore lint/suspicious/noExplicitAny: a table of methods holds requests of every type
export type Method<Request = any> = (request: Request, caller: Caller) => unknown | Promise<unknown>;

/** Keyed by the TL name as the library spells it: `messages.SendMessage`, `help.GetConfig`. */
export type MethodTable = ReadonlyMap<string, Method>;

/** Sends `updates` (an Updates object) to sessions. */
export interface UpdatePusher {
  /** Sends to all sessions that a user has on a DC: the home DC by default. */
  push(userId: number, updates: unknown, except?: { readonly sessionId: bigint }, dcId?: number): void;
  /** Sends `updates` to the sessions of one key, signed in or not: updateLoginToken. */
  pushToKey(key: AuthKey, updates: unknown): void;
}

/** What the weather does to one request. */
export type Fate =
  | { readonly kind: 'pass' }
  /** Answers with this refusal; the method isn't called. */
  | { readonly kind: 'refuse'; readonly error: RpcError }
  /** Closes the connection before the request is seen. */
  | { readonly kind: 'drop-before' }
  /** Does what was asked, then closes the connection instead of answering. */
  | { readonly kind: 'drop-after' }
  /** Does what was asked, and answers only after this many milliseconds. */
  | { readonly kind: 'late'; readonly ms: number }
  /** As drop-before, by a TCP reset. */
  | { readonly kind: 'reset' };

/** The faults and limits that stand between a request and its method. */
export interface Weather {
  /** Asked once for each request, before its method. `request` is the innermost one, without wrappers. */
  fate(method: string, request: unknown, caller: Caller): Fate;
  /** One-way delay in milliseconds for each direction of a connection. */
  readonly latencyMs: number;
  /** Bandwidth of each connection and direction, in bytes per second; undefined: no limit. */
  readonly bytesPerSecond: number | undefined;
}
