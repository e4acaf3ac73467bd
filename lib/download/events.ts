import type { TransferProgress } from '../transfer/transfer.js';

/** A file that a download would fetch. */
export interface PlannedFile {
  /** Marked id of the chat that the message is in: for comments, the discussion group's. */
  readonly chatId: number;
  readonly chatTitle: string;
  readonly messageId: number;
  /** Which file of the message, from 0. */
  readonly index: number;
  /** Of the file, as `--kind` names it. */
  readonly kind: string;
  /** As its sender called it: not to be trusted. Without a name: made of its kind and id. */
  readonly name: string;
  /** Announced, in bytes. */
  readonly size: number;
  /** Of the message, in unix seconds. */
  readonly date: number;
  readonly sender?: string;
  /** From the template, with `/` between its components, under the place of the download. */
  readonly path: string;
  /** Where it is known to lie already. */
  readonly already?: KnownCopy;
  /** Of a plan: an earlier file of it has the same content. */
  readonly repeats?: true;
}

/** A copy of a file that an earlier download has left somewhere. */
export interface KnownCopy {
  /** Absolute, or in a bucket (`bucketRoot`). */
  readonly path: string;
  readonly host: string;
  /** Whether this host can read it, and found it there. */
  readonly reachable: boolean;
  /** Whether it is this very message's, and reachable: then it is neither linked nor copied. */
  readonly own: boolean;
}

/** What a download says as it happens. `file`: the same number in all events of one file, from 1. */
export type DownloadEvent =
  /** A chat begins to be read. */
  | { readonly kind: 'chat'; readonly chatId: number; readonly title: string }
  /** Totals so far: messages read, and files that are selected. `complete`: all has been read. */
  | {
      readonly kind: 'scanned';
      readonly messages: number;
      readonly files: number;
      readonly bytes: number;
      readonly complete: boolean;
    }
  /** `bytesBefore`: what an earlier run had left of it, as far as that is known yet. */
  | {
      readonly kind: 'started';
      readonly file: number;
      readonly planned: PlannedFile;
      readonly bytesBefore: number;
    }
  | { readonly kind: 'progress'; readonly file: number; readonly progress: TransferProgress }
  /** `path`: absolute, or in a bucket (`bucketRoot`). */
  | {
      readonly kind: 'done';
      readonly file: number;
      readonly path: string;
      readonly bytes: number;
      readonly how: 'downloaded' | 'linked' | 'copied';
    }
  /** Another process is downloading it: it is looked at again when the others are done. */
  | { readonly kind: 'busy'; readonly planned: PlannedFile }
  /** Files that are left wait for the hosts that download them, or until the claims of a host that died expire. */
  | { readonly kind: 'waiting'; readonly files: number; readonly hosts: readonly string[] }
  /** A copy lies there already. `file`: if it had begun. */
  | {
      readonly kind: 'skipped';
      readonly file?: number;
      readonly planned: PlannedFile;
      readonly path: string;
      readonly host: string;
    }
  /** An attempt has failed; the next one follows after `waitMs` milliseconds. */
  | {
      readonly kind: 'retry';
      readonly file: number;
      readonly attempt: number;
      readonly of: number;
      readonly error: string;
      readonly waitMs: number;
    }
  /** `code` is stable, `error` a sentence. */
  | {
      readonly kind: 'failed';
      readonly file?: number;
      readonly planned: PlannedFile;
      readonly code: string;
      readonly error: string;
    }
  /** A chat, or something of it, isn't read. */
  | ({ readonly kind: 'left_out' } & LeftOut)
  /** A message that was asked for by its id isn't there. */
  | ({ readonly kind: 'missing' } & MissingMessage)
  | { readonly kind: 'end'; readonly summary: DownloadSummary };

/** What a download has done. */
export interface DownloadSummary {
  /** Messages that were read. */
  readonly messages: number;
  /** Files that were selected: the sum of those downloaded, linked, copied, skipped and failed. */
  readonly files: number;
  readonly downloaded: number;
  /** Of the files that were downloaded. */
  readonly bytes: number;
  /** Of these, the bytes that an earlier run had left. */
  readonly kept: number;
  /** Bytes of files that came, and that are not complete: the next run continues behind them. */
  readonly begun: number;
  readonly skipped: number;
  readonly linked: number;
  readonly copied: number;
  readonly failed: readonly FailedFile[];
  /** Messages that were asked for by their ids, and that aren't there. */
  readonly missing: readonly MissingMessage[];
  /** What was wanted, and could not be read. */
  readonly leftOut: readonly LeftOut[];
  /** Of those skipped: how many lie on other hosts. */
  readonly elsewhere: readonly { readonly host: string; readonly files: number }[];
}

/** A chat, or something of it, that isn't read. */
export interface LeftOut {
  /** Undefined for a chat that is known by its @name alone. */
  readonly chatId: number | undefined;
  /** Undefined for a chat that is known by its id alone. */
  readonly title: string | undefined;
  /** A sentence's rest that begins with the chat. */
  readonly why: string;
}

/** A message by its chat's marked id and its own. */
export interface MissingMessage {
  readonly chatId: number;
  readonly messageId: number;
}

export interface FailedFile {
  readonly chatId: number;
  readonly messageId: number;
  readonly name: string;
  readonly code: string;
  readonly error: string;
}
