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

/** What every method stands on. */
export interface MethodContext {
  readonly world: World;
  readonly files: FileStore;
  readonly logins: Logins;
  readonly randomIds: RandomIdMemory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the DCs listen; known once the server runs. */
  readonly dcs: () => readonly DcAddress[];
  /** Reaches the sessions; known once the server runs. */
  readonly pusher: () => UpdatePusher;
}

/** Who asks, signed in. */
export interface Call {
  readonly me: Account;
  readonly caller: Caller;
}

// biome-ignore lint/suspicious/noExplicitAny: a group of methods holds requests of every type
type AnyRequest = any;

/** Methods by who may ask, each under its TL name as the library spells it. */
export interface MethodGroup {
  /** Without being signed in. */
  readonly open?: Readonly<Record<string, (request: AnyRequest, caller: Caller) => unknown>>;
  /** Signed in, on any DC. */
  readonly anyDc?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
  /** Signed in, on the account's own DC. */
  readonly home?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
  /** As `home`, and refused to bots. */
  readonly usersOnly?: Readonly<Record<string, (request: AnyRequest, call: Call) => unknown>>;
}

export function badRequest(message: string): RpcError {
  return new RpcError(400, message);
}

export function forbidden(message: string): RpcError {
  return new RpcError(403, message);
}
