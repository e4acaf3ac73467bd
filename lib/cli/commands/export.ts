import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { LEDGER_FILE } from '../../ledger/ledger-file.js';
import type { OpenStore } from '../../store/open-store.js';
import { peerNames } from '../../store/read/peer-names.js';
import type { ActionState } from '../../store/tables/schema.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { Buckets } from '../export/buckets.js';
import { type ChosenChats, chatsToExport } from '../export/chats-to-export.js';
import { findFiles } from '../export/find-files.js';
import { exportLive } from '../export/live.js';
import { type ExportRequest, readExport } from '../export/request.js';
import { type ExportSource, rehearseExport, writeExport } from '../export/write-export.js';
import { openArchive } from '../open-archive.js';

/** `telepi export`: writes what the store has kept into a folder, in a format of other programs. Connects to Telegram with --live alone. */
export async function exportCommand(context: CommandContext): Promise<number> {
  const request = await readExport(context);
  if (request.isLive) {
    await exportLive(context, request);
    return ExitStatus.done;
  }
  const { settings } = request;
  if (!settings.database && !existsSync(join(settings.dataDir, LEDGER_FILE))) throw nothingKept();
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  const buckets = new Buckets(settings.s3, context.clock);
  try {
    const chosen = await chatsToExport(store.db, request, context.signal);
    const source = sourceOf(context, { store, chosen, buckets });
    if (request.isDryRun) await rehearseExport(context, request, source);
    else await writeLogged(context, request, source, store);
    return ExitStatus.done;
  } finally {
    buckets.close();
    await store.close();
  }
}

function sourceOf(
  { signal }: CommandContext,
  {
    store: { db },
    chosen,
    buckets,
  }: { readonly store: OpenStore; readonly chosen: ChosenChats; readonly buckets: Buckets },
): ExportSource {
  const { accountId } = chosen;
  return {
    chosen,
    findNames: (peers) => peerNames(db, accountId, peers),
    findFiles: findFiles({ db, accountId, host: hostname(), buckets, signal }),
    help: 'telepi download --media-type all keeps the files of messages, and --dedupe copy the ones that another machine has.',
  };
}

function nothingKept(): UsageError {
  return new UsageError(
    'EXPORT_NOTHING',
    'TelePi has kept no messages that could be exported: run telepi download first, which keeps the ones that it reads.',
  );
}

/** With entries in the log of actions when it begins and how it ends. */
async function writeLogged(
  context: CommandContext,
  request: ExportRequest,
  source: ExportSource,
  store: OpenStore,
): Promise<void> {
  const log = async (state: ActionState, counts: Readonly<Record<string, number>> = {}): Promise<void> => {
    await store.writer.logAction({
      entryId: context.random.bytes(16).toString('hex'),
      accountId: source.chosen.accountId,
      action: 'export',
      state,
      userName: userName(),
      arguments: argumentsOf(context, request),
      counts,
    });
  };
  await log('started');
  let isWritten = false;
  try {
    await writeExport(context, request, source, async ({ messages, files, bytes, missing, chats }) => {
      isWritten = true;
      await log('completed', { chats, messages, files, bytes, missing });
    });
  } catch (error) {
    if (!isWritten) await log(context.signal.aborted ? 'cancelled' : 'failed');
    throw error;
  }
}

/** For the log of actions: what was asked for, without secrets. */
function argumentsOf(
  { flags, redactor }: CommandContext,
  { output, format, way }: ExportRequest,
): Readonly<Record<string, unknown>> {
  const asked = { command: 'export', folder: output, format, media: way, flags };
  return redactor.value(asked) as Readonly<Record<string, unknown>>;
}
