import { dirname } from 'node:path';
import { FailedError, UsageError } from '../../base/errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { type DocumentToImport, importDocuments } from '../../store/tables/import-documents.js';
import { ByteWindow } from './byte-window.js';
import { type ExportChat, exportChat, olderChat, saveExportChat } from './chat-target.js';
import { ExportFiles, namedFile } from './export-files.js';
import type { JsonObject } from './fields.js';
import { FileNotes } from './file-notes.js';
import { type ChatTally, type FileTally, type ImportOptions, leave, newTally } from './import-options.js';
import { type ReadScene, readMessage } from './message.js';
import { NamesFound } from './names-found.js';
import type { RawValue } from './raw-value.js';
import { type ChatHead, readResult } from './result-json.js';
import { TopicFinder } from './topics.js';

/**
 * Imports a result.json of Telegram Desktop into the store, chat by chat. Repeating it changes nothing, so an import that was
 * interrupted is completed by the same import.
 * @throws FailedError IMPORT_UNREADABLE for a file that holds no export; UsageError IMPORT_OTHER_ACCOUNT
 */
export async function importResult(path: string, options: ImportOptions): Promise<FileTally> {
  const file = await ByteWindow.open(path);
  try {
    return await new ResultImport(options, await ExportFiles.of(dirname(path))).run(file);
  } finally {
    await file.close();
  }
}

interface OpenChat {
  readonly scene: ReadScene;
  readonly tally: ChatTally;
  readonly topics: TopicFinder | undefined;
}

class ResultImport {
  readonly #options: ImportOptions;
  readonly #tally = newTally();
  readonly #names = new NamesFound();
  readonly #notes: FileNotes;
  #head: ChatHead = {};
  #chat: OpenChat | 'unknown' | undefined;
  #messages = 0;

  constructor(options: ImportOptions, files: ExportFiles) {
    this.#options = options;
    this.#notes = new FileNotes(options, files, this.#tally);
  }

  async run(file: ByteWindow): Promise<FileTally> {
    const { signal, onProgress } = this.#options;
    for await (const event of readResult(file)) {
      signal.throwIfAborted();
      if (event.kind === 'account') this.#checkAccount(event.userId);
      else if (event.kind === 'chat') await this.#begin(event.head);
      else if (event.kind === 'cut') this.#tally.cut = event;
      else await this.#take(event.values);
      onProgress({ bytes: file.offset, size: file.size, messages: this.#messages });
    }
    await this.#end();
    return this.#tally;
  }

  #checkAccount(userId: number): void {
    const { accountId, isAccountGiven } = this.#options;
    if (userId === accountId || isAccountGiven) return;
    throw new UsageError(
      'IMPORT_OTHER_ACCOUNT',
      `The export is of the account ${userId}, and ${accountId} is signed in: add --account ${userId} to import it for its own account.`,
    );
  }

  async #begin(head: ChatHead): Promise<void> {
    await this.#end();
    this.#head = head;
    this.#options.dates.restart();
  }

  /** A chat without messages is known by its name all the same. */
  async #end(): Promise<void> {
    if (this.#chat === undefined && this.#head.id !== undefined) await this.#open([]);
    this.#chat = undefined;
    this.#head = {};
  }

  async #open(first: readonly RawValue[]): Promise<OpenChat | 'unknown'> {
    refuseOthers(first[0]);
    const chat = exportChat(this.#head, first);
    if (!chat) {
      leave(this.#tally, `the chat has a type that TelePi doesn't know (${String(this.#head.type)})`);
      return 'unknown';
    }
    const { store, accountId, writer } = this.#options;
    const key = { accountId, chatId: chat.chatId };
    const topics = store && (await TopicFinder.of(store.db, key));
    const scene = {
      chat: chat.chatId,
      older: await olderChat(store?.db, key, this.#head, this.#options.older),
      isChannel: chat.type === 'channel',
      self: accountId,
      dates: this.#options.dates,
      onName: (peer: number, name: string) => this.#names.note(peer, name),
    };
    const title = this.#titleOf(chat, topics, first, scene);
    if (store) {
      await store.keep();
      await saveExportChat(store.db, writer, accountId, { ...chat, title });
    }
    const tally = { chatId: chat.chatId, title, messages: 0, added: 0, changed: 0, unchanged: 0 };
    this.#tally.chats.push(tally);
    return { scene, tally, topics };
  }

  /** The export of a topic bears the topic's name. */
  #titleOf(
    { title }: ExportChat,
    topics: TopicFinder | undefined,
    first: readonly RawValue[],
    scene: ReadScene,
  ): string | undefined {
    const read = first[0] && readMessage(first[0], scene);
    const document = read && 'document' in read ? read.document : undefined;
    this.#options.dates.restart();
    return topics?.isOneTopic(title, document) ? undefined : title;
  }

  async #take(values: readonly RawValue[]): Promise<void> {
    this.#chat ??= await this.#open(values);
    this.#messages += values.length;
    if (this.#chat === 'unknown') {
      for (const _ of values) leave(this.#tally, "its chat isn't known");
      return;
    }
    const { scene, tally, topics } = this.#chat;
    const documents: MessageDocument[] = [];
    const keys: JsonObject[] = [];
    const whole = new Set<number>();
    for (const value of values) {
      const read = readMessage(value, scene);
      if ('problem' in read) leave(this.#tally, read.problem, value.offset);
      else {
        if (read.isWhole) whole.add(documents.length);
        documents.push(read.document);
        keys.push(read.keys);
      }
    }
    tally.messages += documents.length;
    const placed = (await topics?.placed(documents)) ?? documents;
    const items: DocumentToImport[] = [];
    for (const [index, document] of placed.entries()) {
      const named = namedFile(keys[index] as JsonObject);
      const file = named && (await this.#notes.fileOf(named, document));
      items.push({ document, isWhole: whole.has(index), file });
    }
    await this.#store(items, this.#chat);
  }

  async #store(items: readonly DocumentToImport[], { tally }: OpenChat): Promise<void> {
    const { store, writer, accountId } = this.#options;
    if (!store) return;
    for (const [chatId, ofChat] of byChat(items)) {
      await store.keep();
      const result = await importDocuments(store.db, writer, { accountId, chatId }, ofChat);
      tally.added += result.added;
      tally.changed += result.changed;
      tally.unchanged += result.unchanged;
    }
    await this.#names.save(store.db, writer, accountId);
    await this.#notes.save();
  }
}

/** Messages of the older group belong to a chat of their own. */
function byChat(items: readonly DocumentToImport[]): ReadonlyMap<number, readonly DocumentToImport[]> {
  const chats = new Map<number, DocumentToImport[]>();
  for (const item of items) {
    const chat = item.document.chat as number;
    const others = chats.get(chat);
    if (others) others.push(item);
    else chats.set(chat, [item]);
  }
  return chats;
}

/** Another app writes backups of the same name in a form of its own. */
function refuseOthers(first: RawValue | undefined): void {
  if (!first || !/"(?:media|action)"\s*:\s*\{/.test(first.text) || !/"date"\s*:\s*\d/.test(first.text))
    return;
  throw new FailedError(
    'IMPORT_UNREADABLE',
    'The file was written by another app than Telegram Desktop, in a form of its own: export the chat with Telegram Desktop.',
  );
}
