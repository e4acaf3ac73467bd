import { FailedError } from '../../base/errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { ByteWindow } from './byte-window.js';
import { type ExportChat, exportChat, olderChat, saveExportChat } from './chat-target.js';
import { parsedOrNothing } from './commerce.js';
import { namedFile } from './export-files.js';
import { isObject } from './fields.js';
import { type ChatTally, type FileTally, type ImportOptions, leave } from './import-options.js';
import { type Incoming, Intake } from './intake.js';
import { type ReadScene, readMessage } from './message.js';
import type { RawValue } from './raw-value.js';
import { accountOfHead, type ChatHead, readResult } from './result-json.js';
import { TopicFinder } from './topics.js';

/**
 * Imports a result.json of Telegram Desktop into the store, chat by chat. Repeating it changes nothing, so an import that was
 * interrupted is completed by the same import.
 * @throws FailedError IMPORT_UNREADABLE for a file that holds no export; UsageError IMPORT_OTHER_ACCOUNT
 */
export async function importResult(path: string, options: ImportOptions): Promise<FileTally> {
  const file = await ByteWindow.open(path);
  try {
    return await new ResultImport(await Intake.of(path, options)).run(file);
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
  readonly #intake: Intake;
  readonly #options: ImportOptions;
  #head: ChatHead = {};
  #chat: OpenChat | 'unknown' | undefined;
  #messages = 0;

  constructor(intake: Intake) {
    this.#intake = intake;
    this.#options = intake.options;
  }

  async run(file: ByteWindow): Promise<FileTally> {
    const { signal, onProgress } = this.#options;
    const { tally } = this.#intake;
    for await (const event of readResult(file)) {
      signal.throwIfAborted();
      if (event.kind === 'account') this.#intake.checkAccount(event.userId);
      else if (event.kind === 'chat') await this.#begin(event.head);
      else if (event.kind === 'cut') tally.cut = event;
      else await this.#take(event.values);
      onProgress({ bytes: file.offset, size: file.size, messages: this.#messages });
    }
    await this.#end();
    return tally;
  }

  async #begin(head: ChatHead): Promise<void> {
    await this.#end();
    const account = accountOfHead(head);
    if (account !== undefined) this.#intake.checkAccount(account);
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
      leave(this.#intake.tally, `the chat has a type that TelePi doesn't know (${String(this.#head.type)})`);
      return 'unknown';
    }
    const { store, accountId, writer } = this.#options;
    const key = { accountId, chatId: chat.chatId };
    const topics = store && (await TopicFinder.of(store.db, key));
    const scene = {
      chat: chat.chatId,
      older: await olderChat(store?.db, key, this.#options.older),
      isChannel: chat.type === 'channel',
      self: accountId,
      dates: this.#options.dates,
      onName: (peer: number, name: string) => this.#intake.names.note(peer, name),
    };
    const title = this.#titleOf(chat, topics, first, scene);
    if (store) {
      await store.keep();
      await saveExportChat(store.db, writer, accountId, { ...chat, title });
    }
    return { scene, tally: this.#intake.chat(chat.chatId, title), topics };
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
      for (const _ of values) leave(this.#intake.tally, "its chat isn't known");
      return;
    }
    const { scene, tally, topics } = this.#chat;
    const messages: Incoming[] = [];
    for (const value of values) {
      const read = readMessage(value, scene);
      if ('problem' in read) leave(this.#intake.tally, read.problem, value.offset);
      else messages.push('keys' in read ? { document: read.document, file: namedFile(read.keys) } : read);
    }
    const whole = new Set<MessageDocument>();
    for (const { document, isWhole } of messages) if (isWhole) whole.add(document);
    const placed = await topics?.placed(
      messages.map(({ document }) => document),
      whole,
    );
    const items = placed
      ? messages.map((message, index) => ({ ...message, document: placed[index] as MessageDocument }))
      : messages;
    await this.#intake.take(items, tally);
  }
}

/** Another app writes backups of the same name in a form of its own. */
function refuseOthers(first: RawValue | undefined): void {
  const message = first && parsedOrNothing(first.text);
  if (!isObject(message) || typeof message['date'] !== 'number') return;
  throw new FailedError(
    'IMPORT_UNREADABLE',
    'The file was written by another app than Telegram Desktop, in a form of its own: export the chat with Telegram Desktop.',
  );
}
