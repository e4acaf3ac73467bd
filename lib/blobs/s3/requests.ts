import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '../../base/clock.js';
import { FailedError } from '../../base/errors.js';
import { sha256Of } from '../address.js';
import { refusedBy, unreachable } from './errors.js';
import { Exchange } from './exchange.js';
import { type S3Place, wordsOf } from './place.js';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The name below the prefix; empty for the bucket itself. */
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Refusals that the caller handles. */
  readonly expected?: readonly number[];
  /** Whether the server may be at work for minutes before it answers. */
  readonly isSlow?: boolean;
}

export interface TextAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** S3's code of a refusal that was expected, such as NoSuchUpload. */
  readonly code: string | undefined;
}

/** What HEAD says of an object. */
export interface S3Object {
  readonly size: number;
  /** Without its quotes. */
  readonly etag: string;
  /** Its Content-Type. */
  readonly type: string | undefined;
  /** The names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whole unix seconds, from the metadata that rclone writes, or when it was written. */
  readonly modified: number | undefined;
}

export interface S3Options {
  readonly clock: Clock;
  /** How long nothing may come or go, in ms. */
  readonly silenceMs?: number;
}

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 500;
const SILENCE_MS = 60_000;
/** To put the pieces of a long object together, some servers copy them. */
const SLOW_MS = 15 * 60_000;
/** The end of the year 9999. */
const MOST_SECONDS = 253_402_300_799;
/** Refusals that may be over in a moment. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** So are these, which come with the status 400 or 200. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'RequestTimeout',
  'InternalError',
  'SlowDown',
  'ServiceUnavailable',
]);

/** Signed requests to one bucket, each tried up to five times. Whoever makes it closes it. */
export class S3Requests {
  readonly place: S3Place;
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #exchange: Exchange;

  constructor(place: S3Place, { clock, silenceMs = SILENCE_MS }: S3Options) {
    this.place = place;
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#exchange = new Exchange(place.endpoint);
  }

  /** What a person would call the place. */
  get words(): string {
    return wordsOf(this.place);
  }

  /** The full name within the server, as CopyObject wants it. */
  source(name: string): string {
    return `/${[this.place.bucket, ...this.#components(name)].map(encoded).join('/')}`;
  }

  /**
   * The server's answer, whose body the caller reads to its end or destroys.
   * @throws FailedError BLOB_NOT_READ, BLOB_NOT_WRITTEN; S3_FAILED when the network or the server failed each time.
   */
  send(request: S3Request, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#tried(request, signal, async (answer) => answer);
  }

  /** As `send`, with the body as text: an answer that is cut counts as none. */
  text(request: S3Request, signal: AbortSignal): Promise<TextAnswer> {
    return this.#tried(request, signal, async (answer) => {
      const { statusCode: status = 0, headers } = answer;
      const text = await textOf(answer);
      const code = codeIn(text);
      // Completions and copies that fail after their beginning have the status 200.
      if (status < 300 && /<Error>/.test(text))
        throw refusedBy(this.words, request, { status, code, isPassing: true });
      return { status, headers, text, code };
    });
  }

  /** Undefined when nothing of the name is there. */
  async find(name: string, signal: AbortSignal): Promise<S3Object | undefined> {
    const { status, headers } = await this.text({ method: 'HEAD', name, expected: [404] }, signal);
    if (status === 404) return undefined;
    const metadata = Object.fromEntries(
      Object.entries(headers).flatMap(([key, value]) =>
        key.startsWith('x-amz-meta-') ? [[key.slice('x-amz-meta-'.length), String(value)]] : [],
      ),
    );
    return {
      size: Number(headers['content-length']),
      etag: etagOf(headers),
      type: headers['content-type'],
      metadata,
      modified:
        secondsOf(Number(metadata['mtime'] ?? Number.NaN)) ??
        secondsOf(Date.parse(headers['last-modified'] ?? '') / 1000),
    };
  }

  close(): void {
    this.#exchange.close();
  }

  async #tried<T>(
    request: S3Request,
    signal: AbortSignal,
    take: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const { error, isPassing, value } = await this.#once(request, signal, take);
      if (error === undefined) return value as T;
      if (!isPassing || tries === MOST_TRIES) throw error;
      await this.#clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
    }
  }

  async #once<T>(
    request: S3Request,
    signal: AbortSignal,
    take: (answer: IncomingMessage) => Promise<T>,
  ): Promise<{ readonly value?: T; readonly error?: Error; readonly isPassing?: boolean }> {
    try {
      const answer = await this.#exchange.send(await this.#signed(request), signal);
      const { statusCode: status = 0 } = answer;
      if ((status >= 200 && status < 300) || request.expected?.includes(status))
        return { value: await take(answer) };
      const code = codeIn(await textOf(answer));
      const isPassing = PASSING.has(status) || PASSING_CODES.has(code ?? '');
      return { error: refusedBy(this.words, request, { status, code, isPassing }), isPassing };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FailedError) return { error, isPassing: true };
      return { error: unreachable(this.words, request, error), isPassing: true };
    }
  }

  /** The hash in the signature lets the server compare what arrives. */
  async #signed(request: S3Request) {
    const { method, body, headers, isSlow = false } = request;
    const { region, accessKeyId, secretAccessKey, sessionToken } = this.place;
    const signer = new AwsV4Signer({
      method,
      url: this.#url(request),
      headers: { ...headers, 'X-Amz-Content-Sha256': sha256Of(body ?? Buffer.alloc(0)) },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    });
    const signed = await signer.sign();
    return {
      method,
      url: signed.url,
      headers: Object.fromEntries(signed.headers),
      body: body ?? (method === 'PUT' || method === 'POST' ? Buffer.alloc(0) : undefined),
      silenceMs: isSlow ? Math.max(SLOW_MS, this.#silenceMs) : this.#silenceMs,
    };
  }

  #url({ name, query = {} }: S3Request): string {
    const { endpoint, bucket, isBucketInHost } = this.place;
    const url = new URL(endpoint);
    if (isBucketInHost) url.hostname = `${bucket}.${url.hostname}`;
    const path = [...(isBucketInHost ? [] : [bucket]), ...this.#components(name)].map(encoded).join('/');
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url.href;
  }

  #components(name: string): readonly string[] {
    return [...this.place.prefix.split('/'), ...name.split('/')].filter((each) => each !== '');
  }
}

/** Without the quotes that most servers put around it. */
export function etagOf(headers: IncomingHttpHeaders): string {
  return (headers.etag ?? '').replaceAll('"', '');
}

/** Programs write times with nine digits of a fraction; undefined for what isn't a time. */
function secondsOf(time: number): number | undefined {
  const seconds = Math.floor(time);
  return Number.isSafeInteger(seconds) && Math.abs(seconds) <= MOST_SECONDS ? seconds : undefined;
}

function codeIn(text: string): string | undefined {
  return /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1];
}

/** As RFC 3986 has it: `encodeURIComponent` leaves a few signs that S3's signature doesn't. */
function encoded(component: string): string {
  return encodeURIComponent(component).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
