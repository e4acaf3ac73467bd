import { Api, TelegramClient } from 'telegram';
import { ConnectionTCPAbridged } from 'telegram/network/connection/TCPAbridged.js';
import { bareDcId, downloadDcId } from 'telegram/network/core_types.js';
import type { Connection } from 'telegram/network/index.js';
import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import { LAYER } from 'telegram/tl/index.js';
import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { FailedError, NotSignedInError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import { type PartClient, PartLines } from '../mtproto/parts/lines.js';
import type { ClientIdentity } from '../mtproto/request.js';
import type { Patience } from '../pace/patience.js';
import type { SendPacer } from '../pace/send-pacer.js';
import { connectionLost, methodName, TelegramError } from '../refusals/telegram-error.js';
import { askConfig } from './ask-config.js';
import { CarriedKeys } from './carried-keys.js';
import type { CallOptions, TelepiClientOptions } from './client-options.js';
import { exportedTo, openSender } from './connect-sender.js';
import { findDc } from './dc-address.js';
import type { Location } from './file-reference.js';
import { type IterDownloadOptions, iterDownload } from './iter-download.js';
import { fromLibrary } from './library-errors.js';
import { LibraryLog } from './log-adapter.js';
import { keepMessageIdsApart } from './message-ids.js';
import { QuietUpdates } from './quiet-updates.js';
import { type Line, type SendLimits, sendOnce } from './send-once.js';
import { useCrypto } from './sender-crypto.js';
import type { TelepiSession } from './session-string.js';
import { MeasuredSocket } from './socket.js';

/** Seconds for a TCP connection; one attempt, since the one who called decides about the next. */
const DIAL_SECONDS = 10;
/** The last of the library's download connections of a DC: nothing else uses it. */
const KEY_CONNECTION = 15;
const MAIN_LIMITS: SendLimits = { stallMs: 25_000, totalMs: 60_000 };
const PART_LIMITS: SendLimits = { stallMs: 25_000, totalMs: 10 * 60_000 };
const MOST_MIGRATIONS = 3;

/** The library's client as TelePi uses it: one way to call, one way to read a file, nothing retried out of sight. */
export class TelepiClient extends TelegramClient<TelepiSession> implements PartClient {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Owns every wait, of `call` and of parts. */
  readonly patience: Patience;
  readonly updateTap: QuietUpdates;
  /** The connections that files' parts go by. */
  readonly parts: PartLines;
  /** Why a DC's connection did not come about: the library says only that its slot is gone. */
  readonly #openFailures = new Map<number, unknown>();
  readonly #options: TelepiClientOptions;
  readonly #closing = linkAbort();
  readonly #carried = new CarriedKeys();
  #reviving: Promise<unknown> | undefined;

  constructor(options: TelepiClientOptions) {
    super(options.session, options.apiId, options.apiHash, {
      connection: ConnectionTCPAbridged, // no checksum over every part, as TCPFull has: msg_key proves the same
      networkSocket: MeasuredSocket,
      securityChecks: true,
      testServers: options.testDc,
      timeout: DIAL_SECONDS,
      connectionRetries: 1,
      requestRetries: 1,
      floodSleepThreshold: 0,
      autoReconnect: false,
      baseLogger: new LibraryLog(options.log),
      deviceModel: 'TelePi',
      appVersion: '1.0',
      downloadPool: { sessionStartupDelayMs: 0 },
    });
    this.#options = options;
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log;
    this.patience = options.patience;
    this.updateTap = new QuietUpdates(this);
    this.updateManager = this.updateTap;
    this.parts = new PartLines(this, options.crypto);
  }

  /** Aborts when the client closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * One call with patience: floods and transient faults are waited out, and connections that were lost made again.
   * Throws TelegramError for any other refusal, NotSignedInError when the session is gone.
   */
  async call<R extends Api.AnyRequest>(
    request: R,
    { signal, dcId, faults }: CallOptions,
  ): Promise<R['__response']> {
    const once = (attempt: AbortSignal): Promise<R['__response']> =>
      this.callOnce(request, { signal: attempt, dcId });
    return this.patience.run(methodName(request), once, signal, faults);
  }

  /** `call` without patience: one attempt, for those that own their waits. */
  async callOnce<R extends Api.AnyRequest>(
    request: R,
    { signal, dcId }: { readonly signal: AbortSignal; readonly dcId: number | undefined },
  ): Promise<R['__response']> {
    const method = methodName(request);
    for (let migrations = 0; ; migrations += 1) {
      try {
        const line = await orAborted(this.#line(dcId), signal);
        const limits = dcId === undefined ? MAIN_LIMITS : PART_LIMITS;
        const answer = await sendOnce(line, request, { signal, clock: this.clock, limits });
        // Who was met in it can be named from now on: see knownUser.
        if (dcId === undefined) this.entityCache.add(answer);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        const known = fromLibrary(error, method);
        if (migrations < MOST_MIGRATIONS && (await this.#recover(known, dcId))) continue;
        throw known;
      }
    }
  }

  /** Whether a send waits for Telegram's leave or for the network, so that its answer isn't near. */
  get isWaiting(): boolean {
    return this.#options.waits.isWaiting('messages');
  }

  /** The turns of this account's sends. Whoever sends asks it first. */
  get sendPacer(): SendPacer {
    return this.#options.sendPacer;
  }

  /** The account's home DC. */
  get homeDcId(): number {
    return this.session.dcId;
  }

  get identity(): ClientIdentity {
    return { layer: LAYER, ...this._initRequest };
  }

  async authKeyOf(dcId: number): Promise<Buffer> {
    if (dcId === this.session.dcId) {
      const key = this.session.authKey?.getKey();
      if (key) return key;
      throw connectionLost('connect');
    }
    return this.#carried.key(dcId, () => this.#foreignKey(dcId));
  }

  carryOverAgain(dcId: number, lost: 'authorization' | 'key'): boolean {
    if (lost === 'key') void this._network.dcenter(dcId).authKey.setKey(undefined);
    return this.#carried.forget(dcId);
  }

  /** Writes the session to its store. */
  async saveSession(): Promise<void> {
    const text = this.session.save();
    if (text !== '') await this.#options.store.save(text);
  }

  /** Removes the session from its store. */
  forgetSession(): Promise<void> {
    return this.#options.store.remove();
  }

  /** Closes every connection; no handle of the client keeps the process alive. May be called more than once. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new FailedError('CLOSED', 'The client is closed.'));
    await this.destroy();
  }

  /**
   * Reads a file part by part, in order, with several requests in flight. The library's own reads one part at a time,
   * can't be aborted inside a request, and knows neither references nor drops. See `IterDownloadOptions`.
   */
  override iterDownload(
    file: Location,
    options: IterDownloadOptions = {},
  ): AsyncGenerator<Buffer<ArrayBufferLike>, void, unknown> {
    return iterDownload(this, file, options);
  }

  override async connect(): Promise<boolean> {
    // Keeps the library's update loop from starting: its pings leave timers behind, and `sendOnce` notices dead
    // connections by itself.
    this._loopStarted = true;
    return super.connect();
  }

  /** Shared by the library's main and media connections. */
  override async _connectSender(
    sender: MTProtoSender,
    dcId: number,
    connection?: Connection,
  ): Promise<MTProtoSender> {
    useCrypto(sender, this.#options.crypto);
    keepMessageIdsApart(sender);
    const foreign = dcId !== this.session.dcId;
    const importing = foreign && !this.#carried.isAuthorised(dcId);
    const query = importing ? await exportedTo(this, dcId) : new Api.help.GetConfig();
    try {
      this.#openFailures.delete(dcId);
      const answer = await openSender(this, sender, { dcId, connection, query });
      if (foreign) this.#carried.authorised(dcId);
      if (answer instanceof Api.Config) this._config = answer;
    } catch (error) {
      const key = `${dcId}:false`;
      this._dcConnectFailures.set(key, (this._dcConnectFailures.get(key) ?? 0) + 1);
      this.#openFailures.set(dcId, error);
      throw error;
    }
    return sender;
  }

  override async getDC(dcId: number): Promise<{ id: number; ipAddress: string; port: number }> {
    const config = this._config ?? (dcId === this.session.dcId ? undefined : await askConfig(this));
    if (config) this._config = config;
    return findDc(dcId, {
      given: this.#options.given,
      config: this._config,
      testDc: this._testServers,
      ipv6: this._useIPV6,
      failures: this._dcConnectFailures.get(`${dcId}:false`) ?? 0,
    });
  }

  /** The library makes the key, and carries the authorization over: see `_connectSender`. */
  async #foreignKey(dcId: number): Promise<Buffer> {
    const shifted = downloadDcId(dcId, KEY_CONNECTION);
    try {
      const line = await this.#line(shifted);
      line.release();
      const key = this._network.dcenter(dcId).authKey.getKey();
      if (key) return key;
    } catch (error) {
      throw fromLibrary(error, 'connect');
    } finally {
      this._network.removeSession(shifted);
    }
    throw connectionLost('connect');
  }

  async #line(dcId: number | undefined): Promise<Line> {
    this.closing.throwIfAborted();
    if (dcId === undefined) {
      const sender = await this.#mainSender();
      return { sender, drop: () => void sender.disconnect().catch(() => {}), release: () => {} };
    }
    // Temporary keys cost a key exchange (0.5 s of arithmetic) for each connection, one after another, and the
    // permanent key guards the same bytes on the main connection anyway.
    this._network.dcenter(bareDcId(dcId)).mediaTempFailed = true;
    const { sender, release } = await this._leaseSender(dcId).catch((error: unknown) => {
      throw this.#openFailures.get(bareDcId(dcId)) ?? error;
    });
    return { sender, release, drop: () => this._network.removeSession(dcId) };
  }

  async #mainSender(): Promise<MTProtoSender> {
    if (!this._sender?.isConnected()) {
      this.#reviving ??= this.#revive().finally(() => {
        this.#reviving = undefined;
      });
      await this.#reviving;
    }
    if (!this._sender) throw connectionLost('connect');
    return this._sender;
  }

  /** A fresh MTProto session over a new connection: what was under way on the old one has failed already. */
  async #revive(): Promise<void> {
    await this._sender?.disconnect().catch(() => {});
    delete this._sender;
    await this.connect();
  }

  /** Whether the call should be repeated at once. */
  async #recover(error: unknown, dcId: number | undefined): Promise<boolean> {
    const foreign = dcId !== undefined && bareDcId(dcId) !== this.session.dcId;
    if (error instanceof NotSignedInError && foreign) return this.#carried.forget(bareDcId(dcId));
    if (!(error instanceof TelegramError)) return false;
    if (error.errorMessage === 'CONNECTION_NOT_INITED') {
      if (dcId === undefined) await this._sender?.disconnect();
      else this._network.removeSession(dcId);
      return true;
    }
    const home = /^(?:PHONE|NETWORK|USER)_MIGRATE_(\d+)$/.exec(error.errorMessage)?.[1];
    if (home === undefined || dcId !== undefined) return false;
    this.log.info('home_dc_changes', { from: this.session.dcId, to: Number(home) });
    await this._switchDC(Number(home));
    return true;
  }
}
