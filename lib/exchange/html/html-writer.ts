import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../base/system-errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import type { ExportedChat } from '../desktop/chat.js';
import { notWritten } from '../files/disk-error.js';
import { TextFile } from '../files/text-file.js';
import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from '../formats/format.js';
import { escaped, hrefOf } from './escape.js';
import { dayHtml, messageHtml } from './message-html.js';
import { PAGE_END, pageStart, STYLE } from './page.js';
import { STYLE_TEXT } from './style.js';

/** How many messages a page has. */
const PAGE_MESSAGES = 1000;
const INDEX = 'export_results.html';

/** A chat as it is written. */
interface OpenChat {
  readonly chat: ExportedChat;
  readonly prefix: string;
  /** The first message of each page. */
  readonly firsts: number[];
  messages: number;
  before: MessageDocument | undefined;
  day: string | undefined;
}

/** Pages of a thousand messages that any browser shows, without a server and without scripts; for several chats, a page that lists them. */
export class HtmlWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #paths: string[] = [];
  readonly #chats: OpenChat[] = [];
  #page: TextFile | undefined;
  #changed = 0;

  private constructor(scene: FormatScene) {
    this.#scene = scene;
  }

  static async begin(scene: FormatScene): Promise<HtmlWriter> {
    const writer = new HtmlWriter(scene);
    await writer.#whole(STYLE, STYLE_TEXT);
    return writer;
  }

  async beginChat(chat: ExportedChat, prefix: string): Promise<void> {
    const open: OpenChat = { chat, prefix, firsts: [], messages: 0, before: undefined, day: undefined };
    this.#chats.push(open);
  }

  async message(message: MessageToWrite): Promise<void> {
    const open = this.#open;
    const { document } = message.message;
    if (open.messages % PAGE_MESSAGES === 0) await this.#turn(open, document.id + message.shift);
    const { names, time, account } = this.#scene;
    const day = 'date' in document ? time.iso(document.date).slice(0, 10) : open.day;
    const isNewDay = day !== undefined && day !== open.day;
    const scene = {
      ...{ names, time, self: account.id, prefix: open.prefix },
      addressOf: (id: number) => addressOf(open, id),
    };
    const html = await names.with(() => messageHtml(message, isNewDay ? undefined : open.before, scene));
    await this.#page?.write(`${isNewDay ? dayHtml(day) : ''}${html}`);
    open.messages += 1;
    open.before = document;
    open.day = day;
  }

  async endChat(): Promise<void> {
    const open = this.#open;
    if (!this.#page) await this.#start(open, 1);
    await this.#close();
    await this.#removeAfter(open);
  }

  async finish(): Promise<WrittenTexts> {
    if (!this.#scene.chat) await this.#whole(INDEX, this.#index());
    return { paths: this.#scene.chat ? this.#shownPaths() : [INDEX], changed: this.#changed };
  }

  async abandon(): Promise<void> {
    await this.#page?.abandon();
    this.#page = undefined;
  }

  get #open(): OpenChat {
    return this.#chats.at(-1) as OpenChat;
  }

  /** A few names stand for many. */
  #shownPaths(): readonly string[] {
    const pages = this.#paths.filter((path) => path !== STYLE);
    return pages.length <= 2 ? pages : [`${pages[0]} to ${pages.at(-1)}`];
  }

  async #turn(open: OpenChat, first: number): Promise<void> {
    const number = open.firsts.length + 1;
    if (this.#page) {
      await this.#page.write(
        `<a class="pagination block_link" href="${pageName(number)}">Next messages</a>\n`,
      );
      await this.#close();
    }
    open.firsts.push(first);
    await this.#start(open, number);
    open.before = undefined;
    open.day = undefined;
  }

  async #start({ chat, prefix }: OpenChat, number: number): Promise<void> {
    const { folder, temporary } = this.#scene;
    const path = `${prefix}${pageName(number)}`;
    this.#page = await TextFile.begin(join(folder, path), temporary);
    this.#paths.push(path);
    const back = prefix === '' ? {} : { back: hrefOf(INDEX, prefix) };
    await this.#page.write(pageStart({ title: this.#titleOf(chat), prefix, ...back }));
    await this.#page.write('<div class="page_body chat_page"><div class="history">\n');
    if (number === 1) return;
    await this.#page.write(
      `<a class="pagination block_link" href="${pageName(number - 1)}">Previous messages</a>\n`,
    );
  }

  async #close(): Promise<void> {
    const page = this.#page;
    if (!page) return;
    await page.write(`</div></div>\n${PAGE_END}`);
    if (await page.finish()) this.#changed += 1;
    this.#page = undefined;
  }

  /** Pages of an earlier export that had more. */
  async #removeAfter({ prefix, firsts }: OpenChat): Promise<void> {
    for (let number = Math.max(1, firsts.length) + 1; ; number += 1) {
      const path = join(this.#scene.folder, prefix, pageName(number));
      try {
        await stat(path);
        await rm(path);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return;
        throw notWritten(path, error);
      }
    }
  }

  async #whole(path: string, text: string): Promise<void> {
    const { folder, temporary } = this.#scene;
    const file = await TextFile.begin(join(folder, path), temporary);
    try {
      await file.write(text);
      if ((await file.finish()) && path !== STYLE) this.#changed += 1;
    } catch (error) {
      await file.abandon();
      throw error;
    }
    this.#paths.push(path);
  }

  #titleOf({ id, title }: ExportedChat): string {
    if (id === this.#scene.account.id) return 'Saved Messages';
    return title || `Chat ${id}`;
  }

  #index(): string {
    const entries = this.#chats.map(
      (open) =>
        `<a class="entry" href="${hrefOf(`${open.prefix}${pageName(1)}`, '')}"><span class="bold">${escaped(this.#titleOf(open.chat))}</span> ` +
        `<span class="details">${open.messages} ${open.messages === 1 ? 'message' : 'messages'}</span></a>\n`,
    );
    return `${pageStart({ title: 'Chats', prefix: '' })}<div class="page_body list_page">\n${entries.join('')}</div>\n${PAGE_END}`;
  }
}

/** `messages.html`, `messages2.html`, … */
function pageName(number: number): string {
  return number === 1 ? 'messages.html' : `messages${number}.html`;
}

/** Of a message that was written already, or is being written: later pages aren't known yet. */
function addressOf({ firsts }: OpenChat, id: number): string | undefined {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] as number) <= id) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return undefined;
  return low === firsts.length ? `#message${id}` : `${pageName(low)}#message${id}`;
}
