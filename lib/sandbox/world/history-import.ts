import type { HistoryLine } from '../text/history-file.js';
import type { Media } from './message.js';
import type { PeerId } from './peer-id.js';

/** A history of another messenger on its way into a chat: messages.initHistoryImport and what follows. */
export interface HistoryImport {
  readonly id: bigint;
  readonly userId: number;
  readonly peer: PeerId;
  readonly lines: readonly HistoryLine[];
  /** The files, by the names that the lines give; nothing for one that isn't taken over. */
  readonly files: Map<string, { readonly media?: Media }>;
  started: boolean;
}
