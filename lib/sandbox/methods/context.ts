import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { FileStore } from '../files/file-store.js';
import { type Caller, RpcError, type UpdatePusher } from '../rpc.js';
import type { RandomIdMemory } from '../weather/random-id-memory.js';
import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';
import type { Logins } from './logins.js';

export interface DcAddress {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** What all methods need. */
export interface MethodContext {
  readonly world: World;
  readonly files: FileStore;
  readonly logins: Logins;
  readonly randomIds: RandomIdMemory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The DCs' addresses; known once the server runs. */
  readonly dcs: () => readonly DcAddress[];
  /** Seconds between two messages of an account in each group and channel, admins included; 0 for none. */
  readonly slowmodeForAll: () => number;
  /** Reaches the sessions; known once the server runs. */
  readonly pusher: () => UpdatePusher;
}

/** The signed-in caller. */
export interface Call {
  readonly me: Account;
  readonly caller: Caller;
}

// biome-ignore lint/suspicious/noExplicitAny: a group of methods holds requests of every type
type AnyRequest = any;

/** Methods by permission, each under its TL name as the library spells it. */
export interface MethodGroup {
  /** Need no login. */
  readonly open?: Readonly<Record<string, (request: AnyRequest, caller: Caller) => unknown>>;
  /** Need a login, on any DC. */
  readonly anyDc?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
  /** Need a login, on the account's own DC. */
  readonly home?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
  /** As `home`, but refused to bots. */
  readonly usersOnly?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
}

export function badRequest(message: string): RpcError {
  return new RpcError(400, message);
}

export function forbidden(message: string): RpcError {
  return new RpcError(403, message);
}
