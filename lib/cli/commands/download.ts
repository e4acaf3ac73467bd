import { hostname } from 'node:os';
import { join } from 'node:path';
import { ExitStatus, NotSignedInError, UsageError } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { refuseEmptied } from '../../download/emptied.js';
import type { DownloadOptions, ReadOrder } from '../../download/options.js';
import { leaseHolder } from '../../ledger/job-lease.js';
import type { Selection } from '../../messages/selection/selection.js';
import { describeSettings } from '../../settings/settings.js';
import { specOf } from '../../settings/table.js';
import type { TelepiClient } from '../../telegram/client.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { SessionStore } from '../../telegram/session-store.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, notedWaits, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { CONNECTION } from '../connection-settings.js';
import { prepareFolder } from '../download/folder.js';
import { ofMediaTypes } from '../download/media-type.js';
import { openPlace, requirePlace } from '../download/open-place.js';
import { findReads } from '../download/reads.js';
import {
  criteriaOf,
  type DownloadRequest,
  isUndecided,
  readRequest,
  withoutStandingBounds,
} from '../download/request.js';
import { type Found, runDownload, sayWhatWouldBe } from '../download/run-download.js';
import { repeat } from '../download/schedule.js';
import { leftOutWords } from '../download/summary.js';
import { whyUnread } from '../download/unread.js';
import { asFailure } from '../failure.js';
import { keepGoodConnections, readGoodConnections } from '../good-connections.js';
import { openArchive } from '../open-archive.js';
import { CLAIMS_FOLDER, DOWNLOAD_LOG } from '../own-files.js';
import { formatTime } from '../progress/words.js';
import { isEnqueued } from '../queue/enqueue.js';
import { GLOBAL_FLAGS } from '../root-help.js';
import { openSelection, refuseSelection } from '../selection.js';
import { chats } from './chats.js';

/** `telepi download`: brings the files of messages to the disk or a bucket, once or by a schedule. */
export async function download(context: CommandContext): Promise<number> {
  if (context.flags['list-chats'] === true) return listChats(context);
  if (isEnqueued(context, 'download')) {
    const { enqueueDownload } = await import('../queue/enqueue-download.js');
    return enqueueDownload(context);
  }
  const request = await readRequest(context);
  context.log.info('settings_read', describeSettings(request.settings));
  const { schedule } = request;
  if (!schedule) return downloadOnce(context, request);
  const { output, clock, signal, log } = context;
  // What would fail each time, fails at once.
  await requirePlace(context, request.settings, true);
  await openSignedIn(context, request.settings);
  let worst: number = ExitStatus.done;
  let wasRight = false;
  const attempt = async (work: () => Promise<number>): Promise<void> => {
    try {
      worst = Math.max(worst, await work());
      wasRight = true;
    } catch (error) {
      const failure = asFailure(error, signal);
      // Nobody is asked what to do: what is wrong with the request stays wrong, and anything else may pass. A request that
      // was right once is right: a chat or the database may have changed since, and may change again.
      const isOfRequest = failure instanceof UsageError && !wasRight && !PASSING.has(failure.code);
      if (signal.aborted || isOfRequest || failure instanceof NotSignedInError) throw failure;
      log.error('scheduled_download_failed', { code: failure.code, error });
      output.note(`telepi: ${failure.message}`);
      output.record({ event: 'error', code: failure.code, message: failure.message });
      worst = ExitStatus.failed;
    }
  };
  await attempt(() => downloadOnce(context, request, { onlyLooks: true }));
  const onWait = (at: number): void => {
    const time = new Date(at).toISOString();
    output.record({ event: 'scheduled', at: time, zone: schedule.zone });
    output.line(`The next download begins at ${formatTime(at, clock.now())} (${schedule.zone}).`);
  };
  let isFilled = false;
  await repeat(schedule, { clock, signal, onWait }, () =>
    attempt(async () => {
      // To fill a folder again is said of the folder as it is now, not of the disk that may be away some night.
      const again = isFilled ? { ...request, refill: false } : request;
      const status = await downloadOnce(context, again, { wasRight });
      isFilled = true;
      return status;
    }),
  );
  return worst;
}

