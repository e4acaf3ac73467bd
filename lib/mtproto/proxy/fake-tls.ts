import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import type { MtProxy } from '../../base/proxy-address.js';
import type { Random } from '../../base/random.js';
import { clientHello, RANDOM_AT, RANDOM_BYTES } from './client-hello.js';
import { notOfKind, secretRefused } from './errors.js';
import { Gathered, type Passage, type Step } from './passage.js';

/** The start of a record: a kind and the version 3.3; its length follows. */
const HANDSHAKE = Buffer.of(0x16, 3, 3);
/** With its one byte, and the kind and version of the record after it. */
const CHANGE_CIPHER = Buffer.of(0x14, 3, 3, 0, 1, 1, 0x17, 3, 3);
const LENGTH_BYTES = 2;
/** A server that can't make sense of the hello answers, in TLS 1.0 to 1.3, with this kind of record. */
const ALERT = 0x15;

/**
 * The hello by which an MTProxy with an `ee` secret passes for a web server. The answer is a ServerHello, a
 * ChangeCipherSpec and a first record of data, with an HMAC of all three in place of `random`.
 */
export class FakeTlsPassage implements Passage {
  readonly #proxy: MtProxy;
  readonly #hello: Buffer;
  readonly #gathered = new Gathered();

  constructor(proxy: MtProxy, { clock, random }: { readonly clock: Clock; readonly random: Random }) {
    const { secret, domain = '' } = proxy;
    this.#proxy = proxy;
    this.#hello = clientHello({ secret, domain, unixTime: Math.floor(clock.now() / 1000), random });
  }

  begin(): Buffer {
    return this.#hello;
  }

  take(bytes: Buffer): Step {
    this.#gathered.push(bytes);
    const end = this.#answerLength();
    const answer = end === undefined ? undefined : this.#gathered.take(end);
    if (!answer) return {};
    this.#requireDigest(answer);
    return { rest: this.#gathered.bytes };
  }

  /** Undefined until the whole answer has come. */
  #answerLength(): number | undefined {
    const { bytes } = this.#gathered;
    // A proxy forwards a hello that it doesn't recognise to a web server, whose answer looks right except for its
    // digest.
    if (bytes[0] === ALERT) throw secretRefused(this.#proxy);
    let at = 0;
    for (const head of [HANDSHAKE, CHANGE_CIPHER]) {
      const found = bytes.subarray(at, at + head.length);
      if (!found.equals(head.subarray(0, found.length))) throw this.#foreign(at);
      at += head.length + LENGTH_BYTES;
      if (bytes.length < at) return undefined;
      at += bytes.readUInt16BE(at - LENGTH_BYTES);
      if (bytes.length < at) return undefined;
    }
    return at;
  }

  #requireDigest(answer: Buffer): void {
    const random = answer.subarray(RANDOM_AT, RANDOM_AT + RANDOM_BYTES);
    if (random.length < RANDOM_BYTES) throw this.#foreign(0);
    const zeroed = Buffer.from(answer).fill(0, RANDOM_AT, RANDOM_AT + RANDOM_BYTES);
    const ours = this.#hello.subarray(RANDOM_AT, RANDOM_AT + RANDOM_BYTES);
    const digest = createHmac('sha256', this.#proxy.secret).update(ours).update(zeroed).digest();
    if (!timingSafeEqual(digest, random)) throw secretRefused(this.#proxy);
  }

  /** After a ServerHello it is a web server, to which a proxy forwards clients with an unknown secret. */
  #foreign(at: number): Error {
    return at > 0 ? secretRefused(this.#proxy) : notOfKind(this.#proxy, 'it does not speak TLS');
  }
}
