import { formatBytes } from '../../base/bytes.js';
import { type ExportSummary, exportChats } from '../../exchange/export.js';
import type { FindFiles } from '../../exchange/exported.js';
import type { FindNames } from '../../exchange/names.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { messageLink } from '../../telegram/message-link.js';
import type { CommandContext } from '../command.js';
import { count } from '../progress/words.js';
import { readVersion } from '../version.js';
import type { ChosenChats } from './chats-to-export.js';
import { exportReporter, progressWords } from './progress.js';
import type { ExportRequest } from './request.js';

/** Where an export takes from: the store, or Telegram. */
export interface ExportSource {
  readonly chosen: ChosenChats;
  readonly findNames: FindNames;
  readonly findFiles: FindFiles;
  /** What to do about files that are out of reach. */
  readonly help: string;
}

/** Writes the export that was asked for, shows how far it is, and says what became of it; `onWritten` comes before that. */
export async function writeExport(
  context: CommandContext,
  request: ExportRequest,
  source: ExportSource,
  onWritten: (summary: ExportSummary) => Promise<void> = async () => undefined,
): Promise<void> {
  const summary = await write(context, request, source);
  await onWritten(summary);
  sayEnd(context, summary, source);
}

async function write(
  context: CommandContext,
  { output, format, way, strict, time }: ExportRequest,
  { chosen: { accountId, chat, chats }, findNames, findFiles }: ExportSource,
): Promise<ExportSummary> {
  const { clock, signal } = context;
  const own = (await findNames([accountId])).get(accountId);
  const reporter = exportReporter(context);
  try {
    return await exportChats({
      ...{ output, format, way, strict, time, chat, chats, findNames, findFiles, signal },
      day: time.iso(Math.floor(clock.now() / 1000)).slice(0, 10),
      account: { id: accountId, name: own?.name },
      version: readVersion(),
      linkOf: ({ id, username }, messageId) =>
        messageLink({ id, ...(username !== undefined && { username }) }, messageId),
      onProgress: (progress) => reporter.show(progress),
    });
  } finally {
    await reporter.close();
  }
}

function sayEnd({ output }: CommandContext, summary: ExportSummary, { help }: ExportSource): void {
  const { folder, missing, texts, changedTexts, isContinued } = summary;
  const news = changedTexts === 0 ? 'nothing has changed in ' : '';
  output.line(
    `Exported ${progressWords(summary)} into ${folder}${isContinued ? ', which an earlier export had begun' : ''}: ${news}${texts.join(', ')}.`,
  );
  if (missing > 0) {
    const them = missing === 1 ? 'is' : 'are';
    output.note(`${count(missing, 'file')} can't be reached, and ${them} marked as unavailable: ${help}`);
  }
  output.record({ event: 'end', ...summary });
}

/** Reads everything, and writes nothing. */
export async function rehearseExport(
  { output }: CommandContext,
  request: ExportRequest,
  { chosen: { chats }, findFiles }: ExportSource,
): Promise<void> {
  const total = { messages: 0, files: 0, bytes: 0, missing: 0 };
  for (const { pages } of chats) {
    for await (const { messages } of pages) {
      const found = await findFiles(messages);
      total.messages += messages.length;
      for (const { document } of messages) {
        for (const { reference } of filesOfDocument(document)) {
          const file = found(document, reference);
          if (file) {
            total.files += 1;
            total.bytes += file.size;
          } else total.missing += 1;
        }
      }
    }
  }
  const away =
    total.missing === 0 ? '' : `; ${total.missing} more ${total.missing === 1 ? 'is' : 'are'} out of reach`;
  output.line(
    `Would export ${count(total.messages, 'message')} of ${count(chats.length, 'chat')} into ${request.output}, with ` +
      `${count(total.files, 'file')} of ${formatBytes(total.bytes)}${away}. Nothing was written.`,
  );
  output.record({ event: 'plan', chats: chats.length, ...total });
}
