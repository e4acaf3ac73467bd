import type { ExportedChat } from '../desktop/chat.js';
import type { ExportedMessage } from '../exported.js';
import type { PlacedFiles } from '../files/place-files.js';
import type { LocalTime } from '../local-time.js';
import type { NamesOnDemand } from '../names.js';

export type Format = 'desktop' | 'jsonl' | 'csv' | 'html' | 'rss' | 'json-feed';

/** Where an export is written, and what all formats need. */
export interface FormatScene {
  /** The export's folder, absolute. */
  readonly folder: string;
  readonly temporary: string;
  readonly account: ExportAccount;
  /** Absent for an account's chats. */
  readonly chat: ExportedChat | undefined;
  readonly names: NamesOnDemand;
  readonly time: LocalTime;
  readonly strict: boolean;
  /** The version of TelePi. */
  readonly version: string;
  /** The link to a message; undefined if Telegram has none. */
  readonly linkOf: (chat: ExportedChat, messageId: number) => string | undefined;
}

export interface ExportAccount {
  readonly id: number;
  readonly name?: string | undefined;
}

/** A message with its files, in its chat. */
export interface MessageToWrite {
  readonly message: ExportedMessage;
  /** What is added to its id. */
  readonly shift: number;
  readonly files: PlacedFiles;
}

/** What writes an export: chats one after another, the messages of each in order. */
export interface FormatWriter {
  /** `prefix`: of the chat's own files, empty or with a slash at its end. */
  beginChat(chat: ExportedChat, prefix: string): Promise<void>;
  message(message: MessageToWrite): Promise<void>;
  endChat(): Promise<void>;
  /** Gives the files their names. Returns their paths below the folder, and how many of them say something new. */
  finish(): Promise<WrittenTexts>;
  /** Leaves no trace of what isn't finished. May be called after `finish`. */
  abandon(): Promise<void>;
}

export interface WrittenTexts {
  readonly paths: readonly string[];
  readonly changed: number;
}
