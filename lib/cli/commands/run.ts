import { linkAbort } from '../../base/abort.js';
import { UsageError } from '../../base/errors.js';
import { isOlder, shownId } from '../../base/source-ids.js';
import { type PreflightOptions, preflight } from '../../clone/preflight.js';
import { topicNotices } from '../../clone/topic-notices.js';
import type { Job } from '../../ledger/job.js';
import type { JobOptions } from '../../ledger/job-scene.js';
import { putTogether } from '../../ledger/put-together.js';
import { type Criteria, readCriteria } from '../../messages/selection/criteria.js';
import type { Selection } from '../../messages/selection/selection.js';
import { describeSettings, type Settings } from '../../settings/settings.js';
import type { Chat } from '../../telegram/chat.js';
import type { TelepiClient } from '../../telegram/client.js';
import type { KnownChat } from '../../telegram/known-chats.js';
import { cloneInto, type RunEvents } from '../clone-into.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, notedWaits, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { rehearse } from '../dry-run.js';
import { beginEarly, type Early, type OpenJob, type Rooms } from '../early.js';
import { keepGoodConnections, readGoodConnections } from '../good-connections.js';
import { confirmRestart, jobOptions } from '../job-options.js';
import { keepKnown, knownOf } from '../known.js';
import { ledgerPlace } from '../ledger-place.js';
import { findSides, makesTarget, refuseTwoTargets } from '../made-sides.js';
import { olderHistoryWords } from '../older-history.js';
import { readSide } from '../pair.js';
import { isEnqueued } from '../queue/enqueue.js';
import { openSelection, refuseSelection } from '../selection.js';
import type { Sides } from '../sides.js';
import { readTexts, type Texts } from '../texts.js';
import { throughUpgrades } from '../through-upgrades.js';

/** `telepi run`: clones the source into the target, and ends with a summary however it ends. */
export async function run(context: CommandContext): Promise<number> {
  const making = makesTarget(context);
  const settings = settingsOf(context, [
    'apiId',
    'apiHash',
    'sourceChat',
    ...(making ? [] : (['targetChat'] as const)),
  ]);
  refuseTwoTargets(context, settings);
  readSide(settings, 'source');
  if (!making) readSide(settings, 'target');
  const criteria = await readCriteria(settings.selection, context.clock.now());
  const texts = await readTexts(settings, context.sources);
  refuseIdleFlags(context, settings);
  context.log.info('settings_read', describeSettings(settings));
  if (isEnqueued(context, 'run')) {
    const { enqueueRun } = await import('../queue/enqueue-run.js');
    return enqueueRun(context, settings);
  }
  const store = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  const events: RunEvents = {
    planned: false,
    onWait: notedWaits(context),
  };
  const known = await knownOf(settings.dataDir, store, context.log);
  const ahead = linkAbort(context.signal);
  const begin = (client: TelepiClient): Early =>
    beginEarly({ ...context, signal: ahead.signal }, settings, client, known);
  let early: Early | undefined;
  try {
    const client = await connect(context, settings, store, {
      salts: known.salts,
      looks: context.flags['dry-run'] === true,
      onWait: (wait) => events.onWait(wait),
      onTurn: (at) => context.output.record({ event: 'turn', until: new Date(at).toISOString() }),
      onConnecting(connecting) {
        early = begin(connecting);
      },
    });
    try {
      return await cloneAs({
        context,
        settings,
        criteria,
        texts,
        client,
        events,
        early: early ?? begin(client),
      });
    } finally {
      await client.close();
    }
  } finally {
    ahead.abort();
    ahead.release();
  }
}

/** @throws UsageError for a flag that would change nothing. */
function refuseIdleFlags({ flags }: CommandContext, { via }: Settings): void {
  if (flags['verify-source'] !== true || (via !== 'reference' && via !== 'forward')) return;
  throw new UsageError(
    'CONTRADICTION',
    `--verify-source compares the parts of files that are streamed, and with VIA=${via} no file is: use --via stream or auto, or leave --verify-source out.`,
  );
}

interface Connected {
  readonly context: CommandContext;
  readonly settings: Settings;
  readonly criteria: Criteria;
  readonly texts: Texts;
  readonly client: TelepiClient;
  readonly events: RunEvents;
  readonly early: Early;
}

