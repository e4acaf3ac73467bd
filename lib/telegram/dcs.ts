import { release } from 'node:os';
import { type Api, LAYER } from 'telegram/tl/index.js';
import type { Clock } from '../base/clock.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import type { Random } from '../base/random.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import type { Connection } from '../mtproto/connection.js';
import { type ConnectionEvents, Dialer } from '../mtproto/dialer.js';
import type { PartBuffers } from '../mtproto/parts/buffers.js';
import type { ClientIdentity } from '../mtproto/request.js';
import type { FutureSalt } from '../mtproto/salts.js';
import { type DcAddress, findDc, firstDc } from './dc-address.js';
import { exchangeKey } from './key-exchange.js';
import { Recent } from './recent.js';
import type { TelepiSession } from './session-string.js';

export interface DcsOptions {
  readonly apiId: number;
  readonly session: TelepiSession;
  /** Salts under the session's key that an earlier process was given. */
  readonly salts?: readonly FutureSalt[];
  /** The server that the user named; undefined for Telegram's own. */
  readonly given: DcAddress | undefined;
  readonly testDc: boolean;
  /** The proxy for every connection; undefined: direct connections to the DCs. */
  readonly proxy: ProxyAddress | undefined;
  readonly crypto: MessageCrypto;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when the client closes. */
  readonly closing: AbortSignal;
  /** help.getConfig with patience; undefined when the server refuses it. */
  readonly askConfig: () => Promise<Api.Config | undefined>;
}

/** The purpose of a connection: the home DC's calls and pushes, other calls, or parts. */
export type Use = 'home' | 'calls' | 'parts';

/** In bytes. TDLib accepts no larger packet either. */
const MOST_PACKET_BYTES = 16 * 1024 * 1024;

/** The servers of an account: where they are, how to make a key with one, and how to reach one. */
export class Dcs {
  /** As the server last reported it. */
  readonly config: Recent<Api.Config>;
  readonly #options: DcsOptions;
  readonly #dialer: Dialer;
  readonly #failures = new Map<number, number>();

  constructor(options: DcsOptions) {
    this.#options = options;
    this.config = new Recent(options.clock, options.askConfig);
    this.#dialer = new Dialer({ ...options, identity: identityOf(options.apiId) });
    const { session, salts } = options;
    if (session.home && session.authKey && salts) {
      this.#dialer.beginWith(salts, session.home.id, session.authKey);
    }
  }

  /** The salts under the home's key that a later process may begin with. */
  get saltsToKeep(): readonly FutureSalt[] {
    const { authKey } = this.#options.session;
    return authKey ? this.#dialer.saltsOf(this.home.id, authKey) : [];
  }

  get buffers(): PartBuffers {
    return this.#dialer.buffers;
  }

  get home(): DcAddress {
    const { session, given, testDc } = this.#options;
    session.home ??= given ?? firstDc(testDc);
    return session.home;
  }

  /** The address of a DC. Throws FailedError UNKNOWN_DC. */
  async addressOf(dcId: number): Promise<DcAddress> {
    const { given, testDc, askConfig } = this.#options;
    // Not by `renew`: its caller may have been sent to this DC, and would wait for itself.
    const config = this.config.latest ?? (dcId === this.home.id ? undefined : await askConfig());
    if (config && !this.config.latest) this.config.learn(config);
    const failures = this.#failures.get(dcId) ?? 0;
    return findDc(dcId, { given, home: this.home, config, testDc, failures });
  }

  /** Makes a new key, and learns the server's time with it. Throws as exchangeKey does. */
  async makeKey({ id, ipAddress: host, port }: DcAddress, signal: AbortSignal): Promise<Buffer> {
    const { buffers } = this.#dialer;
    const route = this.#dialer.routeTo({ dcId: id, host, port });
    const { clock } = this.#options;
    try {
      const { authKey, offsetMs } = await exchangeKey({ host, port, route, buffers, clock, signal });
      this.#dialer.timeOf(id).offsetMs = offsetMs;
      return authKey;
    } catch (error) {
      this.#failed(id);
      throw error;
    }
  }

  /** Returns a connection that is still opening. */
  dial(
    use: Use,
    { id: dcId, ipAddress: host, port }: DcAddress,
    authKey: Buffer,
    events: ConnectionEvents,
  ): Connection {
    this.#options.closing.throwIfAborted();
    let proven = false;
    return this.#dialer.dial(
      {
        dcId,
        host,
        port,
        authKey,
        whenIdle: use === 'home' ? 'keep' : 'close',
        // Before it is proven, it carries only reads of a client that connects.
        eager: use === 'home',
        ...(use !== 'parts' && { mostPacketBytes: MOST_PACKET_BYTES }),
      },
      {
        ...events,
        onProven: () => {
          proven = true;
          events.onProven?.();
        },
        onClose: (reason) => {
          if (!proven) this.#failed(dcId);
          events.onClose(reason);
        },
      },
    );
  }

  #failed(dcId: number): void {
    if (!this.#options.closing.aborted) this.#failures.set(dcId, (this.#failures.get(dcId) ?? 0) + 1);
  }
}

function identityOf(apiId: number): ClientIdentity {
  return {
    layer: LAYER,
    apiId,
    deviceModel: 'TelePi',
    systemVersion: release() || '1.0',
    appVersion: '1.0',
    systemLangCode: 'en',
    langPack: '',
    langCode: 'en',
  };
}
