import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../base/bytes.js';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import type { ExportSummary } from '../../exchange/export.js';
import { exportChats } from '../../exchange/export.js';
import { LEDGER_FILE } from '../../ledger/ledger-file.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import type { OpenStore } from '../../store/open-store.js';
import { peerNames } from '../../store/read/peer-names.js';
import type { ActionState } from '../../store/tables/schema.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { messageLink } from '../../telegram/message-link.js';
import type { CommandContext } from '../command.js';
import { Buckets } from '../export/buckets.js';
import { type ChosenChats, chatsToExport } from '../export/chats-to-export.js';
import { findFiles } from '../export/find-files.js';
import { exportReporter, progressWords } from '../export/progress.js';
import { type ExportRequest, readExport } from '../export/request.js';
import { openArchive } from '../open-archive.js';
import { count } from '../progress/words.js';
import { readVersion } from '../version.js';

/** `telepi export`: writes what the store has kept into a folder, in a format of other programs. Needs no connection to Telegram. */
export async function exportCommand(context: CommandContext): Promise<number> {
  const request = await readExport(context);
  const { settings } = request;
  if (!settings.database && !existsSync(join(settings.dataDir, LEDGER_FILE))) throw nothingKept();
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  const buckets = new Buckets(settings.s3, context.clock);
  try {
    const chosen = await chatsToExport(store.db, request, context.signal);
    const work: Work = { context, request, store, chosen, buckets };
    if (request.isDryRun) await rehearse(work);
    else await writeLogged(work);
    return ExitStatus.done;
  } finally {
    buckets.close();
    await store.close();
  }
}

interface Work {
  readonly context: CommandContext;
  readonly request: ExportRequest;
  readonly store: OpenStore;
  readonly chosen: ChosenChats;
  readonly buckets: Buckets;
}

function nothingKept(): UsageError {
  return new UsageError(
    'EXPORT_NOTHING',
    'TelePi has kept no messages that could be exported: run telepi download first, which keeps the ones that it reads.',
  );
}

/** With entries in the log of actions when it begins and how it ends. */
async function writeLogged(work: Work): Promise<void> {
  const { context, store, chosen } = work;
  const log = async (state: ActionState, counts: Readonly<Record<string, number>> = {}): Promise<void> => {
    await store.writer.logAction({
      entryId: context.random.bytes(16).toString('hex'),
      accountId: chosen.accountId,
      action: 'export',
      state,
      userName: userName(),
      arguments: argumentsOf(context, work.request),
      counts,
    });
  };
  await log('started');
  let summary: ExportSummary;
  try {
    summary = await write(work);
  } catch (error) {
    await log(context.signal.aborted ? 'cancelled' : 'failed');
    throw error;
  }
  const { messages, files, bytes, missing, chats } = summary;
  await log('completed', { chats, messages, files, bytes, missing });
  sayEnd(work, summary);
}

/** For the log of actions: what was asked for, without secrets. */
function argumentsOf(
  { flags, redactor }: CommandContext,
  { output, format, way }: ExportRequest,
): Readonly<Record<string, unknown>> {
  const asked = { command: 'export', folder: output, format, media: way, flags };
  return redactor.value(asked) as Readonly<Record<string, unknown>>;
}

async function write({ context, request, store, chosen, buckets }: Work): Promise<ExportSummary> {
  const { clock, signal } = context;
  const { accountId, chat, chats } = chosen;
  const { output, format, way, strict, time } = request;
  const names = (peers: readonly number[]) => peerNames(store.db, accountId, peers);
  const own = (await names([accountId])).get(accountId);
  const reporter = exportReporter(context);
  try {
    return await exportChats({
      ...{ output, format, way, strict, time, chat, chats, signal },
      day: time.iso(Math.floor(clock.now() / 1000)).slice(0, 10),
      account: { id: accountId, name: own?.name },
      version: readVersion(),
      findNames: names,
      findFiles: findFiles({ db: store.db, accountId, host: hostname(), buckets, signal }),
      linkOf: ({ id, username }, messageId) =>
        messageLink({ id, ...(username !== undefined && { username }) }, messageId),
      onProgress: (progress) => reporter.show(progress),
    });
  } finally {
    await reporter.close();
  }
}

function sayEnd({ context: { output } }: Work, summary: ExportSummary): void {
  const { folder, missing, texts, changedTexts, isContinued } = summary;
  const news = changedTexts === 0 ? 'nothing has changed in ' : '';
  output.line(
    `Exported ${progressWords(summary)} into ${folder}${isContinued ? ', which an earlier export had begun' : ''}: ${news}${texts.join(', ')}.`,
  );
  if (missing > 0) {
    const them = missing === 1 ? 'is' : 'are';
    output.note(
      `${count(missing, 'file')} can't be reached, and ${them} marked as unavailable: telepi download --media-type all keeps the files of messages, and --dedupe copy the ones that another machine has.`,
    );
  }
  output.record({ event: 'end', ...summary });
}

/** Reads everything, and writes nothing. */
async function rehearse({ context, request, store, chosen, buckets }: Work): Promise<void> {
  const { output, signal } = context;
  const { accountId, chats } = chosen;
  const find = findFiles({ db: store.db, accountId, host: hostname(), buckets, signal });
  const total = { messages: 0, files: 0, bytes: 0, missing: 0 };
  for (const { pages } of chats) {
    for await (const { messages } of pages) {
      const found = await find(messages);
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