/** What is wrong with a disk today may be right tomorrow. */
const PASSING: ReadonlySet<string> = new Set([
  'OUTPUT_UNWRITABLE',
  'OUTPUT_EMPTIED',
  'ORGANISE_RUNS',
  'DISK_FULL',
  'DISK_TOO_SMALL',
]);

/** `--list-chats`: what `telepi chats` prints; it goes with the flags of that command alone. */
function listChats(context: CommandContext): Promise<number> {
  const allowed = [
    'list-chats',
    ...GLOBAL_FLAGS.map(({ name }) => name),
    ...CONNECTION.map((key) => specOf(key).flag),
  ];
  const [idle] = Object.keys(context.flags).filter((name) => !allowed.includes(name));
  if (idle !== undefined || context.words.length > 0) {
    throw new UsageError(
      'CONTRADICTION',
      `--list-chats lists the chats and downloads nothing: leave out ${idle === undefined ? 'the words behind it' : `--${idle}`}, or --list-chats.`,
    );
  }
  return chats({ ...context, uses: CONNECTION });
}

interface Attempt {
  /** Opens the database and finds the chats, and downloads nothing. */
  readonly onlyLooks?: boolean;
  /** Whether all the chats could be read when the schedule began, so that one that can't be isn't taken for a slip. */
  readonly wasRight?: boolean;
}

async function downloadOnce(
  context: CommandContext,
  request: DownloadRequest,
  { onlyLooks = false, wasRight = false }: Attempt = {},
): Promise<number> {
  const { settings, dryRun } = request;
  const { log } = context;
  await requirePlace(context, settings, !dryRun);
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  await prepareDataDir(settings.dataDir);
  if (!dryRun) await log.open(join(settings.dataDir, DOWNLOAD_LOG));
  const opened = openPlace(context, settings);
  try {
    const store = await openArchive(context, settings);
    try {
      if (!onlyLooks) await readyFolder(context, request, opened.folder, store);
      return await withClient(context, request, { opened, store, session }, { onlyLooks, wasRight });
    } finally {
      await store.close();
    }
  } finally {
    await opened.place.close();
  }
}

/** A folder is made once it is known not to be that of a disk that isn't mounted. */
async function readyFolder(
  { clock, log }: CommandContext,
  { refill, dryRun }: DownloadRequest,
  folder: string | undefined,
  { db, writer }: Found['store'],
): Promise<void> {
  if (folder === undefined) return;
  // A dry run notes nothing.
  if (!(refill && dryRun))
    await refuseEmptied({ db, writer, host: hostname(), folder, refill, now: clock.now(), log });
  if (!dryRun) await prepareFolder(folder);
}

async function withClient(
  context: CommandContext,
  request: DownloadRequest,
  { opened, store, session }: Pick<Found, 'opened' | 'store'> & { readonly session: SessionStore },
  { onlyLooks, wasRight }: Required<Attempt>,
): Promise<number> {
  const { settings } = request;
  let show = notedWaits(context);
  const client = await connect(context, settings, session, { onWait: (wait) => show(wait) });
  try {
    const options = await optionsOf(context, request, client, { opened, store, wasRight });
    if (onlyLooks) {
      for (const chat of options.unread) context.output.note(`${leftOutWords(chat)}.`);
      return ExitStatus.done;
    }
    const showWaits: Found['showWaits'] = (shown) => {
      show = (wait) => shown({ ...wait, kind: 'wait' });
    };
    const found = { context, request, opened, store, options, showWaits };
    if (request.dryRun) return await sayWhatWouldBe(found);
    try {
      return await runDownload(found);
    } finally {
      await keepGoodConnections(settings.dataDir, options.accountId, client.parts.good, context.log);
    }
  } finally {
    await client.close();
  }
}

