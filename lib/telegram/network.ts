import { Api } from 'telegram/tl/index.js';
import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Answer } from '../mtproto/answers.js';
import { CallLine } from '../mtproto/call-line.js';
import type { Connection } from '../mtproto/connection.js';
import type { ConnectionEvents } from '../mtproto/dialer.js';
import { isUnknownKey } from '../mtproto/envelope.js';
import { type PartClient, PartLines } from '../mtproto/parts/lines.js';
import type { Request } from '../mtproto/request.js';
import type { FutureSalt } from '../mtproto/salts.js';
import { connectionLost } from '../refusals/telegram-error.js';
import type { SessionGuard } from './client-options.js';
import type { DcAddress } from './dc-address.js';
import { DcKeys } from './dc-keys.js';
import { Dcs, type DcsOptions, type Use } from './dcs.js';
import { openHome } from './home.js';
import { inTime } from './open-limit.js';
import { Pushes } from './pushes.js';
import type { Recent } from './recent.js';
import type { TelepiSession } from './session-string.js';
import { asRequest, readResult } from './tl-request.js';

export interface NetworkOptions extends DcsOptions {
  readonly guard?: SessionGuard | undefined;
  readonly log: Log;
}

/** Pauses between attempts to restore the connection for pushes: doubled from the first to the last. Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * Every connection of a client: the one to the account's home DC for calls and pushes, those to other DCs, and those
 * for parts.
 */
export class Network implements PartClient {
  readonly clock: Clock;
  readonly log: Log;
  readonly closing: AbortSignal;
  readonly pushes: Pushes;
  readonly parts: PartLines;
  readonly #session: TelepiSession;
  readonly #guard: SessionGuard | undefined;
  readonly #dcs: Dcs;
  readonly #keys = new DcKeys();
  readonly #home = new CallLine((onDialled) => this.#openHome(onDialled));
  readonly #others = new Map<number, CallLine>();
  #reviving = false;

  constructor(options: NetworkOptions) {
    this.#session = options.session;
    this.#guard = options.guard;
    this.clock = options.clock;
    this.log = options.log;
    this.closing = options.closing;
    this.pushes = new Pushes(options.log);
    this.#dcs = new Dcs(options);
    this.parts = new PartLines(this, this.#dcs.buffers);
  }

  get homeDcId(): number {
    return this.#dcs.home.id;
  }

  /** The salts under the home's key that a later process may begin with. */
  get saltsToKeep(): readonly FutureSalt[] {
    return this.#dcs.saltsToKeep;
  }

  /** See AccountFacts. */
  get config(): Recent<Api.Config> {
    return this.#dcs.config;
  }

  /** Opens the connection to the home DC. Throws as a call does that finds it closed. */
  async connect(): Promise<void> {
    await this.#home.connected();
  }

  /** One call, over the connection to its DC. See CallLine.ask. */
  async ask(
    dcId: number,
    request: Request,
    signal: AbortSignal,
    options?: { readonly ahead: boolean },
  ): Promise<Answer> {
    const held = this.pass(signal);
    if (held) await held;
    if (dcId === this.homeDcId) return this.#home.ask(request, signal, options);
    const line = this.#others.get(dcId) ?? new CallLine(() => this.#openOther(dcId));
    this.#others.set(dcId, line);
    return line.ask(request, signal);
  }

  /** Moves to another DC as the account's home: connects there, under a new key. */
  async moveHome(dcId: number): Promise<void> {
    if (dcId === this.homeDcId) return;
    this.log.info('home_dc_changed', { from: this.homeDcId, to: dcId });
    const home = await this.addressOf(dcId);
    // Another call may have been redirected there meanwhile.
    if (dcId !== this.homeDcId) {
      this.#session.home = home;
      this.#session.authKey = undefined;
      this.#home.drop(new Error('the home DC changes'));
    }
    await this.connect();
  }

  /** The address of a DC. Throws FailedError UNKNOWN_DC. */
  addressOf(dcId: number): Promise<DcAddress> {
    return this.#dcs.addressOf(dcId);
  }

  /** Resolves when the session may be used; undefined when that is now. What it throws ends the request. */
  pass(signal = this.closing): Promise<void> | undefined {
    return this.#guard?.mayPass === false ? orAborted(this.#guard.pass(), signal) : undefined;
  }

  async connectForParts(dcId: number, events: ConnectionEvents): Promise<Connection> {
    const held = this.pass();
    if (held) await held;
    const authKey = await this.#authorisedKey(dcId);
    return this.#dial('parts', await this.addressOf(dcId), authKey, events);
  }

  carryOverAgain(dcId: number): boolean {
    if (dcId === this.homeDcId) return false;
    this.#others.get(dcId)?.drop(new Error('the authorization is carried over again'));
    return this.#keys.forgetAuthorization(dcId);
  }

  /** The key of the account's home, or one to which the account's authorization was carried over. */
  async #authorisedKey(dcId: number): Promise<Buffer> {
    if (dcId !== this.homeDcId) return this.#keys.authorised(dcId, () => this.#carryOver(dcId));
    if (this.#session.authKey) return this.#session.authKey;
    throw connectionLost('connect');
  }

  async #openHome(onDialled: (connection: Connection) => void): Promise<Connection> {
    const held = this.pass();
    if (held) await held;
    return inTime(this, (signal) =>
      openHome(
        {
          dcs: this.#dcs,
          session: this.#session,
          log: this.log,
          onDialled,
          onPush: (body) => this.pushes.take(body),
          onClose: () => void this.#hearAgain(),
        },
        signal,
      ),
    );
  }

