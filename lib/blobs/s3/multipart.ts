import { FailedError } from '../../base/errors.js';
import type { S3Requests } from './requests.js';

/** How long the end of an upload that failed may take, in ms. */
const ABORT_MS = 10_000;

/** One multipart upload, begun with its first piece. Whoever makes it closes it: an upload that isn't finished is aborted then. */
export class S3Multipart {
  readonly #requests: S3Requests;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #uploadId: string | undefined;
  #tags: string[] = [];
  #underWay: Promise<unknown> = Promise.resolve();
  #hasObject = false;

  constructor(requests: S3Requests, name: string, signal: AbortSignal) {
    this.#requests = requests;
    this.#name = name;
    this.#signal = signal;
  }

  /** Resolves when the piece before it has arrived. */
  async put(piece: Buffer): Promise<void> {
    this.#uploadId ??= await this.#begin();
    await this.#underWay;
    const number = this.#tags.push('');
    const upload = this.#put(this.#uploadId, number, piece);
    // A failure is thrown by whatever comes next.
    upload.catch(() => undefined);
    this.#underWay = upload;
  }

  /** Completes the upload and gives the object its name. */
  async finish(name: string, size: number): Promise<void> {
    await this.#underWay;
    await this.#complete(size);
    const headers = { 'x-amz-copy-source': this.#requests.source(this.#name) };
    const { text } = await this.#requests.text({ method: 'PUT', name, headers }, this.#signal);
    // A copy that fails after its beginning has the status 200.
    if (/<Error>/.test(text) || (await this.#requests.sizeOf(name, this.#signal)) !== size)
      throw incomplete(this.#requests.words);
  }

  /** Leaves nothing under the upload's own name. Works after the signal has aborted, too. */
  async close(): Promise<void> {
    await this.#underWay.catch(() => undefined);
    const last = AbortSignal.timeout(ABORT_MS);
    const request = { method: 'DELETE', name: this.#name, expected: [404] } as const;
    const uploadId = this.#uploadId;
    const hasObject = this.#hasObject;
    this.#uploadId = undefined;
    this.#hasObject = false;
    if (uploadId !== undefined) await this.#requests.text({ ...request, query: { uploadId } }, last);
    if (hasObject) await this.#requests.text(request, last);
  }

  async #begin(): Promise<string> {
    const request = { method: 'POST', name: this.#name, query: { uploads: '' } } as const;
    const { text } = await this.#requests.text(request, this.#signal);
    const id = /<UploadId>([^<]+)<\/UploadId>/.exec(text)?.[1];
    if (id === undefined) throw incomplete(this.#requests.words);
    return id;
  }

  async #put(uploadId: string, number: number, body: Buffer): Promise<void> {
    const query = { partNumber: String(number), uploadId };
    const { headers } = await this.#requests.text(
      { method: 'PUT', name: this.#name, query, body },
      this.#signal,
    );
    this.#tags[number - 1] = headers.get('etag') ?? '';
  }

  /**
   * The answer to a first try may have been lost: then the upload isn't known any more, and the object is there. A failure, too,
   * may come with the status 200: the object's size says which it was.
   */
  async #complete(size: number): Promise<void> {
    const parts = this.#tags.map(
      (tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`,
    );
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
    const query = { uploadId: this.#uploadId ?? '' };
    const request = { method: 'POST', name: this.#name, query, body, expected: [404] } as const;
    this.#hasObject = true;
    await this.#requests.text(request, this.#signal);
    if ((await this.#requests.sizeOf(this.#name, this.#signal)) !== size)
      throw incomplete(this.#requests.words);
    this.#uploadId = undefined;
  }
}

function incomplete(place: string): FailedError {
  return new FailedError(
    'BLOB_NOT_WRITTEN',
    `${place} didn't keep what was written: run again; if it stays so, check the server.`,
    { fields: { place } },
  );
}
