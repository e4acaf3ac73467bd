import type { MtProxy, ProxyAddress, ProxyLogin, TcpProxy } from '../base/proxy-address.js';
import { badValue } from './parse.js';
import type { RawValue } from './sources.js';
import { SETTINGS } from './table.js';

const FORMS =
  'socks5://user:password@host:port, http://user:password@host:port, mtproxy://secret@host:port, ' +
  'or a link to a proxy such as https://t.me/proxy?server=…&port=…&secret=… or https://t.me/socks?…';

/**
 * TG_PROXY: a URL, or a link as Telegram's clients share it (core.telegram.org/api/links#mtproxy-links and
 * #socks5-proxy-links).
 * @throws UsageError that names the right form but quotes nothing, because the text may contain a password or a secret.
 */
export function parseProxy(raw: RawValue): ProxyAddress {
  const text = raw.text.trim();
  const link = LINK.exec(text);
  return link ? fromLink(link[1] ?? '', new URLSearchParams(link[2]), raw) : fromUrl(text, raw);
}

/** The parts of a proxy's address that must never be shown, each as it may stand in a text. */
export function secretsOfProxy(proxy: ProxyAddress): readonly string[] {
  if (proxy.kind !== 'mtproxy') {
    const { login } = proxy;
    if (!login) return [];
    const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    return [login.password, encodeURIComponent(login.password), basic];
  }
  const { secret, cover, domain = '' } = proxy;
  const mark = { none: [], padding: [0xdd], tls: [0xee] }[cover];
  const whole = Buffer.concat([Buffer.from(mark), secret, Buffer.from(domain, 'latin1')]);
  return [secret, whole].flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64url'),
    bytes.toString('base64'),
  ]);
}

/** tg://proxy?…, tg:socks?…, https://t.me/proxy?…, also without the scheme; the groups are its kind and its fields. */
const LINK =
  /^(?:tg:(?:\/\/)?|(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)\/)(proxy|socks)\/?\?(.*)$/i;
/** The login ends at the last @, because a password may contain one. */
const URL_FORM = /^([a-z][a-z0-9]*):\/\/(?:(.*)@)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})\/?$/i;
const SCHEMES: Readonly<Record<string, ProxyAddress['kind']>> = {
  socks5: 'socks5',
  socks5h: 'socks5',
  http: 'http',
  mtproxy: 'mtproxy',
};

function fromUrl(text: string, raw: RawValue): ProxyAddress {
  const [, scheme = '', login, host = '', port = ''] = URL_FORM.exec(text) ?? [];
  const kind = SCHEMES[scheme.toLowerCase()];
  if (kind === undefined) throw refused(raw, FORMS);
  const place = placeOf(host, port, raw);
  if (kind === 'mtproxy') return mtProxy(place, decoded(login ?? '', raw), raw);
  if (login === undefined) return { kind, ...place };
  const colon = login.includes(':') ? login.indexOf(':') : login.length;
  const user = decoded(login.slice(0, colon), raw);
  return { kind, ...place, login: checkedLogin(user, decoded(login.slice(colon + 1), raw), raw) };
}

function fromLink(kind: string, fields: URLSearchParams, raw: RawValue): ProxyAddress {
  const place = placeOf(fields.get('server') ?? '', fields.get('port') ?? '', raw);
  // Base64 has a plus sign, which stands for a blank in a link's fields.
  if (kind.toLowerCase() === 'proxy')
    return mtProxy(place, (fields.get('secret') ?? '').replaceAll(' ', '+'), raw);
  const proxy: TcpProxy = { kind: 'socks5', ...place };
  const user = fields.get('user') ?? '';
  const password = fields.get('pass') ?? '';
  if (user === '' && password === '') return proxy;
  return { ...proxy, login: checkedLogin(user, password, raw) };
}

function placeOf(
  host: string,
  port: string,
  raw: RawValue,
): { readonly host: string; readonly port: number } {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (!/^[^\s/?#@[\]]{1,255}$/.test(bare)) throw refused(raw, FORMS);
  if (number < 1 || number > 65_535) throw refused(raw, `${FORMS}, with a port from 1 to 65535`);
  return { host: bare, port: number };
}

/** RFC 1929 has room for 255 bytes each; RFC 7617 allows no colon in a user name. */
function checkedLogin(user: string, password: string, raw: RawValue): ProxyLogin {
  const fits = (text: string): boolean => text !== '' && Buffer.byteLength(text) <= 255;
  if (fits(user) && fits(password) && !user.includes(':')) return { user, password };
  throw refused(
    raw,
    'a proxy whose login has a user and a password of at most 255 bytes each; in a URL, write %3A for a colon in the user',
  );
}

function decoded(text: string, raw: RawValue): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(raw, 'a URL whose login has %25 where it means a percent sign');
  }
}

const SECRET_BYTES = 16;
/** As Telegram's clients allow (ProxySecret::MAX_DOMAIN_LENGTH of TDLib): a hello of 517 bytes has room for it. */
const MOST_DOMAIN_BYTES = 182;

function mtProxy(
  place: { readonly host: string; readonly port: number },
  text: string,
  raw: RawValue,
): MtProxy {
  const bytes = secretBytes(text);
  const mark = bytes?.[0];
  if (bytes?.length === SECRET_BYTES) return { kind: 'mtproxy', ...place, secret: bytes, cover: 'none' };
  const secret = bytes?.subarray(1, SECRET_BYTES + 1);
  if (secret && bytes?.length === SECRET_BYTES + 1 && mark === 0xdd) {
    return { kind: 'mtproxy', ...place, secret, cover: 'padding' };
  }
  const domain = bytes?.toString('latin1', SECRET_BYTES + 1) ?? '';
  if (secret && mark === 0xee && domain.length <= MOST_DOMAIN_BYTES && /^[!-~]+$/.test(domain)) {
    return { kind: 'mtproxy', ...place, secret, cover: 'tls', domain };
  }
  throw refused(
    raw,
    'an MTProxy with its whole secret, in hex or base64: 16 bytes, dd and 16 bytes, or ee, 16 bytes and a domain',
  );
}

function secretBytes(text: string): Buffer | undefined {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return Buffer.from(text, 'hex');
  const bare = text.replace(/={1,2}$/, '');
  return /^[\w+/-]+$/.test(bare) && bare.length % 4 !== 1 ? Buffer.from(bare, 'base64') : undefined;
}

function refused(raw: RawValue, expected: string): Error {
  return badValue(SETTINGS.proxy, raw, expected);
}