async function cloneAs({
  context,
  settings,
  criteria,
  texts,
  client,
  events,
  early,
}: Connected): Promise<number> {
  const user = await early.user;
  const accountId = Number(user.id);
  context.log.info('signed_in', { userId: accountId, bot: user.bot === true });
  client.parts.begin(await readGoodConnections(settings.dataDir, accountId, context.log));
  // They open while the chats are looked at and the job is opened.
  if (context.flags['dry-run'] !== true) client.parts.warm();
  const selection = await openSelection(client, criteria, accountId, context.signal);
  const scene = { context, texts, client, events, accountId, selection, ...(await early.rooms) };
  const chats = new Map<string, KnownChat>();
  try {
    return await throughUpgrades(context, client, async (first) => {
      const sides = await (first ? early.sides : findSides(context, settings, client));
      for (const [word, chat] of sides.known) chats.set(word, chat);
      return { chats: [sides.source, sides.target], work: () => cloneOnce(scene, sides, first) };
    });
  } finally {
    const { dataDir } = settings;
    const known = { salts: client.saltsToKeep, accountId, chats };
    await Promise.all([
      keepGoodConnections(dataDir, accountId, client.parts.good, context.log),
      // A run that is refused leaves nothing behind.
      ...(events.planned ? [keepKnown(dataDir, client.keyId, known, context.log)] : []),
    ]);
  }
}

interface RunScene extends Pick<Connected, 'context' | 'texts' | 'client' | 'events'>, Rooms {
  readonly accountId: number;
  readonly selection: Selection;
}

/** `first`: no run of this process has opened the job before. */
async function cloneOnce(scene: RunScene, sides: Sides, first: boolean): Promise<number> {
  const { context, texts, client, events, accountId, selection, openJob, examineJob, runClone } = scene;
  const { source, target, settings, toBeMade, dressed } = sides;
  const flight = preflightOptions(context, settings, { client, source, target });
  // Must come before anything is recorded.
  await preflight(flight);
  await refuseSelection(selection, source, settings.selection.topic, flight);
  const restart = first && context.flags['restart'] === true;
  const place = ledgerPlace(context, settings, context.flags['dry-run'] !== true);
  const { sessionMark: session } = client;
  const options = { ...jobOptions(context, settings, { ...sides, accountId }, place), restart, session };
  if (context.flags['dry-run'] === true) {
    const chosen = { client, source, target, selection, texts, dressed, toBeMade };
    return rehearse(context, settings, chosen, options);
  }
  const examined = await examineJob(options, 'look-before-writing');
  if (restart) await confirmRestart(context, examined, target);
  const job = await startJob(openJob, context, sides, options);
  const together = () => putTogether(place, job.path);
  try {
    for (const notice of await topicNotices(flight, job, together)) context.output.note(notice);
    if (settings.sourceTopic !== undefined || source.former?.readable === false || isOlder(job.checkpoint)) {
      const older = await olderHistoryWords(client, source, settings.sourceTopic, context.signal);
      if (older !== undefined) context.output.note(older);
    }
    return await cloneInto(runClone, context, settings, {
      client,
      source,
      target,
      selection,
      texts,
      dressed,
      job,
      events,
      onFailing: place.stopWaiting,
    });
  } finally {
    await job.close();
  }
}

function preflightOptions(
  { flags, signal, log }: CommandContext,
  { sourceTopic, targetTopic, autoCreateTopics, via }: Settings,
  chats: Pick<PreflightOptions, 'client' | 'source' | 'target'>,
): PreflightOptions {
  const allowProtected = flags['allow-protected'] === true;
  const withProfile = flags['with-profile'] === true;
  return {
    ...chats,
    sourceTopic,
    targetTopic,
    autoCreateTopics,
    allowProtected,
    via,
    withProfile,
    signal,
    log,
  };
}

async function startJob(
  openJob: OpenJob,
  context: CommandContext,
  { source, target, settings }: Sides,
  options: Omit<JobOptions, 'withoutSecrets' | 'clock' | 'random' | 'log'>,
): Promise<Job> {
  const { clock, random, log, output, redactor } = context;
  const withoutSecrets = (text: string): string => redactor.text(text);
  const job = await openJob({ ...options, withoutSecrets, clock, random, log });
  await log.open(`${job.path}/clone.log`);
  log.info('job_opened', { path: job.path, jobId: job.id, checkpoint: shownId(job.checkpoint) });
  for (const file of job.legacyFiles) output.note(`Continues from ${file} of the older script.`);
  for (const { sentence } of job.notes) output.note(sentence);
  const from = sideWords(source, settings.sourceTopic);
  output.line(`${from} → ${sideWords(target, settings.targetTopic)}, state in ${job.path}`);
  output.record({
    event: 'start',
    source: sideRecord(source, settings.sourceTopic),
    target: sideRecord(target, settings.targetTopic),
    folder: job.path,
    checkpoint: shownId(job.checkpoint),
  });
  return job;
}

function sideWords({ title, id }: Chat, topic: number | undefined): string {
  return `${title} (${id})${topic === undefined ? '' : `, topic ${topic}`}`;
}

function sideRecord({ id, title, kind }: Chat, topic: number | undefined): Record<string, unknown> {
  return { id, title, type: kind, topic: topic ?? null };
}
