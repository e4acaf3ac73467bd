import type { Clock } from '../../base/clock.js';
import type { ProxyAddress } from '../../base/proxy-address.js';
import type { Random } from '../../base/random.js';
import { abridged, paddedIntermediate } from '../framing.js';
import { FakeTlsPassage } from './fake-tls.js';
import { HttpPassage } from './http-connect.js';
import { Obfuscation } from './obfuscation.js';
import type { Passage, Target } from './passage.js';
import { Socks5Passage } from './socks5.js';
import { TlsRecords } from './tls-records.js';
import type { Tunnel } from './tunnel.js';

/** Where a connection is to lead. */
export interface Destination extends Target {
  /** An MTProxy is sent this number, and never the address. */
  readonly dcId: number;
}

/** One connection's way through a proxy. */
export interface Route {
  /** What is dialled. */
  readonly proxy: ProxyAddress;
  readonly clock: Clock;
  /** Undefined: MTProto's bytes may begin at once. */
  readonly passage: Passage | undefined;
  /** Undefined: MTProto's bytes go as they are. */
  readonly tunnel: Tunnel | undefined;
}

/** The proxy that every connection goes through, and what its talk needs. */
export interface Proxy {
  readonly address: ProxyAddress;
  /** The DCs are Telegram's test DCs. */
  readonly testDc: boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** A test DC is asked for by its id and this (core.telegram.org/mtproto/mtproto-transports#transport-obfuscation). */
const TEST_DC = 10_000;

/** The way to `destination`, for one connection. */
export function routeThrough(through: Proxy, destination: Destination): Route {
  const { address: proxy, clock, random, testDc } = through;
  switch (proxy.kind) {
    case 'socks5':
      return { proxy, clock, passage: new Socks5Passage(proxy, destination), tunnel: undefined };
    case 'http':
      return { proxy, clock, passage: new HttpPassage(proxy, destination), tunnel: undefined };
    case 'mtproxy': {
      const { secret, cover } = proxy;
      const framing = cover === 'none' ? abridged : paddedIntermediate(random);
      const dcId = destination.dcId + (testDc ? TEST_DC : 0);
      const tunnel = new Obfuscation({ framing, secret, dcId, random });
      if (cover !== 'tls') return { proxy, clock, passage: undefined, tunnel };
      return { proxy, clock, passage: new FakeTlsPassage(proxy, through), tunnel: new TlsRecords(tunnel) };
    }
  }
}
