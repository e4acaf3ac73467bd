import { createHash } from 'node:crypto';
import { notKept } from './errors.js';
import { etagOf, type S3Requests } from './requests.js';
import { elementIn, elementsIn } from './xml.js';

/** How long the end of an upload that isn't wanted any more may take, in ms. */
const ABORT_MS = 10_000;

/** An upload that the server knows. */
export interface UploadUnderWay {
  /** The object's, below the prefix. */
  readonly name: string;
  readonly uploadId: string;
}

/** Pieces that have arrived, by their numbers, which count from 1. */
export type ArrivedPieces = ReadonlyMap<number, { readonly etag: string; readonly size: number }>;

/** What a completion came to: `taken` when another object has the name, `gone` when the server doesn't know the upload. */
export type Completion = 'done' | 'taken' | 'gone';

export interface CompleteOptions {
  /** Whether to leave an object alone that has the name already. */
  readonly isNew: boolean;
  /** Whether an object of the right size has the name. */
  isThere(): Promise<boolean>;
  /** Whether the object that has the name is the one of this upload. */
  isOwn(): Promise<boolean>;
}

/** One multipart upload. It stays on the server until it is completed or aborted. */
export class S3Multipart {
  readonly upload: UploadUnderWay;
  readonly #requests: S3Requests;
  readonly #signal: AbortSignal;
  readonly #etags = new Map<number, string>();

  constructor(requests: S3Requests, upload: UploadUnderWay, signal: AbortSignal) {
    this.#requests = requests;
    this.upload = upload;
    this.#signal = signal;
  }

  /** @param headers of the object: its type and metadata */
  static async begin(
    requests: S3Requests,
    { name, headers = {} }: { readonly name: string; readonly headers?: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<S3Multipart> {
    const request = { method: 'POST', name, query: { uploads: '' }, headers } as const;
    const { text } = await requests.text(request, signal);
    const uploadId = elementIn(text, 'UploadId');
    if (uploadId === '') throw notKept(requests.words);
    return new S3Multipart(requests, { name, uploadId }, signal);
  }

  /** What has arrived; undefined when the server doesn't know the upload. */
  async arrived(): Promise<ArrivedPieces | undefined> {
    const pieces = new Map<number, { readonly etag: string; readonly size: number }>();
    for (let marker = '0'; ; ) {
      const query = { uploadId: this.upload.uploadId, 'part-number-marker': marker };
      const request = { method: 'GET', name: this.upload.name, query, expected: [404] } as const;
      const { status, text } = await this.#requests.text(request, this.#signal);
      if (status === 404) return undefined;
      for (const part of elementsIn(text, 'Part')) {
        const etag = elementIn(part, 'ETag').replaceAll('"', '');
        pieces.set(Number(elementIn(part, 'PartNumber')), { etag, size: Number(elementIn(part, 'Size')) });
      }
      const next = elementIn(text, 'NextPartNumberMarker');
      if (elementIn(text, 'IsTruncated') !== 'true' || next === '' || next === marker) return pieces;
      marker = next;
    }
  }

  /** Counts a piece that arrived earlier as sent. */
  keep(number: number, etag: string): void {
    this.#etags.set(number, etag);
  }

  async put(number: number, body: Buffer): Promise<void> {
    const query = { partNumber: String(number), uploadId: this.upload.uploadId };
    const request = { method: 'PUT', name: this.upload.name, query, body } as const;
    const { headers } = await this.#requests.text(request, this.#signal);
    this.#etags.set(number, etagOf(headers));
  }

  /**
   * Makes the object of the pieces. The answer to a first try may be lost: then the upload isn't known any more, or its own
   * object has the name, and `isOwn` says so.
   */
  async complete(options: CompleteOptions): Promise<Completion> {
    const answer = await this.#complete(options.isNew);
    if (answer.status >= 200 && answer.status < 300) {
      if (!(await options.isThere())) throw notKept(this.#requests.words);
      return 'done';
    }
    if (answer.status === 501) return this.#completeUnasked(options);
    if (await options.isOwn()) return 'done';
    return answer.status === 412 ? 'taken' : 'gone';
  }

  /** What most servers give an object of these pieces as its ETag. */
  etag(): string {
    const digests = this.#ordered().map(([, etag]) => Buffer.from(etag, 'hex'));
    return `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${digests.length}`;
  }

  /** Removes the upload and its pieces. Works after the signal has aborted, too. */
  async abort(): Promise<void> {
    await abortUpload(this.#requests, this.upload, AbortSignal.timeout(ABORT_MS));
  }

  /** For a server that knows no conditions: then a look at the name has to do. */
  async #completeUnasked(options: CompleteOptions): Promise<Completion> {
    if (await this.#requests.find(this.upload.name, this.#signal)) return 'taken';
    return this.complete({ ...options, isNew: false });
  }

  #complete(isNew: boolean) {
    const parts = this.#ordered().map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
    );
    const body = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`,
    );
    const { name, uploadId } = this.upload;
    return this.#requests.text(
      {
        method: 'POST',
        name,
        query: { uploadId },
        body,
        isSlow: true,
        ...(isNew && { headers: { 'If-None-Match': '*' } }),
        expected: isNew ? [404, 409, 412, 501] : [404],
      },
      this.#signal,
    );
  }

  #ordered(): readonly (readonly [number, string])[] {
    return [...this.#etags].sort(([one], [other]) => one - other);
  }
}

/** Aborts an upload that is known by its note alone. */
export async function abortUpload(
  requests: S3Requests,
  { name, uploadId }: UploadUnderWay,
  signal: AbortSignal,
): Promise<void> {
  await requests.text({ method: 'DELETE', name, query: { uploadId }, expected: [404] }, signal);
}
