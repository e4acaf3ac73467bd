import { csvRow } from '../../base/csv.js';
import { serviceWords } from '../../messages/cards/service.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { isStored } from '../../messages/document/file.js';
import type { ExportedChat } from '../desktop/chat.js';
import type { FormatScene, FormatWriter, MessageToWrite, WrittenTexts } from './format.js';
import { OneFile } from './one-file.js';
import { shownMessage } from './shown-message.js';

/** A table of messages for spreadsheets, one row each: RFC 4180, in UTF-8, and safe against formulas. */
export class CsvWriter implements FormatWriter {
  readonly #scene: FormatScene;
  readonly #file: OneFile;
  #chat: ExportedChat | undefined;

  private constructor(scene: FormatScene, file: OneFile) {
    this.#scene = scene;
    this.#file = file;
  }

  static async begin(scene: FormatScene): Promise<CsvWriter> {
    const file = await OneFile.begin(scene, 'messages.csv');
    await file.write(csvRow(COLUMNS));
    return new CsvWriter(scene, file);
  }

  async beginChat(chat: ExportedChat): Promise<void> {
    this.#chat = chat;
  }

  async message({ message, shift, files }: MessageToWrite): Promise<void> {
    const { document, status, deletedAt, version } = message;
    const chat = this.#chat as ExportedChat;
    const { names, time, linkOf, account } = this.#scene;
    const at = (seconds: number | undefined): string | undefined =>
      seconds === undefined ? undefined : time.iso(seconds);
    const row = await names.with(() => {
      const shown = shownMessage(document, { names, self: account.id });
      return [
        chat.id,
        chat.title,
        document.id + shift,
        at('date' in document ? document.date : undefined),
        shown.senderId,
        shown.sender,
        document.kind,
        shown.media,
        textOf(document),
        files.all[0]?.path,
        fileFacts(document)?.name,
        fileFacts(document)?.size,
        fileFacts(document)?.mime,
        replyOf(document, shift),
        'topic' in document ? document.topic : undefined,
        document.kind === 'message' ? document.album : undefined,
        shown.forwardedFrom,
        document.kind === 'message' ? document.views : undefined,
        document.kind === 'message' ? document.forwards : undefined,
        shown.reactions,
        at(document.kind === 'message' ? document.editDate : undefined),
        deletedAt === undefined ? undefined : at(Math.floor(deletedAt / 1000)),
        status,
        version,
        shift === 0 ? linkOf(chat, document.id) : undefined,
      ];
    });
    await this.#file.write(csvRow(row));
  }

  async endChat(): Promise<void> {}

  finish(): Promise<WrittenTexts> {
    return this.#file.finish();
  }

  abandon(): Promise<void> {
    return this.#file.abandon();
  }
}

const COLUMNS = [
  'chat_id',
  'chat',
  'message_id',
  'date',
  'sender_id',
  'sender',
  'kind',
  'media',
  'text',
  'file',
  'file_name',
  'file_size',
  'mime_type',
  'reply_to',
  'topic',
  'album',
  'forwarded_from',
  'views',
  'forwards',
  'reactions',
  'edited',
  'deleted',
  'status',
  'versions',
  'link',
] as const;

function textOf(document: MessageDocument): string | undefined {
  if (document.kind === 'message') return document.text;
  return document.kind === 'service' ? serviceWords(document.action) : undefined;
}

function replyOf(document: MessageDocument, shift: number): number | undefined {
  const reply = 'reply' in document ? document.reply : undefined;
  if (reply?.kind !== 'message' || reply.id === undefined) return undefined;
  return reply.chat === undefined ? reply.id + shift : reply.id;
}

interface Facts {
  readonly name?: string;
  readonly size: number;
  readonly mime: string;
}

function fileFacts(document: MessageDocument): Facts | undefined {
  const media = document.kind === 'message' ? document.media : undefined;
  if (!media) return undefined;
  if (media.kind === 'photo') return isStored(media.photo) ? media.photo.reference : undefined;
  return 'file' in media && isStored(media.file) ? media.file.reference : undefined;
}