  async #openOther(dcId: number): Promise<Connection> {
    const held = this.pass();
    if (held) await held;
    this.closing.throwIfAborted();
    const authKey = await this.#authorisedKey(dcId);
    return this.#dial('calls', await this.addressOf(dcId), authKey, { onClose: () => {} });
  }

  /** auth.exportAuthorization at home, auth.importAuthorization there: each id can be used only once. */
  async #carryOver(dcId: number): Promise<Buffer> {
    const address = await this.addressOf(dcId);
    const exporting = new Api.auth.ExportAuthorization({ dcId });
    const exported = this.#home.ask(asRequest(exporting), this.closing);
    exported.catch(() => {});
    return inTime(this, async (signal) => {
      const authKey = await this.#keys.made(dcId, () => this.#dcs.makeKey(address, signal));
      const { id, bytes } = readResult(exporting, await orAborted(exported, signal));
      const importing = new Api.auth.ImportAuthorization({ id, bytes });
      const connection = this.#dial('calls', address, authKey, { onClose: () => {} });
      try {
        readResult(importing, await orAborted(connection.request(asRequest(importing)).answer, signal));
        return authKey;
      } finally {
        connection.close(new Error('the authorization is carried over'));
      }
    });
  }

  /** Dials any connection other than the home's own. */
  #dial(use: Use, address: DcAddress, authKey: Buffer, events: ConnectionEvents): Connection {
    return this.#dcs.dial(use, address, authKey, {
      ...events,
      onClose: (reason) => {
        if (isUnknownKey(reason) && address.id !== this.homeDcId) this.#keys.forgetKey(address.id);
        events.onClose(reason);
      },
    });
  }

  /** Restores the connection for listeners, because they make no call that would open it. */
  async #hearAgain(): Promise<void> {
    if (this.#reviving) return;
    this.#reviving = true;
    try {
      for (let pause = FIRST_PAUSE; this.pushes.wanted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        await this.clock.sleep(pause, this.closing);
        if (await this.#isOpen()) return;
      }
    } catch (error) {
      if (!this.closing.aborted) throw error;
    } finally {
      this.#reviving = false;
    }
  }

  async #isOpen(): Promise<boolean> {
    try {
      await this.connect();
      return true;
    } catch (error) {
      this.log.debug('connect_failed', { error: messageOf(error) });
      return false;
    }
  }
}
