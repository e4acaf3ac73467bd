import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from '../formats/format.js';
import { OneFile } from '../formats/one-file.js';
import { chatHead, type ExportedChat } from './chat.js';
import { type Fields, layOut, layOutFields, quoted } from './json.js';
import { desktopMessage } from './message.js';
import { telepiOfChat, telepiOfMessage } from './telepi-keys.js';

/** Telegram Desktop's result.json: one chat, or an account with a list of chats. */
export class DesktopWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;
  /** Of a chat's brackets. */
  readonly #level: number;
  #chats = 0;
  #messages = 0;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
    this.#level = scene.chat ? 0 : CHAT_LEVEL;
  }

  static async begin(scene: FormatScene): Promise<DesktopWriter> {
    const file = await OneFile.begin(scene, 'result.json');
    if (!scene.chat) {
      await file.write(
        `{\n "about": ${quoted(ABOUT)},\n "chats": {\n  "about": ${quoted(ABOUT_CHATS)},\n  "list": [`,
      );
    }
    return new DesktopWriter(scene, file);
  }

  async beginChat(chat: ExportedChat): Promise<void> {
    const { account, time, version, strict } = this.#scene;
    const own = telepiOfChat(chat, { account: account.id, time, version });
    const head: Fields = [...chatHead(chat, account.id), ['telepi', strict ? undefined : own]];
    const indent = ' '.repeat(this.#level);
    const lines = head.flatMap(([key, value]) =>
      value === undefined ? [] : [`${indent} ${quoted(key)}: ${layOut(value, this.#level + 1)},\n`],
    );
    const before = this.#scene.chat ? '' : `${this.#chats === 0 ? '' : ','}\n${indent}`;
    await this.#file.write(`${before}{\n${lines.join('')}${indent} "messages": [`);
    this.#chats += 1;
    this.#messages = 0;
  }

  async message({ message, shift, files }: MessageToWrite): Promise<void> {
    const { names, time, strict, account } = this.#scene;
    const scene = { names, time, files, strict, shift, self: account.id };
    const fields = await names.with(() => desktopMessage(message.document, scene));
    const all: Fields = strict ? fields : [...fields, ['telepi', telepiOfMessage(message, files)]];
    const level = this.#level + 2;
    const before = `${this.#messages === 0 ? '' : ','}\n${' '.repeat(level)}`;
    await this.#file.write(`${before}${layOutFields(all, level)}`);
    this.#messages += 1;
  }

  async endChat(): Promise<void> {
    const indent = ' '.repeat(this.#level);
    await this.#file.write(`\n${indent} ]\n${indent}}`);
  }

  async finish(): Promise<WrittenTexts> {
    if (!this.#scene.chat) await this.#file.write('\n  ]\n }\n}');
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}

/** In the list of an account's chats. */
const CHAT_LEVEL = 3;

const ABOUT =
  'Here is what TelePi has kept of this account, in the format of Telegram Desktop. Keys that are called "telepi" are its own.';
const ABOUT_CHATS = 'This page lists all chats from this export.';
