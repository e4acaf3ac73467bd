import type { Api } from 'telegram/tl/index.js';
import type { Clock } from '../base/clock.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { Patience } from '../pace/patience.js';
import type { Recent } from './recent.js';

/** How one call is made. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /** Default: the account's home DC. */
  readonly dcId?: number;
  /** See FaultOptions. */
  readonly faults?: FaultOptions | undefined;
}

/** Makes calls with patience: see TelepiClient.call. */
export interface Caller {
  call<R extends Api.AnyRequest>(request: R, options: CallOptions): Promise<R['__response']>;
}

/** How one attempt at a call is made. */
export interface OnceOptions {
  readonly signal: AbortSignal;
  readonly dcId: number | undefined;
  /** See Request. */
  readonly mayGo?: (() => boolean) | undefined;
}

/** Makes one attempt at a call: see TelepiClient.callOnce. */
export interface OnceCaller {
  callOnce<R extends Api.AnyRequest>(request: R, options: OnceOptions): Promise<R['__response']>;
}

/** Both, for callers that wait between attempts by rules of their own. */
export interface PatientCaller extends Caller, OnceCaller {
  readonly patience: Patience;
}

/** Facts that several callers need when their work begins, and that the server is asked for once. */
export interface AccountFacts {
  /** The account's own user; no answer when nobody is signed in. */
  readonly self: Recent<Api.User>;
  /** help.getConfig; no answer when the server refuses it. */
  readonly config: Recent<Api.Config>;
}

export interface Timed {
  readonly clock: Clock;
}
