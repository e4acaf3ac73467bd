import { linkAbort } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import type { Log } from '../../base/log.js';
import { toLayer } from '../layers/layers.js';
import { NEWEST_LAYER, OLDEST_LAYER } from '../layers/older-lines.js';
import { type Caller, type Method, type MethodTable, RpcError, type Weather } from '../rpc.js';
import { fromLong, isFileBytes, type Long, serialise, type TlObject } from '../tl.js';
import type { Connection } from '../wire/connection.js';
import { bindTempKey } from './bind-temp-key.js';
import { Tl } from './constructors.js';
import { packGzip } from './gzip.js';
import type { KeyStore } from './key-store.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import { TlWriter } from './tl-bytes.js';
import { LayerRefused, type Unwrapped, unwrap } from './wrappers.js';

export interface DispatcherOptions {
  readonly keys: KeyStore;
  readonly sessions: SessionTable;
  readonly methods: MethodTable;
  readonly weather: Weather;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the server closes: then late answers are no longer sent. */
  readonly signal: AbortSignal;
}

/** One request as a session received it. */
export interface IncomingRequest {
  readonly session: Session;
  readonly connection: Connection;
  readonly msgId: bigint;
  readonly body: Buffer;
}

/** How long invokeAfterMsg waits for a message that has not come yet. */
const AFTER_WAIT_MS = 5000;

