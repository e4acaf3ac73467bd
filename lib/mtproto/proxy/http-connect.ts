import { KIB } from '../../base/bytes.js';
import { hostAndPort, type TcpProxy } from '../../base/proxy-address.js';
import { loginRefused, notOfKind, refusedTarget } from './errors.js';
import { Gathered, type Passage, type Step, type Target } from './passage.js';

const MOST_HEAD_BYTES = 16 * KIB;
/** Some proxies answer 407 when there is no login, and 401 when it is wrong. */
const LOGIN_NEEDED = [401, 407];
/** An HTTP/1.x status line: RFC 9112, section 4. Some proxies leave out the reason. */
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?\r?\n/;

/** CONNECT (RFC 9110, section 9.3.6) with a Basic login (RFC 7617). The proxy looks names up. */
export class HttpPassage implements Passage {
  readonly #proxy: TcpProxy;
  readonly #target: string;
  readonly #gathered = new Gathered();

  constructor(proxy: TcpProxy, { host, port }: Target) {
    this.#proxy = proxy;
    this.#target = hostAndPort(host, port);
  }

  begin(): Buffer {
    const { login } = this.#proxy;
    const basic = login && Buffer.from(`${login.user}:${login.password}`).toString('base64');
    const lines = [
      `CONNECT ${this.#target} HTTP/1.1`,
      `Host: ${this.#target}`,
      ...(basic === undefined ? [] : [`Proxy-Authorization: Basic ${basic}`]),
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  }

  take(bytes: Buffer): Step {
    this.#gathered.push(bytes);
    const head = this.#gathered.bytes.toString('latin1', 0, MOST_HEAD_BYTES);
    if (!'HTTP/1.'.startsWith(head.slice(0, 7))) throw notOfKind(this.#proxy, 'it does not speak HTTP/1');
    const end = /\r?\n\r?\n/.exec(head);
    if (!end) {
      if (head.length < MOST_HEAD_BYTES) return {};
      throw notOfKind(this.#proxy, `the head of its answer has more than ${MOST_HEAD_BYTES} bytes`);
    }
    this.#requireConnected(head);
    this.#gathered.take(end.index + end[0].length);
    return { rest: this.#gathered.bytes };
  }

  #requireConnected(head: string): void {
    const [line, status = '', reason = ''] = STATUS_LINE.exec(head) ?? [];
    if (line === undefined) throw notOfKind(this.#proxy, 'its answer has no status line');
    if (status.startsWith('2')) return;
    if (LOGIN_NEEDED.includes(Number(status))) throw loginRefused(this.#proxy);
    const words = reason.replaceAll(/[^ -~]|[()]/g, '').trim();
    throw refusedTarget(this.#proxy, this.#target, words === '' ? status : `${status} ${words}`);
  }
}
