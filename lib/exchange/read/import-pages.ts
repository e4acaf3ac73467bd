import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FailedError } from '../../base/errors.js';
import type { MessageDocument, PostDocument } from '../../messages/document/document.js';
import type { FileKind } from '../../messages/document/file.js';
import type { Media } from '../../messages/document/media.js';
import { saveExportChat } from './chat-target.js';
import type { NamedFile } from './export-files.js';
import { present } from './fields.js';
import { type ChatTally, type FileTally, type ImportOptions, leave } from './import-options.js';
import { type Incoming, Intake } from './intake.js';
import { pageDate } from './page-date.js';
import { type PageMessage, readPage } from './page-parser.js';

/** How many messages are imported at once, at least. */
const MOST_MESSAGES = 250;

/**
 * Imports the pages of an export of one chat, `messages.html`, `messages2.html` and so on. They hold less than a result.json: no id
 * of the chat (`chatId` of the options) or of people, and of notes no date.
 * @throws FailedError IMPORT_UNREADABLE for a page without messages
 */
export async function importPages(path: string, options: ImportOptions): Promise<FileTally> {
  const { chatId } = options;
  if (chatId === undefined) {
    throw new FailedError(
      'IMPORT_WITHOUT_CHAT',
      'Pages of Telegram Desktop do not say which chat they are of: add --chat with its id, as telepi chats lists it.',
    );
  }
  const pages = new PageImport(await Intake.of(path, options), chatId);
  for (const page of await pagesOf(path)) await pages.read(page);
  return pages.finish();
}

/** The page, and the pages behind it. */
async function pagesOf(path: string): Promise<readonly string[]> {
  if (basename(path) !== 'messages.html') return [path];
  const folder = dirname(path);
  const numbers = (await readdir(folder)).flatMap((name) => /^messages(\d+)\.html$/.exec(name)?.[1] ?? []);
  const others = numbers.map(Number).sort((one, other) => one - other);
  return [path, ...others.map((number) => join(folder, `messages${number}.html`))];
}

class PageImport {
  readonly #intake: Intake;
  readonly #chatId: number;
  #title: string | undefined;
  #tally: ChatTally | undefined;
  #waiting: Incoming[] = [];
  #from: string | undefined;
  #date = 0;
  #messages = 0;

  constructor(intake: Intake, chatId: number) {
    this.#intake = intake;
    this.#chatId = chatId;
  }

  async read(page: string): Promise<void> {
    const { signal, onProgress } = this.#intake.options;
    const events = {
      onTitle: (title: string) => {
        this.#title ??= title;
      },
      onMessage: (message: PageMessage) => this.#add(message),
    };
    for await (const _ of readPage(page, events)) {
      signal.throwIfAborted();
      if (this.#waiting.length >= MOST_MESSAGES) await this.#flush();
    }
    await this.#flush();
    onProgress({ bytes: 1, size: 1, messages: this.#messages });
  }

  finish(): FileTally {
    if (this.#messages > 0) return this.#intake.tally;
    throw new FailedError(
      'IMPORT_UNREADABLE',
      this.#intake.tally.left.size > 0
        ? "The messages of the page have no dates in Telegram Desktop's form: of what telepi export has written, import result.json or messages.jsonl."
        : 'The page holds no messages of Telegram Desktop: choose the messages.html of an export.',
    );
  }

  #add(message: PageMessage): void {
    const date =
      pageDate(message.date, this.#intake.options.dates) ?? (message.isService ? this.#date : undefined);
    // A note in front of all others has no date that anybody could guess.
    if (date === undefined || date === 0) {
      leave(this.#intake.tally, 'the page shows no date for it');
      return;
    }
    this.#date = date;
    this.#messages += 1;
    if (!message.isService && !message.isJoined) this.#from = message.from;
    const from = message.isService ? undefined : this.#from;
    this.#waiting.push({
      document: documentOf(message, { chat: this.#chatId, date, from }),
      file: fileOf(message),
    });
  }

  async #flush(): Promise<void> {
    const messages = this.#waiting;
    this.#waiting = [];
    if (messages.length === 0) return;
    this.#tally ??= await this.#open();
    await this.#intake.take(messages, this.#tally);
  }

  async #open(): Promise<ChatTally> {
    const { store, writer, accountId } = this.#intake.options;
    const title = this.#title;
    if (store) {
      await store.keep();
      await saveExportChat(store.db, writer, accountId, { chatId: this.#chatId, type: 'unknown', title });
    }
    return this.#intake.chat(this.#chatId, title);
  }
}

interface Known {
  readonly chat: number;
  readonly date: number;
  readonly from: string | undefined;
}

function documentOf(message: PageMessage, { chat, date, from }: Known): MessageDocument {
  const head = { version: 1 as const, id: message.id, chat, date };
  const keys = present<Record<string, unknown>>({
    from,
    forwarded_date: message.forwardedDate,
    media: message.media,
    title: message.title,
    description: message.description,
    status: message.status,
    path: message.path,
    // The page shows none: it is that of the message before.
    is_date_guessed: message.isService ? true : undefined,
  });
  const imported = { form: 'messages.html' as const, keys };
  if (message.isService) {
    return {
      ...head,
      kind: 'service',
      flags: {},
      action: { kind: 'custom', text: message.text.text },
      imported,
    };
  }
  const document: PostDocument = {
    ...head,
    kind: 'message',
    flags: {},
    ...message.text,
    ...(message.media !== undefined && mediaOf(message.media)),
    ...(message.forwardedFrom !== undefined && { forward: { fromName: message.forwardedFrom } }),
    ...(message.replyTo !== undefined && { reply: { kind: 'message', id: message.replyTo } }),
    ...(message.signature !== undefined && { signature: message.signature }),
  };
  return Object.keys(keys).length > 0 ? { ...document, imported } : document;
}

const KINDS: Readonly<Record<string, FileKind | 'photo'>> = {
  photo: 'photo',
  video_file: 'video',
  video: 'video',
  animated: 'animation',
  sticker: 'sticker',
  voice_message: 'voice',
  audio_file: 'audio',
  file: 'file',
};

function mediaOf(word: string): { readonly media?: Media } {
  const kind = KINDS[word];
  return kind === undefined ? {} : { media: { kind } };
}

function fileOf({ path, media, title }: PageMessage): NamedFile | undefined {
  if (path === undefined) return undefined;
  const name = media === 'file' ? title : undefined;
  return { path, name, size: undefined, mime: undefined };
}