/**
 * Runs requests: takes wrappers off, asks the weather, calls the method, sends the answer. Requests run side by side.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Answers a request when it is done. Never throws. */
  dispatch(incoming: IncomingRequest): void {
    incoming.session.requests.begin(incoming.msgId);
    incoming.session.acknowledgeLater(incoming.msgId);
    void this.#answer(incoming);
  }

  async #answer(incoming: IncomingRequest): Promise<void> {
    const { session, msgId } = incoming;
    try {
      const result = await this.#run(incoming);
      if (result === undefined) return;
      const pieces = serialise(result);
      this.#send(incoming, isFileBytes(result) ? pieces : packGzip(pieces));
      session.requests.end(msgId, 'done');
    } catch (error) {
      const { code, message } = this.#refusal(error, incoming);
      const refusal = new TlWriter().uint(Tl.rpc_error).uint(code).string(message);
      this.#send(incoming, [refusal.finish()]);
      session.requests.end(msgId, 'failed');
    }
  }

  /** The answer in the caller's layer; undefined when the weather suppresses the request or its answer. */
  async #run(incoming: IncomingRequest): Promise<unknown> {
    const { session, connection } = incoming;
    const unwrapped = unwrap(incoming.body);
    if (unwrapped.after.length > 0) await this.#waitFor(unwrapped.after, incoming);
    const caller = this.#caller(unwrapped, incoming);
    const { request } = unwrapped;
    const fate = this.#options.weather.fate(request.className, request, caller);
    if (fate.kind === 'refuse') throw fate.error;
    if (fate.kind === 'drop-before' || fate.kind === 'reset') {
      session.forgetRequest(incoming.msgId);
      if (fate.kind === 'reset') connection.reset();
      else connection.drop();
      return undefined;
    }
    const method = this.#method(incoming, request);
    if (fate.kind === 'late') return this.#late(async () => method(request, caller), fate.ms);
    const result = method(request, caller);
    const answer = result instanceof Promise ? await result : result;
    if (fate.kind === 'drop-after') {
      connection.drop();
      session.detach(connection);
    }
    return toLayer(answer, caller.layer);
  }

  /** Does it now, and answers or refuses after `ms` milliseconds; never if the server closes first. */
  async #late(work: () => Promise<unknown>, ms: number): Promise<unknown> {
    const { clock, signal } = this.#options;
    const done = work();
    done.catch(() => {}); // met below
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
    return done;
  }

  #method({ session, msgId }: IncomingRequest, { className }: TlObject): Method {
    const { keys, sessions, methods } = this.#options;
    if (className === 'auth.BindTempAuthKey')
      return (request: BindTempAuthKey) => {
        const { expiresAt, encryptedMessage } = request;
        const permAuthKeyId = fromLong(request.permAuthKeyId);
        const from = { msgId, sessionId: session.id };
        const bind = { permAuthKeyId, nonce: fromLong(request.nonce), expiresAt, encryptedMessage, ...from };
        bindTempKey(session.key, bind, keys, session.now());
        return true;
      };
    if (className === 'auth.DropTempAuthKeys')
      return (request: DropTempAuthKeys, caller: Caller) => {
        const kept = new Set(request.exceptAuthKeys.map(fromLong));
        for (const { id } of keys.temporaryKeysOf(caller.key)) {
          if (kept.has(id)) continue;
          keys.remove(id);
          sessions.destroyAll(id);
        }
        return true;
      };
    const method = methods.get(className);
    if (!method) {
      this.#options.log.info('method_unknown', { method: className });
      throw new RpcError(400, 'METHOD_INVALID');
    }
    return method;
  }

  /** The caller, after the checks that come before any method. */
  #caller(
    { layer, initialises, withoutUpdates, request }: Unwrapped,
    { session, connection }: IncomingRequest,
  ): Caller {
    const { key } = session;
    const binds = request.className === 'auth.BindTempAuthKey';
    if (layer !== undefined) key.layer = layer;
    if (initialises) {
      if (key.layer === 0) throw new RpcError(400, 'CONNECTION_LAYER_INVALID');
      key.initialised = true;
    }
    if (!key.owner && !binds) throw new RpcError(401, 'AUTH_KEY_PERM_EMPTY');
    if (!key.initialised && !binds) throw new RpcError(400, 'CONNECTION_NOT_INITED');
    if (!withoutUpdates && !key.mediaOnly && !binds) session.wantsUpdates = true;
    return {
      dcId: this.#options.keys.dcId,
      key: key.owner ?? { id: key.id, key: key.key, userId: undefined },
      sessionId: session.id,
      connectionId: connection.id,
      layer: key.layer,
      withoutUpdates,
    };
  }

  /**
   * invokeAfterMsg: continues when the named requests have succeeded; MSG_WAIT_FAILED when one has not. A request that
   * is older than the newest message and unknown ended long ago or belonged to an earlier session: there is nothing to
   * wait for.
   */
  async #waitFor(msgIds: readonly bigint[], { session, connection }: IncomingRequest): Promise<void> {
    for (const msgId of msgIds) {
      const known = session.requests.outcome(msgId);
      if (!known && msgId <= session.received.range.high) continue;
      const outcome = known ?? (await this.#arrival(msgId, session, connection));
      if ((await outcome) === 'failed') throw new RpcError(400, 'MSG_WAIT_FAILED');
    }
  }

  async #arrival(msgId: bigint, session: Session, connection: Connection): Promise<unknown> {
    const timer = linkAbort(connection.signal);
    try {
      const waited = this.#options.clock.sleep(AFTER_WAIT_MS, timer.signal);
      return await Promise.race([
        session.requests.arrival(msgId),
        waited.then(() => {
          throw new RpcError(500, 'MSG_WAIT_TIMEOUT');
        }),
      ]);
    } finally {
      timer.release();
      timer.abort();
    }
  }

  #send({ session, msgId }: IncomingRequest, pieces: readonly Buffer[]): void {
    if (session.requests.isDropped(msgId)) return;
    const head = new TlWriter().uint(Tl.rpc_result).long(msgId).finish();
    session.send([head, ...pieces], { content: true, answerTo: msgId });
  }

  #refusal(error: unknown, { connection }: IncomingRequest): { code: number; message: string } {
    if (error instanceof LayerRefused) {
      const { layer } = error;
      this.#options.log.warn('layer_refused', { layer, oldest: OLDEST_LAYER, newest: NEWEST_LAYER });
    }
    if (error instanceof RpcError) return error;
    this.#options.log.error('method_failed', {
      connection: connection.id,
      error: String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return { code: 500, message: 'INTERNAL' };
  }
}

interface BindTempAuthKey {
  readonly permAuthKeyId: Long;
  readonly nonce: Long;
  readonly expiresAt: number;
  readonly encryptedMessage: Buffer;
}

interface DropTempAuthKeys {
  readonly exceptAuthKeys: Long[];
}
