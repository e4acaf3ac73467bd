import type { Readable } from 'node:stream';
import type { MessageDocument } from '../messages/document/document.js';
import type { FileReference } from '../messages/document/file.js';
import type { ExportedChat } from './desktop/chat.js';

/** A message that is exported, with what an archive knows besides. */
export interface ExportedMessage {
  readonly document: MessageDocument;
  readonly status?: string;
  /** When it was seen to be gone from Telegram, in milliseconds since the epoch. */
  readonly deletedAt?: number;
  /** How many versions came before this one. */
  readonly version?: number;
}

/** Some messages of a chat, the oldest first. */
export interface ExportedPage {
  /** What is added to their ids: see DesktopScene. */
  readonly shift: number;
  readonly messages: readonly ExportedMessage[];
}

export interface ChatToExport {
  readonly chat: ExportedChat;
  /** By ascending ids, the older history of a supergroup first. */
  readonly pages: AsyncIterable<ExportedPage>;
}

/** Finds the files of some messages, wherever they rest. */
export type FindFiles = (messages: readonly ExportedMessage[]) => Promise<FilesOfPage>;

/** The file of a message; undefined when it is nowhere within reach. */
export type FilesOfPage = (document: MessageDocument, reference: FileReference) => FoundFile | undefined;

/** Where the content of a file is. */
export type FoundFile = FileOnDisk | FileElsewhere | FileToFetch;

interface FileFacts {
  /** In bytes. */
  readonly size: number;
  /** Lower-case hexadecimal; absent when nobody has computed it. */
  readonly sha256?: string | undefined;
}

export interface FileOnDisk extends FileFacts {
  /** Absolute. */
  readonly path: string;
}

export interface FileElsewhere extends FileFacts {
  /** Whoever opens it reads it to its end or destroys it. */
  open(signal: AbortSignal): Promise<Readable> | Readable;
}

export interface FileToFetch extends FileFacts {
  /** Names the content: a few letters, digits, `_` and `-`. */
  readonly key: string;
  /**
   * Writes the content to an absolute path, and continues what an earlier process left there. Resolves when it is durable, with
   * its SHA-256 in lower-case hexadecimal; undefined if it is gone. `onBytes` is called with how many bytes there are so far.
   */
  fetch(path: string, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<string | undefined>;
}
