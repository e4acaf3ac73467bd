import { FailedError } from '../../base/errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { CHAT_TYPES, type ChatType } from '../../store/tables/schema.js';
import { ByteWindow } from './byte-window.js';
import { type ExportChat, saveExportChat } from './chat-target.js';
import { parsedOrNothing } from './commerce.js';
import { isObject, type JsonObject } from './fields.js';
import { type ChatTally, type FileTally, type ImportOptions, leave } from './import-options.js';
import { type Incoming, Intake } from './intake.js';
import { ownDocument, withOwnKeys } from './own-document.js';

/** How many messages come at once, at most. */
const MOST_MESSAGES = 250;
/** Long ones come fewer at a time: from this many characters on, since they would take much memory. */
const MANY_CHARACTERS = 2 ** 20;

/**
 * Imports what `telepi export --format jsonl` has written: a document a line, with its account. Lines are in any order, and of any
 * chats.
 * @throws FailedError IMPORT_UNREADABLE for another file; UsageError IMPORT_OTHER_ACCOUNT
 */
export async function importLines(path: string, options: ImportOptions): Promise<FileTally> {
  const file = await ByteWindow.open(path);
  try {
    const lines = new LineImport(await Intake.of(path, options));
    for (let line = await file.line(); line; line = await file.line()) {
      options.signal.throwIfAborted();
      if (await lines.take(line, file.size))
        options.onProgress({ bytes: file.offset, size: file.size, messages: lines.messages });
    }
    return await lines.finish();
  } finally {
    await file.close();
  }
}

function notLines(): FailedError {
  return new FailedError(
    'IMPORT_UNREADABLE',
    'The file holds no messages line by line: choose one that telepi export --format jsonl has written.',
  );
}

type FileLine = NonNullable<Awaited<ReturnType<ByteWindow['line']>>>;

class LineImport {
  messages = 0;
  readonly #intake: Intake;
  #waiting: Incoming[] = [];
  #characters = 0;
  /** What lines have said of chats, and isn't saved yet. */
  readonly #said = new Map<number, ExportChat>();
  readonly #named = new Set<number>();
  #isOwn = false;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** Returns whether lines that have waited are in the store now. `size`: of the file, in bytes. */
  async take({ text, offset, isWhole }: FileLine, size: number): Promise<boolean> {
    if (text.trim() === '') return false;
    const value = parsedOrNothing(text);
    const message = isObject(value) ? this.#read(value) : undefined;
    if (!message) {
      if (isWhole) leave(this.#intake.tally, 'the line holds no document of TelePi', offset);
      else this.#intake.tally.cut = { offset, bytes: size - offset };
      return false;
    }
    this.messages += 1;
    this.#waiting.push(message);
    this.#characters += text.length;
    if (this.#waiting.length < MOST_MESSAGES && this.#characters < MANY_CHARACTERS) return false;
    await this.#flush();
    return true;
  }

  async finish(): Promise<FileTally> {
    await this.#flush();
    const { tally } = this.#intake;
    if (!this.#isOwn && (tally.left.size > 0 || tally.cut)) throw notLines();
    return tally;
  }

  #read({ account, chat, author, document: value, deletedAt, files }: JsonObject): Incoming | undefined {
    const document = ownDocument(value);
    if (!document) return undefined;
    if (Number.isSafeInteger(account)) this.#intake.checkAccount(account as number);
    this.#isOwn = true;
    this.#note(document, chat, author);
    const deleted = Number.isSafeInteger(deletedAt) ? (deletedAt as number) : undefined;
    return withOwnKeys(document, { deletedAt: deleted, files });
  }

  #note(document: MessageDocument, chat: unknown, author: unknown): void {
    const chatId = document.chat as number;
    if (isObject(chat) && !this.#named.has(chatId)) {
      const { type, title, username } = chat;
      this.#named.add(chatId);
      this.#said.set(chatId, {
        chatId,
        type: CHAT_TYPES.find((each) => each === type) ?? typeOf(chatId),
        title: typeof title === 'string' ? title : undefined,
        username: typeof username === 'string' ? username : undefined,
      });
    }
    if (typeof author === 'string' && 'author' in document && document.author !== undefined)
      this.#intake.names.note(document.author, author);
  }

  async #flush(): Promise<void> {
    const messages = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    const chats = new Map<number, Incoming[]>();
    for (const message of messages) {
      const chatId = message.document.chat as number;
      const others = chats.get(chatId);
      if (others) others.push(message);
      else chats.set(chatId, [message]);
    }
    for (const [chatId, ofChat] of chats) await this.#intake.take(ofChat, await this.#chat(chatId));
  }

  /** Lines of before say nothing of a chat beyond its id. */
  async #chat(chatId: number): Promise<ChatTally> {
    const { store, writer, accountId } = this.#intake.options;
    const said = this.#said.get(chatId);
    this.#said.delete(chatId);
    if (store && (said || !this.#intake.tally.chats.some((chat) => chat.chatId === chatId))) {
      await store.keep();
      await saveExportChat(
        store.db,
        writer,
        accountId,
        said ?? { chatId, type: typeOf(chatId), title: undefined },
      );
    }
    return this.#intake.chat(chatId, said?.title);
  }
}

function typeOf(chatId: number): ChatType {
  if (chatId > 0) return 'private';
  return chatId < CHANNELS ? 'unknown' : 'group';
}

/** Marked ids of channels and supergroups are below it. */
const CHANNELS = -1_000_000_000_000;
