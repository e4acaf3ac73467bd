import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from './format.js';
import { OneFile } from './one-file.js';

/** One message a line: its document as TelePi keeps it, with what the archive knows of it. */
export class JsonlWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
  }

  static async begin(scene: FormatScene): Promise<JsonlWriter> {
    return new JsonlWriter(scene, await OneFile.begin(scene, 'messages.jsonl'));
  }

  async beginChat(): Promise<void> {}

  async message({ message, files: { all } }: MessageToWrite): Promise<void> {
    const { document, status, deletedAt, version } = message;
    const line = {
      account: this.#scene.account.id,
      status,
      deletedAt,
      version,
      files: all.length === 0 ? undefined : all,
      document,
    };
    await this.#file.write(`${JSON.stringify(line)}\n`);
  }

  async endChat(): Promise<void> {}

  finish(): Promise<WrittenTexts> {
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}
