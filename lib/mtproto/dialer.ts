import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import type { Random } from '../base/random.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import { MessageQueue } from '../crypto/message-queue.js';
import { Connection } from './connection.js';
import type { SessionKey } from './envelope.js';
import type { ServerTime } from './message-numbers.js';
import { PartBuffers } from './parts/buffers.js';
import { type Destination, type Route, routeThrough } from './proxy/route.js';
import type { WhenIdle } from './pulse.js';
import { type ClientIdentity, introduction } from './request.js';
import { type FutureSalt, Salts } from './salts.js';

export interface DialerOptions {
  readonly identity: ClientIdentity;
  readonly crypto: MessageCrypto;
  /** The proxy for every connection; absent: direct connections to the DCs. */
  readonly proxy?: ProxyAddress | undefined;
  /** Whether the DCs are Telegram's test DCs. */
  readonly testDc: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts when everything is to close. */
  readonly closing: AbortSignal;
}

export interface DialOptions {
  readonly dcId: number;
  readonly host: string;
  readonly port: number;
  /** The permanent authorization key, 256 bytes. */
  readonly authKey: Buffer;
  readonly whenIdle: WhenIdle;
  readonly mostPacketBytes?: number;
  /** See ConnectionOptions. */
  readonly eager?: boolean;
}

export interface ConnectionEvents {
  /** Called when the server has sent something. */
  onProven?(): void;
  /** Called once. */
  onClose(reason: Error): void;
  /** Receives TL that is overwritten after the call returns. */
  onPush?(body: Buffer): void;
}

interface KeyState {
  readonly key: SessionKey;
  readonly salts: Salts;
}

/**
 * Makes connections, and keeps what connections under one key share: the server's time, its salts, memory, the crypto.
 */
export class Dialer {
  /** The memory of messages. */
  readonly buffers = new PartBuffers();
  readonly #options: DialerOptions;
  readonly #queue: MessageQueue;
  readonly #introduction: Buffer;
  readonly #times = new Map<number, ServerTime>();
  readonly #states = new Map<number, KeyState>();

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#queue = new MessageQueue(options.crypto, 'client');
    this.#introduction = introduction(options.identity);
  }

  /** Returns a connection that is still opening; its requests wait. */
  dial(options: DialOptions, { onProven = () => {}, onClose, onPush }: ConnectionEvents): Connection {
    const { clock, random, closing } = this.#options;
    return new Connection({
      ...options,
      ...this.#stateOf(options),
      route: this.routeTo(options),
      time: this.timeOf(options.dcId),
      introduction: this.#introduction,
      queue: this.#queue,
      buffers: this.buffers,
      clock,
      random,
      closing,
      onProven,
      onClose,
      ...(onPush && { onPush: (body: Buffer) => onPush(body) }),
    });
  }

  /** Begins with the salts that an earlier process was given under this key. Call it before the key's first connection. */
  beginWith(salts: readonly FutureSalt[], dcId: number, authKey: Buffer): void {
    this.#states.set(dcId, this.#freshState(dcId, authKey, salts));
  }

  /** The salts under this key that a later process may begin with. */
  saltsOf(dcId: number, authKey: Buffer): readonly FutureSalt[] {
    const known = this.#states.get(dcId);
    return known?.key.key.equals(authKey) ? known.salts.toKeep : [];
  }

  /** The route to a DC through the proxy, for one connection; undefined: a direct connection. */
  routeTo(destination: Destination): Route | undefined {
    const { proxy: address, testDc, clock, random } = this.#options;
    return address && routeThrough({ address, testDc, clock, random }, destination);
  }

  /** The clock of a DC, as far as it is known. */
  timeOf(dcId: number): ServerTime {
    const known = this.#times.get(dcId) ?? { offsetMs: 0 };
    this.#times.set(dcId, known);
    return known;
  }

  #stateOf({ dcId, authKey }: DialOptions): KeyState {
    const known = this.#states.get(dcId);
    if (known?.key.key.equals(authKey)) return known;
    const fresh = this.#freshState(dcId, authKey, []);
    this.#states.set(dcId, fresh);
    return fresh;
  }

  #freshState(dcId: number, authKey: Buffer, salts: readonly FutureSalt[]): KeyState {
    return {
      key: { id: keyId(authKey), key: authKey },
      salts: new Salts(this.#options.clock, this.timeOf(dcId), salts),
    };
  }
}

/** auth_key_id: the lower 64 bits of the key's SHA-1. It goes over the wire openly, and says nothing of the key. */
export function keyId(authKey: Buffer): Buffer {
  return createHash('sha1').update(authKey).digest().subarray(12, 20);
}
