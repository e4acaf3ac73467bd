import type { Api } from 'telegram/tl/index.js';
import { TelepiError } from '../base/errors.js';
import type { MessageDocument } from '../messages/document/document.js';
import { filesOfMessage, type MessageFile, mayHoldFiles } from '../messages/tl/files-of-message.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { Chat } from '../telegram/chat.js';
import { refuseProtectedMessage } from '../telegram/protected.js';
import type { PlannedFile } from './events.js';
import type { ForumTopics } from './forum-topics.js';
import type { DownloadOptions } from './options.js';
import type { Page } from './page.js';
import type { ReadMessage } from './save-page.js';

/** A file that is selected, with all that its download needs. */
export interface ChosenFile extends Pick<MessageFile, 'spot' | 'mediaId' | 'mime' | 'file'> {
  readonly planned: PlannedFile;
  /** Names the content in the name of the file under way. */
  readonly key: string;
  /** The chat in which the message is read again for a new file reference. */
  readonly chat: Chat;
  readonly message: Api.Message;
  /** Why it may not be downloaded. */
  readonly refused?: TelepiError;
}

type Options = Pick<DownloadOptions, 'client' | 'selection' | 'template' | 'allowProtected'>;

/**
 * Chooses files of messages. Each message is judged by itself, also as an item of an album: whoever asks for photos gets
 * no videos that were posted with them.
 */
export class Chooser {
  readonly #options: Options;
  readonly #topics: ForumTopics;
  /** Titles of topics, by their chats. */
  readonly #titles = new Map<number, ReadonlyMap<number, string>>();
  /** Messages of which everything was wanted: a chat that is read after them doesn't bring them again. */
  readonly #whole = new Set<string>();
  #messages = 0;
  /** Of the message that was selected last. */
  #album: string | undefined;
  #isFull = false;

  constructor(options: Options, topics: ForumTopics) {
    this.#options = options;
    this.#topics = topics;
  }

  /** Whether the selection's limit of messages is reached, and the album that was begun within it has ended. */
  get isFull(): boolean {
    return this.#isFull || (this.#isLimit && this.#album === undefined);
  }

  get #isLimit(): boolean {
    return this.#messages >= (this.#options.selection.limit ?? Number.POSITIVE_INFINITY);
  }

  /** The selected files of a page, in the order of their messages. */
  async choose(page: Page, messages: readonly ReadMessage[]): Promise<readonly ChosenFile[]> {
    await this.#learnTopics(page.chat);
    const chosen: ChosenFile[] = [];
    for (const { message, document } of messages) {
      const album = document.kind === 'message' ? document.album : undefined;
      const isCounted = page.everything !== true;
      if (isCounted && this.#isLimit && (album === undefined || album !== this.#album)) {
        this.#isFull = true;
        break;
      }
      // Files are described for their download, which costs more than to see that none is wanted.
      if (!mayHoldFiles(message) || !this.#isWanted(page, document)) continue;
      const files = filesOfMessage(message);
      if (files.length === 0) continue;
      if (isCounted) {
        this.#messages += 1;
        this.#album = album;
      }
      for (const [index, file] of files.entries()) {
        chosen.push(this.#chosen(page.chat, { message, document, file, index }));
      }
    }
    return chosen;
  }

  #isWanted(page: Page, document: MessageDocument): boolean {
    const name = `${page.chat.id} ${document.id}`;
    if (page.everything !== true) return !this.#whole.has(name) && this.#isSelected(page, document);
    this.#whole.add(name);
    return true;
  }

  #isSelected({ sourceIdOf }: Page, document: MessageDocument): boolean {
    const id = sourceIdOf(document.id);
    const known = id === document.id ? document : ({ ...document, id } as MessageDocument);
    return this.#options.selection.reasonOf(known) === undefined;
  }

  /** Titles of topics, where the paths name them. */
  async #learnTopics(chat: Chat): Promise<void> {
    if (!this.#options.template.fields.has('topic') || this.#titles.has(chat.id)) return;
    const topics = await this.#topics.of(chat);
    this.#titles.set(chat.id, new Map(topics.map(({ id, title }) => [id, title])));
  }

  #chosen(chat: Chat, part: FileOfPage): ChosenFile {
    const { message, file } = part;
    const refused = this.#refusal(chat, message);
    return {
      planned: this.#planned(chat, part),
      spot: file.spot,
      mediaId: file.mediaId,
      mime: file.mime,
      file: file.file,
      key: `${BigInt.asUintN(64, file.mediaId).toString(36)}${file.variant}`,
      chat,
      message: message as Api.Message,
      ...(refused !== undefined && { refused }),
    };
  }

  #refusal(chat: Chat, message: HistoryMessage): TelepiError | undefined {
    try {
      refuseProtectedMessage(message, chat, this.#options.allowProtected);
      return undefined;
    } catch (error) {
      if (error instanceof TelepiError) return error;
      throw error;
    }
  }

  #planned(chat: Chat, { document, file, index, message }: FileOfPage): PlannedFile {
    const { client, template } = this.#options;
    const { author, topic } = 'date' in document ? document : {};
    const sender = author === undefined ? undefined : (client.users.nameOf(author) ?? String(author));
    const album = document.kind === 'message' ? document.album : undefined;
    const path = template.pathOf({
      chat: chat.title,
      chatId: chat.id,
      topic: topic === undefined ? undefined : this.#titles.get(chat.id)?.get(topic),
      sender,
      date: message.date,
      kind: file.kind,
      id: message.id,
      index,
      album,
      name: file.name,
      extension: file.extension,
    });
    return {
      chatId: chat.id,
      chatTitle: chat.title,
      messageId: message.id,
      index,
      kind: file.kind,
      name: file.name ?? file.file.name,
      size: file.file.size,
      date: message.date,
      ...(sender !== undefined && { sender }),
      path,
    };
  }
}

interface FileOfPage extends ReadMessage {
  readonly file: MessageFile;
  readonly index: number;
}
