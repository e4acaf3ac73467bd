import type { ExportedChat } from '../desktop/chat.js';
import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from '../formats/format.js';
import { OneFile } from '../formats/one-file.js';
import { entryOf, feedHome, feedTitle } from './entry.js';

/** JSON Feed 1.1, the oldest message first. */
export class JsonFeedWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;
  #chat: ExportedChat | undefined;
  #entries = 0;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
  }

  static async begin(scene: FormatScene): Promise<JsonFeedWriter> {
    const file = await OneFile.begin(scene, 'feed.json');
    const head = {
      version: 'https://jsonfeed.org/version/1.1',
      title: feedTitle(scene),
      home_page_url: feedHome(scene),
    };
    await file.write(`${JSON.stringify(head).slice(0, -1)},"items":[`);
    return new JsonFeedWriter(scene, file);
  }

  async beginChat(chat: ExportedChat): Promise<void> {
    this.#chat = chat;
  }

  async message(message: MessageToWrite): Promise<void> {
    const chat = this.#chat as ExportedChat;
    const entry = await entryOf(message, chat, this.#scene);
    if (!entry) return;
    const { id, title, html, link, date, edited, author } = entry;
    const item = {
      id,
      url: link,
      title,
      content_html: html,
      date_published: dateOf(date),
      date_modified: edited === undefined ? undefined : dateOf(edited),
      authors: author === undefined ? undefined : [{ name: author }],
      tags: this.#scene.chat || !chat.title ? undefined : [chat.title],
    };
    await this.#file.write(`${this.#entries === 0 ? '' : ','}\n${JSON.stringify(item)}`);
    this.#entries += 1;
  }

  async endChat(): Promise<void> {}

  async finish(): Promise<WrittenTexts> {
    await this.#file.write('\n]}\n');
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}

/** RFC 3339. */
function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
