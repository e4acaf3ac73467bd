import type { ChatTally, FileTally } from '../../exchange/read/import-options.js';
import type { Output } from '../output.js';
import { count } from '../progress/words.js';

/** Says what became of a file; `isDry`: nothing was written. */
export function reportFile(output: Output, path: string, tally: FileTally, isDry: boolean): void {
  output.line(`${path}:`);
  for (const chat of tally.chats) {
    output.line(`  ${nameOf(chat)}: ${wordsOf(chat, isDry)}`);
    output.record({ event: 'chat', file: path, ...chat });
  }
  for (const [reason, { count: messages, at }] of tally.left) {
    output.line(`  ${messages} left because ${reason}${at === undefined ? '' : `, the first at byte ${at}`}`);
    output.record({ event: 'left', file: path, reason, messages, ...(at !== undefined && { at }) });
  }
  reportFiles(output, path, tally, isDry);
  if (tally.cut) {
    const { offset, bytes } = tally.cut;
    output.line(
      `  The file ends before its JSON does: ${count(bytes, 'byte')} from byte ${offset} on hold no whole message. Export the chat again for what is missing.`,
    );
    output.record({ event: 'cut', file: path, offset, bytes });
  }
}

/** Whether everything that the file should hold was taken over. */
export function isWholeImport({ left, refused, cut }: FileTally): boolean {
  return left.size === 0 && refused.length === 0 && !cut;
}

function nameOf({ title, chatId }: ChatTally): string {
  return title === undefined ? String(chatId) : `${title} (${chatId})`;
}

function wordsOf({ messages, added, changed, unchanged }: ChatTally, isDry: boolean): string {
  const all = count(messages, 'message');
  return isDry ? all : `${all}; ${added} added, ${changed} changed, ${unchanged} known before`;
}

function reportFiles(output: Output, path: string, { files, refused }: FileTally, isDry: boolean): void {
  const { noted, known, missing } = files;
  if (noted + known + missing > 0) {
    const found = isDry ? `${count(noted, 'file')} there` : `${count(noted, 'file')} noted`;
    output.line(`  ${found}, ${known} known before, ${missing} not in the folder`);
    output.record({ event: 'files', file: path, noted, known, missing });
  }
  for (const each of refused) {
    output.line(`  Not followed, since it leads out of the export's folder: ${each}`);
    output.record({ event: 'refused', file: path, path: each });
  }
}
