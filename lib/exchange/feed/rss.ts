import type { ExportedChat } from '../desktop/chat.js';
import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from '../formats/format.js';
import { OneFile } from '../formats/one-file.js';
import { entryOf, feedHome, feedTitle } from './entry.js';

/** RSS 2.0, the oldest message first. */
export class RssWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;
  #chat: ExportedChat | undefined;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
  }

  static async begin(scene: FormatScene): Promise<RssWriter> {
    const file = await OneFile.begin(scene, 'feed.xml');
    const title = xml(feedTitle(scene));
    await file.write(
      `<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n` +
        `<title>${title}</title>\n<link>${xml(feedHome(scene))}</link>\n<description>${title}, as TelePi has kept it</description>\n` +
        `<generator>TelePi ${xml(scene.version)}</generator>\n`,
    );
    return new RssWriter(scene, file);
  }

  async beginChat(chat: ExportedChat): Promise<void> {
    this.#chat = chat;
  }

  async message(message: MessageToWrite): Promise<void> {
    const chat = this.#chat as ExportedChat;
    const entry = await entryOf(message, chat, this.#scene);
    if (!entry) return;
    const { id, title, html, link, date, author } = entry;
    const category = this.#scene.chat ? undefined : chat.title;
    await this.#file.write(
      `<item>\n<title>${xml(title)}</title>\n${element('link', link)}<guid isPermaLink="false">${xml(id)}</guid>\n` +
        `<pubDate>${new Date(date * 1000).toUTCString()}</pubDate>\n${element('dc:creator', author)}${element('category', category)}` +
        `<description>${xml(html)}</description>\n</item>\n`,
    );
  }

  async endChat(): Promise<void> {}

  async finish(): Promise<WrittenTexts> {
    await this.#file.write('</channel>\n</rss>\n');
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}

function element(name: string, text: string | undefined): string {
  return text === undefined ? '' : `<${name}>${xml(text)}</${name}>\n`;
}

/** What XML 1.0 can't hold, even as an entity. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML can't hold
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function xml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"'\r]/g, (mark) => `&#${mark.codePointAt(0) ?? 0};`);
}
