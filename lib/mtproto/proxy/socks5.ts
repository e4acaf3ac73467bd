import { isIPv4, isIPv6 } from 'node:net';
import { hostAndPort, type TcpProxy } from '../../base/proxy-address.js';
import { loginRefused, notOfKind, refusedTarget } from './errors.js';
import { Gathered, type Passage, type Step, type Target } from './passage.js';

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const NONE_WILL_DO = 0xff;
const LOGIN_VERSION = 1;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** RFC 1928, section 6. */
const REPLIES: Readonly<Record<number, string>> = {
  1: 'a failure that it does not name',
  2: 'its rules forbid it',
  3: 'the network is unreachable',
  4: 'the host is unreachable',
  5: 'nothing listens there',
  6: 'the TTL expired',
  7: 'it does not support CONNECT',
  8: 'it does not know that kind of address',
};

/** SOCKS5 (RFC 1928) with a login by name and password (RFC 1929). The proxy looks names up. */
export class Socks5Passage implements Passage {
  readonly #proxy: TcpProxy;
  readonly #target: Target;
  readonly #gathered = new Gathered();
  #awaits: 'method' | 'login' | 'connection' = 'method';

  constructor(proxy: TcpProxy, target: Target) {
    this.#proxy = proxy;
    this.#target = target;
  }

  begin(): Buffer {
    const methods = this.#proxy.login ? [NO_LOGIN, LOGIN] : [NO_LOGIN];
    return Buffer.from([VERSION, methods.length, ...methods]);
  }

  take(bytes: Buffer): Step {
    this.#gathered.push(bytes);
    switch (this.#awaits) {
      case 'method':
        return this.#takeMethod();
      case 'login':
        return this.#takeLogin();
      case 'connection':
        return this.#takeConnection();
    }
  }

  #takeMethod(): Step {
    this.#requireFirst(VERSION);
    const answer = this.#gathered.take(2);
    if (!answer) return {};
    const method = answer[1];
    const { login } = this.#proxy;
    if (method === NO_LOGIN) return this.#connect();
    if (method === NONE_WILL_DO) throw loginRefused(this.#proxy);
    if (method !== LOGIN || !login) throw notOfKind(this.#proxy, `it chose the method ${method}`);
    this.#awaits = 'login';
    const user = Buffer.from(login.user);
    const password = Buffer.from(login.password);
    const heads = [Buffer.of(LOGIN_VERSION, user.length), Buffer.of(password.length)] as const;
    return { send: Buffer.concat([heads[0], user, heads[1], password]) };
  }

  #takeLogin(): Step {
    const answer = this.#gathered.take(2);
    if (!answer) return {};
    if (answer[1] !== 0) throw loginRefused(this.#proxy);
    return this.#connect();
  }

  #connect(): Step {
    this.#awaits = 'connection';
    const port = Buffer.alloc(2);
    port.writeUInt16BE(this.#target.port);
    return { send: Buffer.concat([Buffer.of(VERSION, CONNECT, 0), addressBytes(this.#target.host), port]) };
  }

  #takeConnection(): Step {
    this.#requireFirst(VERSION);
    const { bytes } = this.#gathered;
    const reply = bytes[1];
    if (reply === undefined) return {};
    if (reply !== 0) {
      const { host, port } = this.#target;
      const reason = REPLIES[reply] ?? `reply ${reply}`;
      throw refusedTarget(this.#proxy, hostAndPort(host, port), reason);
    }
    const length = this.#replyLength(bytes);
    if (length === undefined || !this.#gathered.take(length)) return {};
    return { rest: this.#gathered.bytes };
  }

  /** Includes the address that the proxy connects from, which nobody needs. */
  #replyLength(bytes: Buffer): number | undefined {
    const kind = bytes[3];
    if (kind === undefined) return undefined;
    if (kind === IPV4) return 4 + 4 + 2;
    if (kind === IPV6) return 4 + 16 + 2;
    if (kind !== NAME) throw notOfKind(this.#proxy, `an address of kind ${kind}`);
    const length = bytes[4];
    return length === undefined ? undefined : 4 + 1 + length + 2;
  }

  #requireFirst(version: number): void {
    const [first] = this.#gathered.bytes;
    if (first === undefined || first === version) return;
    throw notOfKind(this.#proxy, `its first byte is ${first}`);
  }
}

function addressBytes(host: string): Buffer {
  if (isIPv4(host)) return Buffer.of(IPV4, ...host.split('.').map(Number));
  if (isIPv6(host)) return Buffer.concat([Buffer.of(IPV6), ipv6Bytes(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.of(NAME, name.length), name]);
}

/** An IPv6 address in any spelling; a zone, which means something only on this machine, is left out. */
function ipv6Bytes(host: string): Buffer {
  const [address = ''] = host.split('%');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, before = '', ...four] = dotted ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = four.map(Number);
  const plain = dotted ? `${before}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : address;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): number[] =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of first.entries()) bytes.writeUInt16BE(group, index * 2);
  for (const [index, group] of last.entries()) bytes.writeUInt16BE(group, 16 - (last.length - index) * 2);
  return bytes;
}
