import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { codeOf } from '../../base/system-errors.js';
import type { UploadUnderWay } from './multipart.js';
import type { S3Place } from './place.js';

/** What is known of an upload that may outlive this process. */
export interface NotedUpload extends UploadUnderWay {
  /** A word that only this upload's object has in its metadata. */
  readonly mark: string;
  /** Of the whole object, in bytes. */
  readonly size: number;
}

/** Which content is to have which name. */
export interface WantedObject {
  /** Below the prefix, without a number added. */
  readonly wanted: string;
  /** Names the content. */
  readonly key: string;
}

/**
 * Notes of uploads under way in one bucket, a file each: so the next run finds what a process that died has sent, and nothing stays on
 * the server for ever without anybody knowing it, at its owner's cost.
 */
export class UploadNotes {
  readonly #folder: string;
  readonly #bucket: Pick<S3Place, 'endpoint' | 'bucket'>;

  /** @param folder made when the first note is written */
  constructor(folder: string, { endpoint, bucket }: Pick<S3Place, 'endpoint' | 'bucket'>) {
    this.#folder = folder;
    this.#bucket = { endpoint, bucket };
  }

  async find(object: WantedObject): Promise<NotedUpload | undefined> {
    return (await this.#read(this.#nameOf(object)))?.upload;
  }

  /** Durable when it resolves. */
  async keep(object: WantedObject, { name, uploadId, mark, size }: NotedUpload): Promise<void> {
    await makePrivateDirectory(this.#folder);
    const note: Note = { ...this.#bucket, upload: { name, uploadId, mark, size } };
    await writeFileAtomic(join(this.#folder, this.#nameOf(object)), JSON.stringify(note));
  }

  async forget(object: WantedObject): Promise<void> {
    await rm(join(this.#folder, this.#nameOf(object)), { force: true });
  }

  /**
   * Takes the bucket's notes that were written before a time: whoever gets one aborts its upload, and the note goes when that has
   * resolved.
   * @param before unix milliseconds
   */
  async takeOld(before: number, abort: (upload: NotedUpload) => Promise<void>): Promise<void> {
    for (const name of await this.#names()) {
      const path = join(this.#folder, name);
      const written = await stat(path).catch(passMissing);
      if (!written || written.mtimeMs >= before) continue;
      const note = await this.#read(name);
      if (note?.endpoint !== this.#bucket.endpoint || note.bucket !== this.#bucket.bucket) continue;
      await abort(note.upload);
      await rm(path, { force: true });
    }
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(passMissing);
    return (names ?? []).filter((name) => name.endsWith('.json'));
  }

  async #read(name: string): Promise<Note | undefined> {
    const text = await readFile(join(this.#folder, name), 'utf8').catch(passMissing);
    return text === undefined ? undefined : noteIn(text);
  }

  #nameOf({ wanted, key }: WantedObject): string {
    const { endpoint, bucket } = this.#bucket;
    const words = JSON.stringify([endpoint, bucket, wanted, key]);
    return `${createHash('sha256').update(words).digest('hex').slice(0, 40)}.json`;
  }
}

interface Note extends Pick<S3Place, 'endpoint' | 'bucket'> {
  readonly upload: NotedUpload;
}

/** Undefined for a file that isn't a note: then the upload begins again. */
function noteIn(text: string): Note | undefined {
  try {
    const note = JSON.parse(text) as Note;
    const { name, uploadId, mark, size } = note.upload;
    const isNote = [note.endpoint, note.bucket, name, uploadId, mark].every(
      (each) => typeof each === 'string',
    );
    return isNote && Number.isSafeInteger(size) ? note : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function passMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
