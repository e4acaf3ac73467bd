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

/** Where a connection leads. */
export interface Destination extends Target {
  /** An MTProxy is given this number, never the address. */
  readonly dcId: number;
}

/** One connection's route through a proxy. */
export interface Route {
  /** The proxy to dial. */
  readonly proxy: ProxyAddress;
  readonly clock: Clock;
  /** Undefined: MTProto's bytes may begin at once. */
  readonly passage: Passage | undefined;
  /** Undefined: MTProto's bytes are sent as they are. */
  readonly tunnel: Tunnel | undefined;
}

/** The proxy that every connection goes through, and what its exchange needs. */
export interface Proxy {
  readonly address: ProxyAddress;
  /** Whether the DCs are Telegram's test DCs. */
  readonly testDc: boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** Added to the id to ask for a test DC (core.telegram.org/mtproto/mtproto-transports#transport-obfuscation). */
const TEST_DC = 10_000;

/** The route to `destination`, for one connection. */
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
