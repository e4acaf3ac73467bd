import { FailedError } from '../../base/errors.js';
import { type ProxyAddress, proxyWords } from '../../base/proxy-address.js';
import { CONNECTION_WORDS, codeOf } from '../../base/system-errors.js';

interface Fault {
  readonly code: ProxyFault;
  /** The sentence after the proxy's name: what happened, a colon, and how to fix it. */
  readonly words: string;
  readonly cause?: unknown;
}

/**
 * PROXY_UNREACHABLE: nothing accepts the connection. PROXY_SILENT: no answer in time. PROXY_KIND: it is not a proxy of
 * that kind. PROXY_LOGIN: it doesn't accept the login or the secret. PROXY_REFUSED: it doesn't connect to Telegram.
 */
export type ProxyFault =
  | 'PROXY_UNREACHABLE'
  | 'PROXY_SILENT'
  | 'PROXY_KIND'
  | 'PROXY_LOGIN'
  | 'PROXY_REFUSED';

/** Errors that another attempt would only meet again. */
const LASTING: ReadonlySet<ProxyFault> = new Set(['PROXY_KIND', 'PROXY_LOGIN']);

/** No way through the proxy was found. The message names the proxy's kind and address, never its login or secret. */
export class ProxyError extends FailedError {
  /** Whether somebody must change something before another attempt can succeed. */
  readonly lasting: boolean;

  constructor(proxy: ProxyAddress, { code, words, cause }: Fault) {
    super(code, `The ${proxyWords(proxy)} ${words}.`, { cause, fields: { proxy: proxyWords(proxy) } });
    this.lasting = LASTING.has(code);
  }
}

/** The proxy answers with something that no proxy of its kind says. `said` is put in parentheses. */
export function notOfKind(proxy: ProxyAddress, said: string, cause?: unknown): ProxyError {
  const fix = proxy.kind === 'mtproxy' ? 'host, port and secret' : 'the kind and the port';
  return new ProxyError(proxy, {
    code: 'PROXY_KIND',
    words: `does not answer as one (${said}): check ${fix} in TG_PROXY`,
    cause,
  });
}

/** The TCP connection to the proxy could not be made, or broke before there was a way through. */
export function unreachable(proxy: ProxyAddress, cause: unknown): ProxyError {
  const code = codeOf(cause) ?? 'the connection failed';
  const reason = CONNECTION_WORDS[code] ?? code;
  return new ProxyError(proxy, {
    code: 'PROXY_UNREACHABLE',
    words: `can't be reached (${reason}): check TG_PROXY, and that the proxy is running`,
    cause,
  });
}

/**
 * The proxy closed the connection before there was a way through. An MTProxy does so when it doesn't know the secret,
 * and also when it can't reach the DC.
 */
export function closedEarly(proxy: ProxyAddress, cause: unknown): ProxyError {
  if (proxy.kind !== 'mtproxy') return notOfKind(proxy, 'it closed the connection', cause);
  return new ProxyError(proxy, {
    code: 'PROXY_REFUSED',
    words: 'closed the connection: check the secret in TG_PROXY, and that the proxy reaches Telegram',
    cause,
  });
}

/** There was no way through in the connection's time. */
export function silent(proxy: ProxyAddress, cause: unknown): ProxyError {
  const fix =
    proxy.kind === 'mtproxy'
      ? "check host, port and secret in TG_PROXY, and this machine's clock"
      : 'check host, port and kind in TG_PROXY, and that the proxy reaches the internet';
  return new ProxyError(proxy, { code: 'PROXY_SILENT', words: `does not answer: ${fix}`, cause });
}

/** The answer doesn't prove the secret: an MTProxy hands clients that it doesn't know to a web server. */
export function secretRefused(proxy: ProxyAddress): ProxyError {
  return new ProxyError(proxy, {
    code: 'PROXY_LOGIN',
    words: "does not accept the secret: check the whole secret in TG_PROXY, and this machine's clock",
  });
}

/** With a login, the login is wrong; without one, a login is needed. */
export function loginRefused(proxy: ProxyAddress): ProxyError {
  const hasLogin = proxy.kind !== 'mtproxy' && proxy.login !== undefined;
  const words = hasLogin
    ? 'refuses the login: check user and password in TG_PROXY'
    : `asks for a login: put it into TG_PROXY, as ${proxy.kind}://user:password@host:port`;
  return new ProxyError(proxy, { code: 'PROXY_LOGIN', words });
}

/** The proxy won't or can't connect to `target`. `reason` is put in parentheses. */
export function refusedTarget(proxy: ProxyAddress, target: string, reason: string): ProxyError {
  return new ProxyError(proxy, {
    code: 'PROXY_REFUSED',
    words: `does not connect to ${target} (${reason}): ask its operator, or use another proxy`,
  });
}
