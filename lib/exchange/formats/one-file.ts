import { join } from 'node:path';
import { TextFile } from '../files/text-file.js';
import type { FormatScene, WrittenTexts } from './format.js';

/** The file of a format that has one. */
export class OneFile {
  readonly #name: string;
  readonly #file: TextFile;
  #isFinished = false;

  private constructor(name: string, file: TextFile) {
    this.#name = name;
    this.#file = file;
  }

  static async begin({ folder, temporary }: FormatScene, name: string): Promise<OneFile> {
    return new OneFile(name, await TextFile.begin(join(folder, name), temporary));
  }

  write(text: string): Promise<void> {
    return this.#file.write(text);
  }

  async finish(): Promise<WrittenTexts> {
    const isNew = await this.#file.finish();
    this.#isFinished = true;
    return { paths: [this.#name], changed: isNew ? 1 : 0 };
  }

  async abandon(): Promise<void> {
    if (!this.#isFinished) await this.#file.abandon();
  }
}
