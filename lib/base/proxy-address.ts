/** The login of a proxy. Each has 1 to 255 bytes. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}

/** A proxy for any TCP connection. */
export interface TcpProxy {
  readonly kind: 'socks5' | 'http';
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly login?: ProxyLogin;
}

/** A proxy that leads only to Telegram's DCs. */
export interface MtProxy {
  readonly kind: 'mtproxy';
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** 16 bytes, without the prefix and domain that a link may add. */
  readonly secret: Buffer;
  /** How the secret was given: alone, after `dd`, or after `ee` and in front of a domain. */
  readonly cover: 'none' | 'padding' | 'tls';
  /** The name that a TLS hello asks for; only with the cover `tls`. */
  readonly domain?: string;
}

/** The proxy that every connection goes through (TG_PROXY). */
export type ProxyAddress = TcpProxy | MtProxy;

const KINDS = { socks5: 'SOCKS5 proxy', http: 'HTTP proxy', mtproxy: 'MTProxy' } as const;

/** For people: its kind and address, without its login or secret. `SOCKS5 proxy at 127.0.0.1:1080`. */
export function proxyWords({ kind, host, port }: ProxyAddress): string {
  return `${KINDS[kind]} at ${hostAndPort(host, port)}`;
}

/** `host:port`, with an IPv6 address in brackets. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