async function optionsOf(
  context: CommandContext,
  request: DownloadRequest,
  client: TelepiClient,
  { opened, store, wasRight }: Pick<Found, 'opened' | 'store'> & { readonly wasRight: boolean },
): Promise<Found['options']> {
  const { clock, random, log, signal } = context;
  const { settings, withComments, verifySource, allowProtected } = request;
  const accountId = Number((await currentUser(client, signal)).id);
  client.parts.begin(await readGoodConnections(settings.dataDir, accountId, log));
  const topic = isTopicMeant(context) ? settings.sourceTopic : undefined;
  const { reads, unread } = await findReads(client, request.wanted, {
    withComments,
    topic,
    whyUnread: whyUnread(store, accountId, wasRight),
    signal,
  });
  const selection = await selectionFor(context, request, client, { accountId, reads });
  const { output: _, ...download } = settings.download;
  return {
    client,
    accountId,
    reads,
    unread,
    leaveOutProtected: wasRight,
    selection,
    place: opened.place,
    template: request.template,
    store,
    host: hostname(),
    marks: await marksOf(context, settings),
    parallel: download.parallelDownloads,
    dedupe: download.dedupe,
    verifySource,
    allowProtected,
    action: { userName: userName(), arguments: argumentsOf(context, opened, selection, reads) },
    clock,
    random,
    log,
    signal,
  };
}

/** Where several hosts share a database, each process is known. */
async function marksOf(
  { random }: CommandContext,
  { dataDir, database }: DownloadRequest['settings'],
): Promise<DownloadOptions['marks']> {
  if (!database) return undefined;
  const machine = await leaseHolder({ dataDir, random, host: hostname() });
  return { folder: join(dataDir, CLAIMS_FOLDER), machine };
}

/** A topic of the settings file belongs to the chat that stands there. */
function isTopicMeant({ flags, words }: CommandContext): boolean {
  return flags['source-topic'] !== undefined || (words.length === 0 && flags['from-file'] === undefined);
}

async function selectionFor(
  context: CommandContext,
  request: DownloadRequest,
  client: TelepiClient,
  { accountId, reads }: { readonly accountId: number; readonly reads: readonly ReadOrder[] },
): Promise<Selection> {
  const { settings, media } = request;
  const { signal, log, clock, output } = context;
  const whole = reads.filter(({ kind }) => kind === 'chat');
  const selected = whole.length > 0 ? settings.selection : withoutStandingBounds(settings.selection);
  const criteria = await criteriaOf({ media, settings: { selection: selected } }, clock.now());
  const onlyPhotos = isUndecided(request) && whole.length > 0;
  if (onlyPhotos)
    output.note('Only photos are downloaded: --media-type all, or --kind, chooses other files.');
  const { ext, ...others } = criteria;
  const chosen =
    media === 'not given'
      ? { ...criteria, ...(onlyPhotos && { kind: new Set(['photo'] as const) }) }
      : others;
  const selection = await openSelection(client, chosen, accountId, signal);
  for (const { chat } of whole.length > 0 ? whole : reads)
    await refuseSelection(selection, chat, settings.selection.topic, { client, signal, log });
  return media === 'not given' ? selection : ofMediaTypes(selection, { types: media, extensions: ext });
}

/** For the log of actions: what was asked for, without secrets. */
function argumentsOf(
  { flags, redactor }: CommandContext,
  { place }: Found['opened'],
  selection: Selection,
  reads: readonly ReadOrder[],
): Readonly<Record<string, unknown>> {
  const named = reads.map((read) => ({
    chat: read.chat.id,
    ...(read.kind === 'messages'
      ? { messages: read.ids.length }
      : read.topic !== undefined && { topic: read.topic }),
  }));
  const given = { flags, reads: named, selection: selection.describe() ?? 'all', output: place.words };
  return redactor.value(given) as Readonly<Record<string, unknown>>;
}
