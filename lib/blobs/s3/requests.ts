import { AwsClient } from 'aws4fetch';
import type { Clock } from '../../base/clock.js';
import { sha256Of } from '../address.js';
import { s3Failed } from './errors.js';

export interface S3Place {
  /** Of the server, without the bucket: `https://s3.eu-central-1.amazonaws.com`. The bucket goes into the path. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What every name begins with, without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The name below the prefix; empty for the bucket itself. */
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Refusals that the caller handles. */
  readonly expected?: readonly number[];
}

export interface TextAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 500;
/** Refusals that may be over in a moment. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Signed requests to one bucket, each tried up to five times. */
export class S3Requests {
  readonly #place: S3Place;
  readonly #clock: Clock;
  readonly #signer: AwsClient;

  constructor(place: S3Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
    const { region, accessKeyId, secretAccessKey, sessionToken } = place;
    this.#signer = new AwsClient({
      region,
      accessKeyId,
      secretAccessKey,
      service: 's3',
      ...(sessionToken !== undefined && { sessionToken }),
    });
  }

  /** What a person would call the place. */
  get words(): string {
    const { bucket, prefix } = this.#place;
    return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  }

  /** The full name within the bucket, as CopyObject wants it. */
  source(name: string): string {
    return `/${this.#path(name)}`;
  }

  /**
   * The server's answer, whose body the caller reads to its end or cancels.
   * @throws FailedError BLOB_NOT_READ, BLOB_NOT_WRITTEN
   */
  send(request: S3Request, signal: AbortSignal): Promise<Response> {
    return this.#tried(request, signal, async (answer) => answer);
  }

  /** As `send`, with the body as text: an answer that is cut counts as none. */
  text(request: S3Request, signal: AbortSignal): Promise<TextAnswer> {
    return this.#tried(request, signal, async (answer) => {
      const { status, headers } = answer;
      return { status, headers, text: await answer.text() };
    });
  }

  /** Undefined when nothing of the name is there. */
  async sizeOf(name: string, signal: AbortSignal): Promise<number | undefined> {
    const answer = await this.text({ method: 'HEAD', name, expected: [404] }, signal);
    return answer.status === 404 ? undefined : Number(answer.headers.get('content-length'));
  }

  async #tried<T>(
    request: S3Request,
    signal: AbortSignal,
    take: (answer: Response) => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      let failure: unknown;
      try {
        const answer = await this.#once(request, signal);
        if (answer.ok || request.expected?.includes(answer.status)) return await take(answer);
        failure = answer;
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
      const isPassing = !(failure instanceof Response) || PASSING.has(failure.status);
      if (!isPassing || tries === MOST_TRIES) throw await s3Failed(this.words, request, failure);
      if (failure instanceof Response) await failure.body?.cancel();
      await this.#clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
    }
  }

  /** The hash in the signature lets the server compare what arrives. */
  async #once(request: S3Request, signal: AbortSignal): Promise<Response> {
    const { method, headers, body } = request;
    const signed = await this.#signer.sign(this.#url(request), {
      method,
      headers: { ...headers, 'X-Amz-Content-Sha256': sha256Of(body ?? Buffer.alloc(0)) },
      ...(body && { body }),
    });
    return fetch(signed, { signal });
  }

  #url({ name, query = {} }: S3Request): string {
    const url = new URL(this.#place.endpoint);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${this.#path(name)}`;
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url.href;
  }

  #path(name: string): string {
    const { bucket, prefix } = this.#place;
    const path = [bucket, ...prefix.split('/'), ...name.split('/')].filter((each) => each !== '');
    return path.map(encodeURIComponent).join('/');
  }
}
