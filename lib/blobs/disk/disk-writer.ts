import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { TelepiError } from '../../base/errors.js';
import { PartFile } from '../../base/part-file.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { addressOf } from '../address.js';
import { checkComplete, checkPart } from '../check-parts.js';
import { blobDiffers, blobNotWritten } from '../errors.js';
import type { BlobWriter, NewBlob } from '../store.js';
import type { Incoming } from './incoming.js';

/** Writes one blob into a folder: a file under way, fsync, rename, fsync of the folders that are above it. */
export class DiskWriter implements BlobWriter {
  readonly #root: string;
  readonly #incoming: Incoming;
  readonly #content: NewBlob;
  readonly #file: PartFile;
  readonly #signal: AbortSignal;
  #isOpen = true;
  #isLeft = true;

  private constructor(
    root: string,
    incoming: Incoming,
    content: NewBlob,
    file: PartFile,
    signal: AbortSignal,
  ) {
    this.#root = root;
    this.#incoming = incoming;
    this.#content = content;
    this.#file = file;
    this.#signal = signal;
  }

  /** @param root the store's folder, which exists, as that of `incoming` does */
  static async open(
    root: string,
    incoming: Incoming,
    content: NewBlob,
    signal: AbortSignal,
  ): Promise<DiskWriter> {
    const path = await incoming.claim(content.key);
    try {
      const file = await PartFile.open(path, { size: content.size, mode: 0o600 }, signal);
      return new DiskWriter(root, incoming, content, file, signal);
    } catch (error) {
      await incoming.release(content.key, path);
      throw error;
    }
  }

  get parts(): number {
    return this.#file.parts;
  }

  async append(bytes: Buffer): Promise<void> {
    checkPart(this.#content, this.parts, bytes);
    await this.#onDisk(() => this.#file.append(bytes));
  }

  async finish(): Promise<string> {
    const { key, sha256: due } = this.#content;
    checkComplete(this.#content, this.parts);
    return this.#onDisk(async () => {
      const sha256 = await this.#file.finish();
      // Windows renames no open file.
      await this.#closeFile();
      if (due !== undefined && due !== sha256) {
        await rm(this.#file.path);
        this.#isLeft = false;
        throw blobDiffers(key, { due, found: sha256 });
      }
      await this.#publish(sha256);
      return sha256;
    });
  }

  async close(): Promise<void> {
    await this.#closeFile();
    if (!this.#isLeft) return;
    this.#isLeft = false;
    await this.#incoming.release(this.#content.key, this.#file.path);
  }

  /** A blob that is there already is replaced by its equal: that repairs one whose content is damaged. */
  async #publish(sha256: string): Promise<void> {
    const path = join(this.#root, addressOf(sha256));
    await makePrivateDirectory(dirname(path));
    await rename(this.#file.path, path);
    this.#isLeft = false;
    // Another process may have made the folders and died before they were durable.
    const folders = [dirname(path), dirname(dirname(path)), this.#root, dirname(this.#root)];
    for (const folder of folders) await syncDirectory(folder);
  }

  async #closeFile(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }

  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      throw error instanceof TelepiError ? error : blobNotWritten(this.#file.path, error);
    }
  }
}
