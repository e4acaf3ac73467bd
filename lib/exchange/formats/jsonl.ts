import type { MessageDocument } from '../../messages/document/document.js';
import type { ExportedChat } from '../desktop/chat.js';
import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from './format.js';
import { OneFile } from './one-file.js';

/** One message a line: its document as TelePi keeps it, what the archive knows of it, and what its chat and its author are called. */
export class JsonlWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;
  #chat: ExportedChat | undefined;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
  }

  static async begin(scene: FormatScene): Promise<JsonlWriter> {
    return new JsonlWriter(scene, await OneFile.begin(scene, 'messages.jsonl'));
  }

  async beginChat(chat: ExportedChat): Promise<void> {
    this.#chat = chat;
  }

  async message({ message, files: { all } }: MessageToWrite): Promise<void> {
    const { document, status, deletedAt, version } = message;
    const { names, account } = this.#scene;
    const author = 'author' in document ? document.author : undefined;
    const line = {
      account: account.id,
      chat: this.#chatOf(document),
      author: author === undefined ? undefined : await names.with(() => names.of(author)?.name),
      status,
      deletedAt,
      version,
      files: all.length === 0 ? undefined : all,
      document,
    };
    await this.#file.write(`${JSON.stringify(line)}\n`);
  }

  /** Messages of the group that a supergroup used to be stand among its own. */
  #chatOf({ chat: id }: MessageDocument): Omit<ExportedChat, 'id'> | undefined {
    if (!this.#chat || this.#chat.id !== id) return undefined;
    const { type, title, username } = this.#chat;
    return { type, ...(title !== undefined && { title }), ...(username !== undefined && { username }) };
  }

  async endChat(): Promise<void> {}

  finish(): Promise<WrittenTexts> {
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}
